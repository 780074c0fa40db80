"""Exported facts: one row for each cell of each window of a domain, in numbers that add up, without any ratio."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from cloudfront_extensions.metrics.export_request import ExportRequest
from cloudfront_extensions.metrics.facts import Facts
from cloudfront_extensions.metrics.windows import Interval, label, start_of

COLUMNS: Mapping[str, str] = {
    "window_start": "TIMESTAMP",
    "window_seconds": "INTEGER",
    "is_final": "BOOLEAN",
    "domain": "VARCHAR",
    "country": "VARCHAR",
    "status": "VARCHAR",
    "result_type": "VARCHAR",
    "origin_use": "VARCHAR",
    "requests": "BIGINT",
    "bytes": "BIGINT",
    "time_taken_ms": "BIGINT",
    "requests_from_1000_ms": "BIGINT",
    "requests_600_to_1000_ms": "BIGINT",
    "requests_300_to_600_ms": "BIGINT",
}
"""Names of the columns, with their types in SQL. Times are UTC. `country` is empty where countries are not told apart."""
STRETCH: Mapping[Interval, int] = {
    Interval.FIVE_MINUTES: 86_400,
    Interval.HOUR: 10 * 86_400,
    Interval.DAY: 40 * 86_400,
}
"""Seconds of one domain that are read at once: 288, 240 and 40 windows."""
STRETCH_BY_COUNTRY: Mapping[Interval, int] = {
    Interval.FIVE_MINUTES: 6 * 3_600,
    Interval.HOUR: 2 * 86_400,
    Interval.DAY: 2 * 86_400,
}
"""Where countries are told apart, and a window has thousands of cells: 72 items of five minutes, 48 of hours."""

Row = Sequence[str | int]


class Place(NamedTuple):
    """Where an export goes on."""

    domain: int
    """Its number in the list of domains."""
    start: int
    """Of the window, in seconds since 1970."""


class Stretch(NamedTuple):
    """A part of an export that is read at once."""

    domain: int
    first: int
    end: int


def stretches(request: ExportRequest, domains: int, place: Place) -> Iterator[Stretch]:
    """What is left to be read from a place on, in order: domain by domain."""
    length = (STRETCH_BY_COUNTRY if request.countries else STRETCH)[request.interval]
    for domain in range(place.domain, domains):
        first = place.start if domain == place.domain else request.first
        while first < request.end:
            # From a whole hour on, of which the store looks at all logs anyway.
            end = min(start_of(first, Interval.HOUR) + length, request.end)
            yield Stretch(domain, first, end)
            first = end


def after(stretch: Stretch, request: ExportRequest) -> Place:
    """The place behind a stretch."""
    if stretch.end < request.end:
        return Place(stretch.domain, stretch.end)
    return Place(stretch.domain + 1, request.first)


def rows(
    domain: str, windows: Mapping[int, Facts], request: ExportRequest, is_final: Callable[[int], bool]
) -> Iterable[Row]:
    """Ordered by window and cell, so that the same export has the same bytes."""
    for start, facts in sorted(windows.items()):
        of_window = (label(start), request.interval.seconds, "true" if is_final(start) else "false", domain)
        for cell, measures in sorted(facts.items()):
            country = cell.country if request.countries else ""
            yield (*of_window, country, cell.status, cell.result, str(cell.origin), *measures)
