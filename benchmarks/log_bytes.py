"""What a refresh lets Athena scan: one statement for all metrics, beside a query for each metric, as the predecessor had them.

The predecessor (aws-cloudfront-extensions) first rewrote each file of v1 logs to eleven columns, as gzip, and then asked eleven
queries every five minutes of the whole hour in which the window lay; one of them reads its table three times. A window that
ended with an hour was asked of that hour and the next, one that ended with a day of the whole month, of which two days were
there; and two queries were asked once a day, of a day. The same eleven are asked of the very same Parquet files as ours, to
tell what of the difference is the format.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.log_files import files, folders
from cloudfront_extensions.metrics.sources import Folder, Source
from cloudfront_extensions.metrics.statement import statement
from localaws.server.athena.local import LocalLake
from tests.integration.logs.catalog import BUCKET, DATABASE, definitions

HOUR = 1
"""The hour that is weighed: neither the first nor the last."""
REDUCED = "reduced"
REDUCED_COLUMNS = (
    "epoch(CAST(date || ' ' || time AS TIMESTAMP))::BIGINT",
    "sc_bytes",
    "c_ip",
    "x_host_header",
    "cs_uri_stem",
    "sc_status",
    "cs_bytes",
    "time_taken",
    "x_edge_response_result_type",
    "x_edge_detailed_result_type",
    "c_country",
)
COUNT, SENT, LATENCY = "count(*)", "sum(TRY_CAST(sc_bytes AS bigint))", "avg(TRY_CAST(time_taken AS double))"
ORIGIN = (
    " AND (x_edge_detailed_result_type = 'Miss'"
    " OR (x_edge_detailed_result_type LIKE '%Origin%' AND x_edge_detailed_result_type <> 'OriginShieldHit'))"
)
SERVED = " AND x_edge_response_result_type NOT IN ('LimitExceeded', 'CapacityExceeded')"
HIT = "CASE WHEN x_edge_response_result_type LIKE '%Hit' THEN {} ELSE 0 END"
QUERIES = {
    "request": [(f"{COUNT}, {LATENCY}", "", "")],
    "requestOrigin": [(f"{COUNT}, {LATENCY}", ORIGIN, "")],
    "statusCode": [(f"sc_status, {COUNT}, {LATENCY}", "", ", sc_status")],
    "statusCodeOrigin": [(f"sc_status, {COUNT}, {LATENCY}", ORIGIN, ", sc_status")],
    "bandwidth": [(SENT, "", "")],
    "bandwidthOrigin": [(SENT, ORIGIN, "")],
    "downstreamTraffic": [(SENT, "", "")],
    "chr": [(f"sum({HIT.format(1)}), {COUNT}", SERVED, "")],
    "chrBandWidth": [(f"sum({HIT.format('TRY_CAST(sc_bytes AS bigint)')}), {SENT}", SERVED, "")],
    "latencyRatio": [
        (COUNT, f" AND TRY_CAST(time_taken AS double) >= {least}", "") for least in ("1e0", "6e-1", "3e-1")
    ],
    "edgeType": [(f"x_edge_response_result_type, {COUNT}, {LATENCY}", "", ", x_edge_response_result_type")],
}
"""By metric, the reads of its query: what it selects, of which lines, and what it groups by beside host and country."""
REFRESHES_AN_HOUR = 12
"""Every five minutes."""
HOURS_A_DAY = 24
HOURS_AT_MIDNIGHT = 48
"""That the predecessor's month had at midnight: partitions were removed when they were two days old."""
HOURS_OF_WINDOWS = HOURS_A_DAY * (REFRESHES_AN_HOUR - 1) + 2 * (HOURS_A_DAY - 1) + HOURS_AT_MIDNIGHT
"""Hours that a query of every window reads in a day: one, two where the window ends with an hour."""
QUERIES_OF_A_DAY = 2
"""Top URLs by requests and by bytes, of the day before."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """Bytes of one refresh of one hour of logs."""

    lines: int
    parquet: int
    """Ours, on v2."""
    legacy: int
    """Ours, on v1: whole gzip files."""
    reduced_file: int
    """The predecessor's files of the hour."""
    reduced: int
    """The predecessor's eleven queries on them, of a window within the hour."""
    queries_on_parquet: int
    """The eleven queries on our files."""

    @property
    def reduced_hour(self) -> int:
        """All that the predecessor's queries read for an hour, every five minutes: the mean of a day of such hours."""
        of_windows = self.reduced * HOURS_OF_WINDOWS
        return round((of_windows + self.reduced_file * QUERIES_OF_A_DAY * HOURS_A_DAY) / HOURS_A_DAY)

    @property
    def same_times(self) -> float:
        """Both refreshed every five minutes: how many times less is ours."""
        return round(self.reduced_hour / REFRESHES_AN_HOUR / self.parquet, 1)

    @property
    def hourly_times(self) -> float:
        """Ours every hour, the predecessor's every five minutes."""
        return round(self.reduced_hour / self.parquet, 1)

    @property
    def window_times(self) -> float:
        """One refresh beside one of a window within an hour, the least that the predecessor read."""
        return round(self.reduced / self.parquet, 1)

    @property
    def format_times(self) -> float:
        """What of `window_times` comes of the format, and of reading but the columns that are needed."""
        return round(self.reduced / self.queries_on_parquet, 1)

    @property
    def once_times(self) -> float:
        """What of it comes of asking once."""
        return round(self.queries_on_parquet / self.parquet, 1)


