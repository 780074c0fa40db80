"""Objects as files that DuckDB can read: gzip is unpacked, and bytes that are no UTF-8 become U+FFFD, as in Athena."""

from __future__ import annotations

import codecs
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from localaws.server.athena.failures import QueryFailed
from localaws.server.athena.tables import UNPACKED, Format, Table

AT_ONCE = 1024 * 1024
GZIP = 16 + zlib.MAX_WBITS


def unpacked(source: IO[bytes], uri: str, table: Table, place: Path) -> Path:
    """Write an object to a place on this machine, as text if its table is of text. Raises QueryFailed naming it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if table.format is Format.PARQUET:
        with source, place.open("wb") as target:
            shutil.copyfileobj(source, target)
        _check_parquet(place, uri)
        return place
    text = place.with_name(place.name + UNPACKED)
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    with source, text.open("w", encoding="utf-8", newline="") as target:
        pieces = _inflated(source, uri) if uri.endswith(".gz") else iter(lambda: source.read(AT_ONCE), b"")
        for piece in pieces:
            target.write(decoder.decode(piece))
        target.write(decoder.decode(b"", final=True))
    return text


def _inflated(source: IO[bytes], uri: str) -> Iterator[bytes]:
    """What all members of a gzip file hold."""
    inflating = zlib.decompressobj(GZIP)
    has_data = False
    try:
        while piece := source.read(AT_ONCE):
            has_data = True
            yield inflating.decompress(piece)
            while inflating.eof and inflating.unused_data:
                rest, inflating = inflating.unused_data, zlib.decompressobj(GZIP)
                yield inflating.decompress(rest)
    except zlib.error as error:
        raise QueryFailed(f"HIVE_CURSOR_ERROR: Failed to read file at {uri}: {error}") from error
    if has_data and not inflating.eof:
        raise QueryFailed(f"HIVE_CURSOR_ERROR: Failed to read file at {uri}: Unexpected end of input stream")


def _check_parquet(file: Path, uri: str) -> None:
    size = file.stat().st_size
    with file.open("rb") as content:
        begins = content.read(4)
        content.seek(max(0, size - 4))
        ends = content.read(4)
    if size < 12:
        raise QueryFailed(f"HIVE_BAD_DATA: {uri} is not a valid Parquet File: it has {size} bytes")
    if begins != b"PAR1" or ends != b"PAR1":
        raise QueryFailed(
            f"HIVE_BAD_DATA: Not valid Parquet file: {uri} expected magic number: PAR1 got: {ends.decode('latin-1')}"
        )
