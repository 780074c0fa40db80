"""The result of the statement, as Athena writes it to S3, as rows.

Athena quotes every value and leaves a null empty and unquoted. No value of the statement is an empty text, so that empty
means null.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
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
    "status",
    "result",
    "origin",
    "path",
    "network",
    "from_origin",
    "speed",
    "requests",
    "bytes",
    "taken_ms",
    "slow_1000",
    "slow_600",
    "slow_300",
)
"""Of every row, in order; those that its kind has no use for are null."""


def read_rows(lines: Iterable[str]) -> Iterator[Row]:
    """The rows of a result, one at a time.

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
            yield _row(record)
    except csv.Error as error:
        raise ValueError(f"the result is cut off or no CSV after line {records.line_num}: {error}") from error


def _row(record: list[str]) -> Row:
    kind, folder_text, edge_domain, host, starts, country, status, result, origin, path, network, from_origin, speed = (
        record[:13]
    )
    source, _, hour = folder_text.partition("/")
    folder = Folder(Source(source), hour)
    requests, sent_bytes = int(record[13]), int(record[14])
    match Kind(kind):
        case Kind.FACTS | Kind.TOTALS:
            cell = Cell(country, status, result, OriginUse(origin))
            measures = Measures(requests, sent_bytes, *map(int, record[15:]))
            return FactsRow(folder, edge_domain or None, host or None, int(starts), cell, measures)
        case Kind.URLS:
            return UrlRow(folder, edge_domain, host, int(starts), path, requests, sent_bytes)
        case Kind.SPEEDS:
            origin_used = from_origin == "true"
            return SpeedRow(folder, edge_domain, host, int(starts), country, network, origin_used, speed, requests)
        case Kind.REJECTED:
            return RejectedRow(folder, requests)
