"""The measurements of extensions as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table

from benchmarks.edge_calls import CallTimes
from benchmarks.extensions import Extensions
from extensions.harness.rules.limits import LARGEST_CODE

OF_CALLS = ("cases", "µs a call", "times a pass-through", "slowest case, µs", "", "failed")


def tables(measured: Extensions) -> Iterator[Table]:
    yield _viewer_functions(measured)
    if measured.lambda_functions or measured.missing:
        yield _lambda_functions(measured)
    yield _emulator(measured)


def _viewer_functions(measured: Extensions) -> Table:
    where = "njs" if measured.engine == "njs" else f"{measured.engine}, for njs is not here"
    title = f"CloudFront Functions on {where}: their own cases, many calls in a process"
    table = _table(title, "function", f"bytes ({LARGEST_CODE:,} at most)", *OF_CALLS)
    for one in measured.viewer_functions:
        table.add_row(one.name, f"{one.bytes:,}", *_calls(one.calls))
    return table


def _lambda_functions(measured: Extensions) -> Table:
    title = "Lambda@Edge: a cold import, and the calls of warm functions, with the network of the harness"
    table = _table(title, "function", "cold import, ms", "process, times one with an empty module", *OF_CALLS)
    for one in measured.lambda_functions:
        table.add_row(one.name, str(one.cold_import.milliseconds), str(one.cold_import.ratio), *_calls(one.calls))
    for name in measured.missing:
        table.add_row(name, *["a package is not installed", *[""] * (len(OF_CALLS) + 1)])
    return table


def _emulator(measured: Extensions) -> Table:
    title = "Requests per second through the emulator"
    table = _table(title, "functions", "cache", "connections", "requests a second", "times the bare origin's", "failed")
    for one in measured.emulator:
        rates = (f"{one.requests_per_second:,.0f}", str(one.ratio), str(one.failed))
        table.add_row(one.functions, one.cache, str(one.connections), *rates)
    return table


def _calls(calls: CallTimes) -> tuple[str, ...]:
    numbers = (calls.cases, f"{calls.microseconds:,}", calls.ratio, f"{calls.slowest_microseconds:,}")
    return (*map(str, numbers), calls.slowest_case, str(calls.failed))


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for number, name in enumerate(columns):
        table.add_column(name, justify="left" if number == 0 or not name or name == "cache" else "right")
    return table
