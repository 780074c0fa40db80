"""Logs to metrics: how fast the one statement counts, beside other ways, what it scans, and what storing and asking cost."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from benchmarks import log_bytes, log_costs, log_others
from benchmarks.log_bytes import Scanned
from benchmarks.log_costs import AthenaCosts, Storing
from benchmarks.log_files import HOURS, SOURCES, asked_domains, log_files
from benchmarks.process import Taken, measured
from cloudfront_extensions.metrics.sources import Source

GROWTH = 10
"""How many times less lines there are in the files that tell how the time grows."""
NAMES = {Source.STANDARD: "v2 Parquet, all metrics", Source.LEGACY: "v1 gzip, all metrics"}


@dataclass(frozen=True, slots=True)
class Way:
    """One way to count lines: what its whole process took."""

    name: str
    lines: int
    cpu_seconds: float
    lines_per_cpu_second: int
    peak_mebibytes: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What the functions of a refresh do with the result: small beside the lines, and counted apart."""

    source: Source
    rows: int
    requests: int
    rejected: int
    figures_cpu_seconds: float
    items_cpu_seconds: float
    peak_mebibytes: int


@dataclass(frozen=True, slots=True)
class Growth:
    """Processor time of the statement alone."""

    source: Source
    less_lines: int
    lines: int
    less_cpu_seconds: float
    cpu_seconds: float
    times: float
    """GROWTH would be linear; less is a fixed part that weighs less."""

    @property
    def lines_per_cpu_second(self) -> int:
        return round(self.lines / self.cpu_seconds)


@dataclass(frozen=True, slots=True)
class Logs:
    lines: int
    ways: list[Way]
    missing: list[str]
    """Ways whose program is not installed."""
    readings: list[Reading]
    growth: list[Growth]
    scanned: Scanned
    athena: AthenaCosts
    storing: list[Storing]

    @property
    def ended_well(self) -> bool:
        """No line is lost."""
        return all(one.requests + one.rejected == self.lines for one in self.readings)


def run(lines: int) -> Logs:
    """On so many lines of each kind, and on a tenth of them."""
    root, less = log_files(lines), log_files(lines // GROWTH)
    found = {source: (_counted(root, source), _counted(less, source)) for source in SOURCES}
    others = {
        "plain Python, four metrics": log_others.python(root),
        log_others.pipeline_name(): log_others.pipeline(root),
        "goaccess": log_others.goaccess(root, lines),
    }
    scanned = log_bytes.run(root, lines // HOURS)
    busy = found[Source.STANDARD][0].reading.answer
    return Logs(
        lines=lines,
        ways=[
            *(_way(NAMES[source], lines, all_lines.counting) for source, (all_lines, _) in found.items()),
            *(_way(name, *way) for name, way in others.items() if way),
        ],
        missing=[name for name, way in others.items() if not way],
        readings=[_reading(source, all_lines) for source, (all_lines, _) in found.items()],
        growth=[_growth(source, lines, *both) for source, both in found.items()],
        scanned=scanned,
        athena=log_costs.athena(scanned),
        storing=[log_costs.storing("as generated", lines, HOURS, busy), _quiet()],
    )


class _Counted(NamedTuple):
    """What the statement took, and what the reading of its result took."""

    counting: Taken
    reading: Taken


def result_of(root: Path, source: Source) -> Path:
    """Where the result of the statement lies."""
    return root / f"{source}.csv"


def _counted(root: Path, source: Source) -> _Counted:
    module, result = (sys.executable, "-m", "benchmarks.log_scan"), str(result_of(root, source))
    counting = measured(*module, "count", str(root), source, str(HOURS), result)
    return _Counted(counting, measured(*module, "read", result))


def _quiet() -> Storing:
    """Domains among whom LINES_A_DAY are shared."""
    of_a_domain = log_costs.LINES_A_DAY // log_costs.DOMAINS // log_costs.HOURS_A_DAY * HOURS
    lines = of_a_domain * len(asked_domains())
    counted = _counted(log_files(lines), Source.STANDARD)
    return log_costs.storing(f"{log_costs.LINES_A_DAY / 1e6:.0f} M lines shared", lines, HOURS, counted.reading.answer)


def _growth(source: Source, lines: int, of_all: _Counted, of_less: _Counted) -> Growth:
    cpu_seconds, less = (each.counting.answer["cpuSeconds"] for each in (of_all, of_less))
    return Growth(source, lines // GROWTH, lines, round(less, 2), round(cpu_seconds, 2), round(cpu_seconds / less, 1))


def _reading(source: Source, counted: _Counted) -> Reading:
    told = counted.reading.answer
    seconds, storing = round(told["cpuSeconds"], 2), round(told["storingCpuSeconds"], 2)
    return Reading(
        source=source,
        rows=counted.counting.answer["rows"],
        requests=told["requests"],
        rejected=told["rejected"],
        figures_cpu_seconds=seconds,
        items_cpu_seconds=storing,
        peak_mebibytes=_mebibytes(counted.reading),
    )


def _way(name: str, lines: int, taken: Taken) -> Way:
    return Way(name, lines, round(taken.cpu_seconds, 2), round(lines / taken.cpu_seconds), _mebibytes(taken))


def _mebibytes(taken: Taken) -> int:
    return round(taken.peak_bytes / 2**20)
