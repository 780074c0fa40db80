"""A whole batch, read once: every usable row, and everything that is wrong with the others.

Nothing here raises: a batch that can't be read at all is a `Batch` without rows whose faults say why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from cloudfront_extensions.errors import DuplicateName, InvalidBatch, InvalidRow
from cloudfront_extensions.jobs.batch_text import size_fault
from cloudfront_extensions.jobs.csv_batch import read_csv
from cloudfront_extensions.jobs.json_batch import read_json, read_objects
from cloudfront_extensions.jobs.row_reading import Reading, WrittenRow, read_row
from cloudfront_extensions.jobs.rows import Batch, Column, Fault, FaultyRow, Row, RowWarning, WarningCode

MAXIMUM_FAULTS = 50_000
"""Enough to list all that is wrong with any batch that somebody meant; reading ends where there are more."""
_LINES_NAMED = 5


def parse_csv(data: bytes, names_per_certificate: int) -> Batch:
    """A batch from the bytes of a CSV file."""
    return _oversized(len(data)) or _batch(read_csv(data), names_per_certificate)


def parse_json(data: bytes, names_per_certificate: int) -> Batch:
    """A batch from the bytes of a JSON file."""
    return _oversized(len(data)) or _batch(read_json(data), names_per_certificate)


def parse_rows(rows: Sequence[Any], names_per_certificate: int) -> Batch:
    """A batch from rows that stand in the request itself."""
    return _batch(read_objects(rows), names_per_certificate)


def _oversized(size: int) -> Batch | None:
    """What a file of so many bytes is without being read, if it is too large; else None."""
    fault = size_fault(size)
    return Batch(faults=(fault,)) if fault else None


def _batch(written: Iterable[WrittenRow | Fault], names_per_certificate: int) -> Batch:
    rows: list[Row] = []
    faulty_rows: list[FaultyRow] = []
    faults: list[Fault] = []
    warnings: list[RowWarning] = []
    lines: dict[str, int] = {}
    import_lines: dict[str, int] = {}
    for entry in written:
        if isinstance(entry, Fault):
            faults.append(entry)
            continue
        if len(faults) > MAXIMUM_FAULTS:
            message = f"there are more than {MAXIMUM_FAULTS:,} faults above this line; nothing below it was read"
            faults.append(Fault(entry.line, InvalidBatch, message))
            break
        reading = read_row(entry, names_per_certificate)
        repeated = [*_repetitions(reading, lines), *_repeated_imports(reading, import_lines)]
        faults += reading.faults
        faults += repeated
        warnings += reading.warnings
        for name in reading.names:
            lines.setdefault(name, entry.line)
        for place in reading.import_places.values():
            import_lines.setdefault(place, entry.line)
        if isinstance(reading.row, FaultyRow):
            faulty_rows.append(reading.row)
        elif repeated:
            faulty_rows.append(FaultyRow(entry.line, reading.row.domain_name))
        else:
            rows.append(reading.row)
    faults.sort(key=lambda fault: fault.line or 0)
    warnings += _overlaps(lines)
    warnings.sort(key=lambda warning: warning.line)
    return Batch(tuple(rows), tuple(faulty_rows), tuple(faults), tuple(warnings))


def _repetitions(reading: Reading, lines: dict[str, int]) -> list[Fault]:
    """Faults for the names of a row that stand in earlier rows, usable or not."""
    line = reading.row.line
    repeated = {name: lines[name] for name in reading.names if name in lines}
    if len(repeated) == len(reading.names) > 1 and len(set(repeated.values())) == 1:
        earlier = repeated[reading.names[0]]
        return [
            Fault(line, DuplicateName, f"line {earlier} has all names of the row already; leave one of the rows out")
        ]
    return [
        Fault(
            line,
            DuplicateName,
            f"{name} stands in line {earlier} already; leave it out of one of the two",
            Column.DOMAIN_NAME if name == reading.domain_name else Column.SUBJECT_ALTERNATIVE_NAMES,
        )
        for name, earlier in repeated.items()
    ]


def _repeated_imports(reading: Reading, lines: dict[str, int]) -> list[Fault]:
    """Faults for the bundle of a row, and for the certificate that it goes into, that an earlier row names too."""
    return [
        Fault(
            reading.row.line,
            InvalidRow,
            f"line {lines[place]} names the same {column} already; leave one of the rows out",
            column,
        )
        for column, place in reading.import_places.items()
        if place in lines
    ]


def _overlaps(lines: dict[str, int]) -> list[RowWarning]:
    """One warning for each wildcard that also covers names of other rows; CloudFront allows that in one account."""
    covered: dict[str, list[int]] = {}
    for name, line in lines.items():
        wildcard = f"*.{name.partition('.')[2]}"
        if name != wildcard and lines.get(wildcard, line) != line:
            covered.setdefault(wildcard, []).append(line)
    return [
        RowWarning(
            lines[wildcard],
            WarningCode.OVERLAPPING_NAMES,
            f"{wildcard} also covers {_counted(others)}; CloudFront answers for a name with the distribution of its "
            "most specific alias",
        )
        for wildcard, others in covered.items()
    ]


def _counted(lines: Sequence[int]) -> str:
    distinct = sorted(set(lines))
    named = ", ".join(str(line) for line in distinct[:_LINES_NAMED]) + (", ..." if len(distinct) > _LINES_NAMED else "")
    names = "name" if len(lines) == 1 else "names"
    return f"{len(lines)} {names} of other rows ({'line' if len(distinct) == 1 else 'lines'} {named})"
