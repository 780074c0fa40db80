"""The result of a query, read from the object that Athena writes: all rows, in pieces, however many there are."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import NamedTuple

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.errors import QueryFailed
from cloudfront_extensions.metrics.result_rows import RESULT_COLUMNS, read_rows
from cloudfront_extensions.metrics.rows import Row

PIECE = 8 * 1024 * 1024
"""Bytes read at a time. Each is a request of its own: a connection that waits for DynamoDB between reads would be cut."""
LONGEST_FIELD = 32 * 1024 * 1024
"""Characters of a value, as many as Athena lets one have: a log line may hold anything, and one odd line stops nothing."""
_LOCATION = re.compile(r"s3://([^/]+)/(.+)")


class PlacedRow(NamedTuple):
    begins: int
    """The byte at which the row of the result begins in which it is; the first begins at 0, with the names of the columns."""
    row: Row


def rows_at(location: str, first: int = 0) -> Iterator[PlacedRow]:
    """The rows of a result of the statement, `s3://bucket/key`, from one that begins at a byte on.

    Raises:
        QueryFailed: there is no such object, or it is no result of the statement.
    """
    place = first

    def lines() -> Iterator[str]:
        nonlocal place
        if first:
            yield ",".join(RESULT_COLUMNS)
        for line in lines_at(location, first):
            place += len(line)
            yield line.decode("utf-8", "replace")

    begins, read, rows = first, first, read_rows(lines())
    try:
        while row := _next(rows):
            if place > read:
                begins, read = read, place
            yield PlacedRow(begins, row)
    except (ValueError, csv.Error) as error:
        raise QueryFailed(f"{location} can't be read: {error}") from error


def _next(rows: Iterator[Row]) -> Row | None:
    """The limit is that of the whole process: others have theirs again when the row is read."""
    limit = csv.field_size_limit(LONGEST_FIELD)
    try:
        return next(rows, None)
    finally:
        csv.field_size_limit(limit)


def lines_at(location: str, first: int = 0) -> Iterator[bytes]:
    """The lines of an object from a byte on, each with its end."""
    begun = b""
    for piece in _pieces(location, first):
        *lines, begun = (begun + piece).split(b"\n")
        yield from (line + b"\n" for line in lines)
    if begun:
        yield begun


def _pieces(location: str, first: int) -> Iterator[bytes]:
    found = _LOCATION.fullmatch(location)
    if found is None:
        raise QueryFailed(f"{location} is no object of S3")
    bucket, key = found.groups()
    size = first + 1
    meanings = {"NoSuchKey": QueryFailed, "404": QueryFailed, "InvalidRange": QueryFailed}
    while first < size:
        with aws_call("GetObject", location, meanings):
            answer = client("s3").get_object(Bucket=bucket, Key=key, Range=f"bytes={first}-{first + PIECE - 1}")
            piece = answer["Body"].read()
        yield piece
        size = int(answer["ContentRange"].rpartition("/")[2])
        first += len(piece)
