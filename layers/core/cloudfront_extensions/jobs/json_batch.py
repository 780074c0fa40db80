"""A batch as JSON: a list of rows, each an object with the columns as keys."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cloudfront_extensions.certificates.key_bundle_reference import parse_key_bundle
from cloudfront_extensions.certificates.names import shown
from cloudfront_extensions.errors import BatchTooLarge, EmptyBatch, InvalidBatch, InvalidInput, InvalidRow, KeyExposed
from cloudfront_extensions.jobs.batch_text import MAXIMUM_ROWS, decode
from cloudfront_extensions.jobs.pasted_keys import WHAT_WAS_PASTED, holds_key
from cloudfront_extensions.jobs.row_reading import Written, WrittenRow
from cloudfront_extensions.jobs.rows import Column, Fault

_COLUMNS = {column.value: column for column in Column}

_KEYS_LOOKED_AT = 100


class _Object(dict[str, Any]):
    """A JSON object that remembers which of its keys came more than once."""

    repeated: tuple[str, ...] = ()


def read_json(data: bytes) -> Iterator[WrittenRow | Fault]:
    """Rows as they are written, and faults of the file as a whole."""
    text, wrong_lines = decode(data)
    if wrong_lines:
        yield from wrong_lines.values()
        return
    if not text.strip():
        yield Fault(None, EmptyBatch, "the file is empty; write a JSON list with at least one row")
        return
    try:
        rows = json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        yield Fault(
            error.lineno,
            InvalidBatch,
            f"the file is not JSON: {error.msg} at line {error.lineno}, character {error.colno}",
            position=error.colno,
        )
    except (ValueError, RecursionError):
        yield Fault(
            None, InvalidBatch, "the file is JSON that no batch needs: nested too deeply, or with numbers too long"
        )
    else:
        if isinstance(rows, list):
            yield from read_objects(rows)
        else:
            yield Fault(None, InvalidBatch, "the file is not a JSON list; write a list of rows, each an object")


def read_objects(rows: Sequence[Any]) -> Iterator[WrittenRow | Fault]:
    """Rows as they are written in a list of objects; a row's line is its position in the list, from 1."""
    if not rows:
        yield Fault(None, EmptyBatch, "the list has no row; write at least one")
    for position, row in enumerate(rows, 1):
        if position > MAXIMUM_ROWS:
            yield Fault(
                position,
                BatchTooLarge,
                f"a batch has at most {MAXIMUM_ROWS:,} rows, this is the first too many; split it into several jobs",
            )
            return
        yield _row(position, row)


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    row = _Object(pairs)
    if len(row) < len(pairs):
        row.repeated = tuple(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
    return row


def _row(line: int, row: Any) -> WrittenRow:
    if not isinstance(row, Mapping):
        fault = Fault(line, InvalidRow, 'the row is not an object; write {"domainName": "shop.example.com"}')
        return WrittenRow(line, faults=(fault,), misaligned=True)
    if holds_key(row):
        places = [_COLUMNS.get(key) for key, value in row.items() if holds_key((key, value))]
        exposed = tuple(Fault(line, KeyExposed, WHAT_WAS_PASTED, place) for place in places)
        return WrittenRow(line, faults=exposed, misaligned=True)
    if len(row) > _KEYS_LOOKED_AT:
        fault = Fault(line, InvalidRow, f"the row has {len(row):,} keys; the keys are {', '.join(_COLUMNS)}")
        return WrittenRow(line, faults=(fault,), misaligned=True)
    faults = [
        Fault(line, InvalidRow, f"the key {shown(key)} comes twice; leave one of them out", shown(key)[1:-1])
        for key in getattr(row, "repeated", ())
    ]
    cells: dict[Column, Written] = {}
    alternative_names: list[Written] = []
    for key, value in row.items():
        column = _COLUMNS.get(key)
        if column is None:
            message = f"there is no key {shown(str(key))}; the keys are {', '.join(_COLUMNS)}"
            faults.append(Fault(line, InvalidRow, message, shown(str(key))[1:-1]))
            continue
        if value is None:
            continue
        try:
            if column is Column.SUBJECT_ALTERNATIVE_NAMES:
                alternative_names = _names(value)
            elif (text := _text(column, value)).strip():
                cells[column] = Written(text.strip(), len(text) - len(text.lstrip()))
        except InvalidInput as error:
            faults.append(Fault(line, type(error), str(error), column))
    return WrittenRow(line, cells, alternative_names, tuple(faults))


def _names(value: object) -> list[Written]:
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return [Written(name) for name in value]
    raise InvalidRow(f"{Column.SUBJECT_ALTERNATIVE_NAMES} is not a list of texts; write a list of names")


def _text(column: Column, value: object) -> str:
    if isinstance(value, str):
        return value
    if column is Column.KEY_BUNDLE:
        return str(parse_key_bundle(value, column))
    raise InvalidRow(f"{column} is not a text; write it in quotation marks")
