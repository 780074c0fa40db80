"""Figures by name as few bytes: a table of texts and whole numbers, packed column by column.

Each distinct text of a column stands once, and each row refers to it. Numbers are laid out by significance, first the lowest
bytes of all, then the next: most high bytes are zeros, which compress to nothing.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator, Mapping

Names = tuple[str, ...]
Numbers = tuple[int, ...]

_REFERENCE = "I"
_NUMBER = "Q"
_SIZES = {_REFERENCE: 4, _NUMBER: 8}
LARGEST_NUMBER = 2**64 - 1


def packed(table: Mapping[Names, Numbers]) -> bytes:
    """A table, whose rows all have as many names, and as many numbers from 0 to LARGEST_NUMBER, as bytes."""
    rows = sorted(table.items())
    columns = list(zip(*(names for names, _ in rows), strict=True))
    distinct = [sorted(set(column)) for column in columns]
    places = [{name: place for place, name in enumerate(names)} for names in distinct]
    references = [place[name] for place, column in zip(places, columns, strict=True) for name in column]
    numbers = [number for column in zip(*(values for _, values in rows), strict=True) for number in column]
    header = json.dumps({"rows": len(rows), "names": distinct}, separators=(",", ":")).encode()
    return zlib.compress(header + b"\n" + _spread(_REFERENCE, references) + _spread(_NUMBER, numbers), 9)


def unpacked(content: bytes) -> Iterator[tuple[Names, Numbers]]:
    """The rows of a table, in the order of their names."""
    header, _, columns = zlib.decompress(content).partition(b"\n")
    described = json.loads(header)
    rows, distinct = described["rows"], described["names"]
    end = rows * len(distinct) * _SIZES[_REFERENCE]
    references = _gathered(_REFERENCE, columns[:end])
    numbers = _gathered(_NUMBER, columns[end:])
    names = [
        [texts[reference] for reference in references[number * rows : (number + 1) * rows]]
        for number, texts in enumerate(distinct)
    ]
    values = [numbers[start : start + rows] for start in range(0, len(numbers), rows or 1)]
    return zip(zip(*names, strict=True), zip(*values, strict=True), strict=True)


def _spread(kind: str, numbers: list[int]) -> bytes:
    """All lowest bytes, then all next ones, and so on."""
    size = _SIZES[kind]
    plain = struct.pack(f"<{len(numbers)}{kind}", *numbers)
    return b"".join(plain[place::size] for place in range(size))


def _gathered(kind: str, spread: bytes) -> tuple[int, ...]:
    size = _SIZES[kind]
    count = len(spread) // size
    plain = bytearray(len(spread))
    for place in range(size):
        plain[place::size] = spread[place * count : (place + 1) * count]
    return struct.unpack(f"<{count}{kind}", plain)
