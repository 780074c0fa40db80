"""The measurements of logs and metrics as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table

from benchmarks.log_bytes import QUERIES, REFRESHES_AN_HOUR, Scanned, reads
from benchmarks.log_costs import DOMAINS, LINES_A_DAY, AthenaCosts, Storing
from benchmarks.logs import GROWTH, Logs
from benchmarks.metrics_api import MetricsApi

RATE_AIMS = "aims: 300,000 of gzip, 1,000,000 of Parquet, 400 MiB"
SAME_AIM, HOURLY_AIM = 20, 250


def tables(measured: Logs) -> Iterator[Table]:
    yield _ways(measured)
    yield _readings(measured)
    yield _growth(measured)
    yield _scanned(measured.scanned)
    yield _athena(measured.athena)
    yield _storing(measured.storing)


def metrics_api_table(measured: MetricsApi) -> Table:
    title = f"GET /metrics: {measured.windows} hours, all metrics, {measured.answer_bytes / 1e6:.2f} MB; milliseconds"
    table = _table(title, "clients", "requests", "failed", "p50", "p99", "function, p50", "p99")
    for clients, load in measured.loads.items():
        times = (load.p50, load.p99, load.function_p50, load.function_p99)
        table.add_row(str(clients), str(load.requests), str(load.failed), *map(str, times))
    return table


def _ways(measured: Logs) -> Table:
    ours = measured.ways[0], measured.ways[1]
    title = f"Counting {measured.lines:,} lines, whole processes ({RATE_AIMS})"
    table = _table(title, "", "lines", "CPU s", "lines a CPU s", "peak MiB", "v2's rate is", "v1's rate is")
    for way in measured.ways:
        times = [f"{one.lines_per_cpu_second / way.lines_per_cpu_second:.2f} times" for one in ours]
        seen = (f"{way.lines:,}", f"{way.cpu_seconds}", f"{way.lines_per_cpu_second:,}", str(way.peak_mebibytes))
        table.add_row(way.name, *seen, *times)
    for name in measured.missing:
        table.add_row(name, *["not installed"] * 6)
    return table


def _readings(measured: Logs) -> Table:
    title = "Behind the statement: its result becomes figures of domains, and these items of the table"
    table = _table(
        title, "logs", "rows", "requests counted", "rejected", "CPU s to figures", "CPU s to items", "peak MiB"
    )
    for one in measured.readings:
        seconds = (f"{one.figures_cpu_seconds}", f"{one.items_cpu_seconds}")
        table.add_row(
            one.source, f"{one.rows:,}", f"{one.requests:,}", f"{one.rejected:,}", *seconds, str(one.peak_mebibytes)
        )
    return table


def _growth(measured: Logs) -> Table:
    title = f"The statement alone, without the start of its process, with {GROWTH} times the lines"
    table = _table(title, "logs", "lines", "CPU s", "times", "lines a CPU s")
    for one in measured.growth:
        lines, seconds = f"{one.less_lines:,} -> {one.lines:,}", f"{one.less_cpu_seconds} -> {one.cpu_seconds}"
        table.add_row(one.source, lines, seconds, str(one.times), f"{one.lines_per_cpu_second:,}")
    return table


def _scanned(scanned: Scanned) -> Table:
    title = f"Megabytes that Athena scans for an hour of {scanned.lines:,} lines"
    table = _table(title, "", "one refresh", "refreshed every 5 minutes", "every hour")
    count = f"{len(QUERIES)} queries ({reads()} reads)"
    for name, size in (
        (f"{count} on the predecessor's gzip, of a window within an hour", scanned.reduced),
        (f"{count} on our v2 Parquet", scanned.queries_on_parquet),
        ("one statement on v1 gzip", scanned.legacy),
        ("one statement on v2 Parquet", scanned.parquet),
    ):
        table.add_row(name, _mega(size), _mega(size * REFRESHES_AN_HOUR), _mega(size))
    table.add_row("predecessor, all windows and its queries of a day, mean hour", "", _mega(scanned.reduced_hour), "")
    for name, times in (
        (f"times less, both every 5 minutes (aim: {SAME_AIM})", scanned.same_times),
        (f"times less, ours hourly, its every 5 minutes (aim: {HOURLY_AIM})", scanned.hourly_times),
        ("times less, one refresh of a window within an hour", scanned.window_times),
        ("of these, by the format", scanned.format_times),
        ("of these, by asking once", scanned.once_times),
    ):
        table.add_row(name, str(times), "", "")
    return table


def _athena(costs: AthenaCosts) -> Table:
    title = f"Athena, dollars a month at {LINES_A_DAY / 1e6:.0f} M lines a day, computed"
    table = _table(title, "", "every 5 minutes", "every hour")
    table.add_row("predecessor", str(costs.predecessor), "")
    table.add_row("one statement, v1 gzip", str(costs.legacy_five_minutes), str(costs.legacy_hourly))
    table.add_row("one statement, v2 Parquet", str(costs.five_minutes), str(costs.hourly))
    table.add_row("the least, however few lines", str(costs.idle_five_minutes), str(costs.idle_hourly))
    return table


def _storing(storing: list[Storing]) -> Table:
    table = _table("Items of one domain for one day, each hour counted once", "", *(one.traffic for one in storing))
    for label, field in (
        ("requests", "requests"),
        ("items", "items"),
        ("write units", "write_units"),
        ("bytes", "bytes"),
        ("largest item, bytes (400 KB at most)", "largest_item"),
        (f"dollars a month for the writes of {DOMAINS:,} such domains", "writes_dollars"),
        (f"the same, refreshed every 5 minutes: {REFRESHES_AN_HOUR} times at most", "writes_dollars_five_minutes"),
        ("dollars a month for all that is kept of them", "storage_dollars"),
    ):
        table.add_row(label, *(f"{getattr(one, field):,}" for one in storing))
    for kind in storing[0].by_kind:
        table.add_row(f"items {kind}", *(f"{one.by_kind.get(kind, 0):,}" for one in storing))
    return table


def _mega(size: int) -> str:
    return f"{size / 1e6:,.1f}"


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table