def reads() -> int:
    """How often the eleven queries read their table."""
    return sum(map(len, QUERIES.values()))


def run(root: Path, lines: int) -> Scanned:
    standard, legacy = (folders(source)[HOUR] for source in (Source.STANDARD, Source.LEGACY))
    reduced = _reduced(root, standard)
    return Scanned(
        lines=lines,
        parquet=_scanned(root, statement([standard], DATABASE)),
        legacy=sum(path.stat().st_size for path in files(root, legacy)),
        reduced_file=reduced,
        reduced=reduced * reads(),
        queries_on_parquet=sum(_scanned(root, query(name, standard)) for name in QUERIES),
    )


def query(name: str, folder: Folder) -> str:
    """One of the predecessor's queries, of five minutes, on our table of v2 logs."""
    hour = folder.begins
    lines = (
        f"""FROM "{DATABASE}"."standard" WHERE "year" = '{hour:%Y}' AND "month" = '{hour:%m}' AND "day" = '{hour:%d}' """
        f"""AND "hour" = '{hour:%H}' AND "date" || ' ' || "time" > '{hour:%Y-%m-%d %H}:25:00' """
        f"""AND "date" || ' ' || "time" <= '{hour:%Y-%m-%d %H}:30:00'"""
    )
    return "\nUNION ALL ".join(
        f"SELECT x_host_header, c_country, {selected} {lines}{which} GROUP BY x_host_header, c_country{grouped}"
        for selected, which, grouped in QUERIES[name]
    )


def _scanned(root: Path, sql: str) -> int:
    with LocalLake(definitions(), {BUCKET: root}) as lake, lake.engine().answer(sql, DATABASE) as answer:
        return answer.scanned_bytes


def _reduced(root: Path, folder: Folder) -> int:
    """Write the hour as the predecessor rewrote it, file by file, and weigh it."""
    place = root / REDUCED
    place.mkdir(exist_ok=True)
    size = 0
    with duckdb.connect(config={"threads": 1}) as engine:
        for path in files(root, folder):
            target = place / f"{path.stem}.gz"
            if not target.exists():
                target.write_bytes(gzip.compress(_reduced_text(engine, path), mtime=0))
            size += target.stat().st_size
    return size


def _reduced_text(engine: duckdb.DuckDBPyConnection, path: Path) -> bytes:
    columns = ", ".join(f"coalesce(CAST({column} AS VARCHAR), '-')" for column in REDUCED_COLUMNS)
    select = f"SELECT concat_ws(chr(9), {columns}) FROM read_parquet(?)"  # noqa: S608 - of names of this module alone
    rows = engine.execute(select, [str(path)]).fetchall()
    return "".join(f"{row}\n" for (row,) in rows).encode()
