"""Lines of logs as the tests of metrics make them, and what each metric is of them, word by word and line by line.

Nothing of the library computes here: sums, means and ratios are taken from the raw lines, as the predecessor's definitions
(and the corrected ones) say them, so that both ways can be compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from cloudfront_extensions.metrics.definitions import Metric
from cloudfront_extensions.metrics.download_speeds import NO_DOWNLOADS, speed_of
from cloudfront_extensions.metrics.facts import Cell, Measures, OriginUse
from cloudfront_extensions.metrics.rows import FactsRow, Row, SpeedRow, UrlRow
from cloudfront_extensions.metrics.sources import Folder, Source

HOUR = 1_795_269_600
"""2026-11-21T14:00:00Z, a moment at which an hour begins."""
FOLDER = Folder(Source.STANDARD, "2026-11-21-14")


class Line(NamedTuple):
    second: int = HOUR
    edge_domain: str = "d1.cloudfront.net"
    host: str = "shop.example.com"
    country: str = "DE"
    status: str = "200"
    result: str = "Hit"
    """x-edge-response-result-type."""
    detailed: str = "Hit"
    """x-edge-detailed-result-type."""
    sent_bytes: int = 1000
    taken_ms: int = 10
    path: str = "/"
    network: str = "3320"


def origin_use(line: Line) -> OriginUse:
    """As `OriginUse` tells it."""
    if line.detailed == "RefreshHit":
        return OriginUse.REVALIDATED
    fetched = line.detailed == "Miss" or ("Origin" in line.detailed and line.detailed != "OriginShieldHit")
    return OriginUse.FETCHED if fetched else OriginUse.NONE


def facts_of(lines: Iterable[Line]) -> dict[Cell, Measures]:
    """The facts of lines, one by one."""
    found: dict[Cell, Measures] = {}
    for line in lines:
        taken = line.taken_ms
        cell = Cell(line.country, line.status, line.result, origin_use(line))
        slow = (taken >= 1000, 600 <= taken < 1000, 300 <= taken < 600)
        one = Measures(1, line.sent_bytes, taken, *map(int, slow))
        found[cell] = found[cell].plus(one) if cell in found else one
    return found


def rows_of(lines: Sequence[Line], folder: Folder = FOLDER, top: int = 100) -> list[Row]:
    """The rows that a scan of one folder with these lines answers, in its order."""
    rows: list[Row] = []
    for edge_domain in sorted({line.edge_domain for line in lines}):
        of_distribution = [line for line in lines if line.edge_domain == edge_domain]
        for host in sorted({line.host for line in of_distribution}):
            rows += _rows_of_host(folder, edge_domain, host, [ln for ln in of_distribution if ln.host == host], top)
    rows += _facts_rows(folder, None, None, lines)
    return rows


def _facts_rows(folder: Folder, edge_domain: str | None, host: str | None, lines: Sequence[Line]) -> list[Row]:
    windows: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        windows[line.second // 300 * 300].append(line)
    return [
        FactsRow(folder, edge_domain, host, window, cell, measures)
        for window, within in sorted(windows.items())
        for cell, measures in facts_of(within).items()
    ]


def _rows_of_host(folder: Folder, edge_domain: str, host: str, lines: Sequence[Line], top: int) -> list[Row]:
    rows = _facts_rows(folder, edge_domain, host, lines)
    urls: dict[tuple[int, str], list[Line]] = defaultdict(list)
    speeds: dict[tuple[int, str, str, bool, str], int] = defaultdict(int)
    for line in lines:
        hour = line.second // 3600 * 3600
        urls[hour, line.path].append(line)
        if line.result not in NO_DOWNLOADS:
            from_origin = origin_use(line) is OriginUse.FETCHED
            speed = speed_of(line.sent_bytes, line.taken_ms)
            speeds[hour, line.country, line.network, from_origin, speed] += 1
    for hour in sorted({hour for hour, _ in urls}):
        found = [
            UrlRow(folder, edge_domain, host, hour, path, len(of_path), sum(line.sent_bytes for line in of_path))
            for (of_hour, path), of_path in urls.items()
            if of_hour == hour
        ]
        by_requests = sorted(found, key=lambda row: (-row.requests, row.path))[:top]
        by_bytes = sorted(found, key=lambda row: (-row.bytes, row.path))[:top]
        rows += sorted({*by_requests, *by_bytes})
    rows += [SpeedRow(folder, edge_domain, host, *cell, requests) for cell, requests in speeds.items()]
    return rows


Lines = Sequence[Line]


def metric_of(metric: Metric, lines: Lines, seconds: int) -> object:
    """A metric straight from the lines."""
    return _METRICS[metric](lines, seconds)


def _is_fetched(line: Line) -> bool:
    return line.detailed == "Miss" or ("Origin" in line.detailed and line.detailed != "OriginShieldHit")


def _is_asked(line: Line) -> bool:
    return _is_fetched(line) or line.detailed == "RefreshHit"


def _any(_line: Line) -> bool:
    return True


def _mean(lines: Iterable[Line]) -> float | None:
    taken = [line.taken_ms for line in lines]
    return sum(taken) / len(taken) if taken else None


def _percent(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None


def _by(name: str, kept: Callable[[Line], bool], of_group: Callable[[Lines], object]) -> Callable[[Lines, int], object]:
    def groups(lines: Lines, _seconds: int) -> object:
        chosen = [line for line in lines if kept(line)]
        names = sorted({getattr(line, name) for line in chosen})
        return {one: of_group([line for line in chosen if getattr(line, name) == one]) for one in names}

    return groups


def _hits(measure: Callable[[Line], int], *left_out: str) -> Callable[[Lines, int], object]:
    def ratio(lines: Lines, _seconds: int) -> object:
        served = [line for line in lines if line.result not in left_out]
        hits = [line for line in served if line.result.endswith("Hit")]
        return _percent(sum(map(measure, hits)), sum(map(measure, served)))

    return ratio


def _slow(*classes: tuple[int, float]) -> Callable[[Lines, int], object]:
    def ratios(lines: Lines, _seconds: int) -> object:
        if not lines:
            return None
        return {
            str(begins): _percent(sum(begins <= line.taken_ms < ends for line in lines), len(lines))
            for begins, ends in classes
        }

    return ratios


def _one(_line: Line) -> int:
    return 1


def _bytes(line: Line) -> int:
    return line.sent_bytes


_LONGEST = float("inf")
_METRICS: dict[Metric, Callable[[Lines, int], object]] = {
    Metric.REQUEST: lambda lines, _: len(lines),
    Metric.REQUEST_LATENCY: lambda lines, _: _mean(lines),
    Metric.REQUEST_ORIGIN: lambda lines, _: sum(map(_is_fetched, lines)),
    Metric.REQUEST_ORIGIN_LATENCY: lambda lines, _: _mean(filter(_is_fetched, lines)),
    Metric.REQUEST_ORIGIN_STRICT: lambda lines, _: sum(map(_is_asked, lines)),
    Metric.REQUEST_ORIGIN_STRICT_LATENCY: lambda lines, _: _mean(filter(_is_asked, lines)),
    Metric.STATUS_CODE: _by("status", _any, len),
    Metric.STATUS_CODE_LATENCY: _by("status", _any, _mean),
    Metric.STATUS_CODE_ORIGIN: _by("status", _is_fetched, len),
    Metric.STATUS_CODE_ORIGIN_LATENCY: _by("status", _is_fetched, _mean),
    Metric.STATUS_CODE_ORIGIN_STRICT: _by("status", _is_asked, len),
    Metric.STATUS_CODE_ORIGIN_STRICT_LATENCY: _by("status", _is_asked, _mean),
    Metric.BANDWIDTH: lambda lines, seconds: sum(map(_bytes, lines)) * 8 / seconds,
    Metric.BANDWIDTH_ORIGIN: lambda lines, seconds: sum(map(_bytes, filter(_is_fetched, lines))) * 8 / seconds,
    Metric.DOWNSTREAM_TRAFFIC: lambda lines, _: sum(map(_bytes, lines)),
    Metric.CHR: _hits(_one, "LimitExceeded", "CapacityExceeded"),
    Metric.CHR_STRICT: _hits(_one, "LimitExceeded", "CapacityExceeded", "Error", "Redirect"),
    Metric.CHR_BAND_WIDTH: _hits(_bytes, "LimitExceeded", "CapacityExceeded"),
    Metric.CHR_BAND_WIDTH_STRICT: _hits(_bytes, "LimitExceeded", "CapacityExceeded", "Error", "Redirect"),
    Metric.LATENCY_RATIO: _slow((1000, _LONGEST), (600, 1000), (300, 600)),
    Metric.LATENCY_RATIO_CUMULATIVE: _slow((1000, _LONGEST), (600, _LONGEST), (300, _LONGEST)),
    Metric.EDGE_TYPE: _by("result", _any, len),
    Metric.EDGE_TYPE_LATENCY: _by("result", _any, _mean),
}
FACTS_METRICS = tuple(_METRICS)
"""All metrics that are views of facts."""
