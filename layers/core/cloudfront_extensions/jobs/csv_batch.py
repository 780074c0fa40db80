"""A batch as CSV (RFC 4180): a header that names the columns in any order, and a row for each set of names."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from cloudfront_extensions.certificates.names import shown
from cloudfront_extensions.errors import (
    BatchTooLarge,
    EmptyBatch,
    InvalidBatch,
    InvalidHeader,
    InvalidRow,
    KeyExposed,
)
from cloudfront_extensions.jobs.batch_text import MAXIMUM_ROWS, decode
from cloudfront_extensions.jobs.pasted_keys import BEGINNING, END, WHAT_WAS_PASTED, has_half_a_key, holds_key
from cloudfront_extensions.jobs.row_reading import Written, WrittenRow
from cloudfront_extensions.jobs.rows import Column, Fault, Row

_COLUMNS = {column.value: column for column in Column}
_COLUMNS_LOOKED_AT = 100
_NAME_IN_A_LIST = re.compile(r"[^\s;]+")


def read_csv(data: bytes) -> Iterator[WrittenRow | Fault]:
    """Rows as they are written, and faults of the file as a whole, in the order of the lines."""
    text, wrong_lines = decode(data)
    yield from wrong_lines.values()
    if not text.strip():
        if not wrong_lines:
            yield Fault(None, EmptyBatch, "the file is empty; write a header and at least one row")
        return
    if has_half_a_key(text):
        message = f"{WHAT_WAS_PASTED}; its first or last line is missing, so that nothing was read"
        yield Fault(None, InvalidBatch, message)
        return
    records = _records(text)
    _, header = next(records)
    columns = list(_header(header))
    faults = [column for column in columns if isinstance(column, Fault)]
    if faults:
        yield from faults
        return
    named = [column for column in columns if isinstance(column, Column)]
    yield from _rows(records, named, wrong_lines.keys())


def format_row(row: Row) -> list[str]:
    """The cells of a row in the order of `Column`."""
    return [
        row.domain_name,
        " ".join(row.names[1:]),
        row.origin_domain_name or "",
        row.key_algorithm or "",
        row.hosted_zone_id or "",
        row.comment or "",
        str(row.key_bundle or ""),
        row.import_into or "",
    ]


def format_csv(rows: Iterable[Row]) -> str:
    """A batch with every column, which reads back as the same rows."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Column)
    writer.writerows(format_row(row) for row in rows)
    return text.getvalue()


def _records(text: str) -> Iterator[tuple[range, list[str] | Fault]]:
    """The records with the lines that each takes up; a record may go over several lines inside quotation marks.

    Where a key is pasted without such marks, the records below are lines of the key: reading ends there.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    has_keys = holds_key(text)
    while True:
        first = reader.line_num + 1
        try:
            record: list[str] | Fault = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            record = _unreadable(first, reader.line_num, error)
        lines = range(first, reader.line_num + 1)
        if has_keys and not _holds_whole_keys(record):
            message = f"{WHAT_WAS_PASTED}; it goes over several rows, so that nothing from here on was read"
            yield lines, Fault(first, InvalidBatch, message)
            return
        yield lines, record


def _holds_whole_keys(record: list[str] | Fault) -> bool:
    """Whether every key in a record begins and ends in one value; of a record that can't be read nobody knows."""
    return isinstance(record, list) and all(cell.count(BEGINNING) == cell.count(END) for cell in record)


def _unreadable(first: int, last: int, error: csv.Error) -> Fault:
    if "end of data" in str(error):
        return Fault(
            first,
            InvalidBatch,
            "a quotation mark is opened in this row and never closed, so that all that follows belongs to it; close it",
        )
    if "field larger" in str(error):
        return Fault(first, InvalidRow, f"a value is longer than {csv.field_size_limit():,} characters; shorten it")
    return Fault(
        first,
        InvalidRow,
        f"a quotation mark closes a value on line {last} and text follows it; double the marks inside a value",
    )


