"""The result of the statement, as Athena writes it to S3, as rows.

Athena quotes every value and leaves a null empty and unquoted. No value of the statement is an empty text, so that empty
means null.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from cloudfront_extensions.metrics.facts import Cell, Measures, OriginUse
from cloudfront_extensions.metrics.rows import FactsRow, RejectedRow, Row, SpeedRow, UrlRow
from cloudfront_extensions.metrics.sources import Folder, Source


class Kind(StrEnum):
    """What a row of the result is."""

    FACTS = "facts"
    """A cell of one window, of one host."""
    TOTALS = "totals"
    """A cell of one window, of all distributions together."""
    URLS = "urls"
    SPEEDS = "speeds"
    REJECTED = "rejected"


RESULT_COLUMNS = (
    "kind",
    "folder",
    "edge_domain",
    "host",
    "starts",
    "country",
    "path",
    "requests",
    "bytes",
    "cells",
)
"""Of every row of the result, in order; those that its kind has no use for are null."""

CELLS: Mapping[tuple[Kind, ...], tuple[str, ...]] = {
    (Kind.FACTS, Kind.TOTALS): (
        "country",
        "status",
        "result",
        "origin",
        "requests",
        "bytes",
        "taken_ms",
        "slow_1000",
        "slow_600",
        "slow_300",
    ),
    (Kind.SPEEDS,): ("network", "from_origin", "speed", "requests"),
}
"""What each of a row's `cells` has, in order: all cells of a window, or all of an hour and country, are one row.

`cells` is an array of texts, which Athena writes as `[one, other]`. Each text has every value between tabs, and no value has a
tab, so that what Athena writes between two texts can't be taken for a value.
"""


def read_rows(lines: Iterable[str]) -> Iterator[Row]:
    """The rows of a result, one at a time; of cells that are one row of the result, each is one.

    Args:
        lines: of the CSV, the first with the names of the columns. A value may hold line breaks: each line keeps its end.

    Raises:
        ValueError: the text is not a result of the statement: other columns, or a value of another shape.
    """
    records = csv.reader(lines, strict=True)
    names = next(records, None)
    if names is None or tuple(names) != RESULT_COLUMNS:
        raise ValueError(f"the result has the columns {names}, not those of the statement that counts logs")
    try:
        for record in records:
            yield from _rows(record)
    except csv.Error as error:
        raise ValueError(f"the result is cut off or no CSV after line {records.line_num}: {error}") from error


def _rows(record: list[str]) -> Iterator[Row]:
    kind, folder_text, edge_domain, host, starts, country, path, requests, sent_bytes, cells = record
    source, _, hour = folder_text.partition("/")
    folder = Folder(Source(source), hour)
    match Kind(kind):
        case Kind.FACTS | Kind.TOTALS as facts:
            window, edge, of_host = int(starts), edge_domain or None, host or None
            for of_country, status, result, origin, *measures in _values(facts, cells):
                cell = Cell(of_country, status, result, OriginUse(origin))
                yield FactsRow(folder, edge, of_host, window, cell, Measures(*map(int, measures)))
        case Kind.URLS:
            yield UrlRow(folder, edge_domain, host, int(starts), path, int(requests), int(sent_bytes))
        case Kind.SPEEDS as speeds:
            begins = int(starts)
            for network, origin, speed, count in _values(speeds, cells):
                yield SpeedRow(folder, edge_domain, host, begins, country, network, origin == "true", speed, int(count))
        case Kind.REJECTED:
            yield RejectedRow(folder, int(requests))


def _values(kind: Kind, cells: str) -> Iterator[tuple[str, ...]]:
    """Of each cell its values."""
    length = next(len(names) for kinds, names in CELLS.items() if kind in kinds)
    before, *values = cells.split("\t")
    if before != "[" or not values or len(values) % (length + 1) or values[-1] != "]":
        raise ValueError(f"a row of {kind} has cells that are no list of {length} values each: {cells[:100]}")
    return zip(*(values[place :: length + 1] for place in range(length)), strict=True)