def _header(header: list[str] | Fault) -> Iterator[Column | Fault]:
    if isinstance(header, Fault):
        yield Fault(1, InvalidHeader, header.message)
        return
    if holds_key(header):
        yield Fault(1, InvalidHeader, WHAT_WAS_PASTED)
        return
    if len(header) > _COLUMNS_LOOKED_AT:
        message = f"the first line has {len(header):,} values; it names the columns, {', '.join(_COLUMNS)}"
        yield Fault(1, InvalidHeader, message)
        return
    seen: set[str] = set()
    for number, cell in enumerate(header, 1):
        name = cell.strip()
        if name not in _COLUMNS:
            yield Fault(1, InvalidHeader, _unknown_column(name, number), shown(name)[1:-1])
        elif name in seen:
            yield Fault(1, InvalidHeader, f"the column {name} comes twice; leave one of them out", name)
        else:
            yield _COLUMNS[name]
        seen.add(name)
    if seen.isdisjoint((Column.DOMAIN_NAME, Column.KEY_BUNDLE)):
        yield Fault(
            1, InvalidHeader, "the column domainName is missing; the first line names the columns", Column.DOMAIN_NAME
        )


def _unknown_column(name: str, number: int) -> str:
    if not name:
        return f"column {number} has no name; name it, or take out the comma"
    similar = next((column for column in _COLUMNS if column.lower() == name.lower()), None)
    if similar:
        return f"there is no column {shown(name)}; write {similar}"
    if any(separator in name for separator in ";\t|"):
        return f"{shown(name)} is not a column; separate the columns with commas"
    return f"there is no column {shown(name)}; the columns are {', '.join(_COLUMNS)}"


def _rows(
    records: Iterator[tuple[range, list[str] | Fault]], columns: Sequence[Column], wrong_lines: Iterable[int]
) -> Iterator[WrittenRow | Fault]:
    wrong = frozenset(wrong_lines)
    count = 0
    for lines, record in records:
        if isinstance(record, list) and len(record) < 2 and not "".join(record).strip():
            continue
        count += 1
        if count > MAXIMUM_ROWS:
            yield Fault(
                lines.start,
                BatchTooLarge,
                f"a batch has at most {MAXIMUM_ROWS:,} rows, this is the first too many; split it into several jobs",
            )
            return
        if wrong and not wrong.isdisjoint(lines):
            continue
        if isinstance(record, Fault):
            yield record if record.spoils_batch else WrittenRow(lines.start, faults=(record,), misaligned=True)
        else:
            yield _row(lines.start, record, columns)
    if count == 0:
        yield Fault(1, EmptyBatch, "the file has a header and no row; write at least one row")


def _row(line: int, record: Sequence[str], columns: Sequence[Column]) -> WrittenRow:
    if holds_key(record):
        places = [
            columns[index] if index < len(columns) else None for index, cell in enumerate(record) if holds_key(cell)
        ]
        faults = tuple(Fault(line, KeyExposed, WHAT_WAS_PASTED, place) for place in places)
        return WrittenRow(line, faults=faults, misaligned=True)
    cells: dict[Column, Written] = {}
    alternative_names: list[Written] = []
    for column, cell in zip(columns, record, strict=False):
        if column is Column.SUBJECT_ALTERNATIVE_NAMES:
            alternative_names = [Written(name.group(), name.start()) for name in _NAME_IN_A_LIST.finditer(cell)]
        elif text := cell.strip():
            cells[column] = Written(text, cell.index(text[0]))
    if len(record) == len(columns):
        return WrittenRow(line, cells, alternative_names)
    advice = (
        "write a comma for each empty value"
        if len(record) < len(columns)
        else "put quotation marks around a value that has commas; names in one value are separated by spaces"
    )
    message = f"the row has {len(record)} values, the header names {len(columns)} columns; {advice}"
    return WrittenRow(line, cells, (), (Fault(line, InvalidRow, message),), misaligned=True)
