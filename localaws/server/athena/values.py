"""DuckDB's types in Trino's names, and values as Athena writes them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

NAMES = {
    "BOOLEAN": "boolean",
    "TINYINT": "tinyint",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "HUGEINT": "bigint",
    "UBIGINT": "bigint",
    "UINTEGER": "bigint",
    "FLOAT": "real",
    "DOUBLE": "double",
    "VARCHAR": "varchar",
    "BLOB": "varbinary",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
    "STRING": "varchar",
    "NUMBER": "bigint",
    "BOOL": "boolean",
}
NUMBERS = ["tinyint", "smallint", "integer", "bigint", "real", "double"]
"""Each can be any that comes after it."""
PRECISIONS = {"boolean": 1, "tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19, "real": 17, "double": 17}


def trino_type(duckdb_type: str) -> str:
    if duckdb_type.endswith("[]"):
        return f"array({trino_type(duckdb_type[:-2])})"
    base = duckdb_type.partition("(")[0]
    return "decimal" + duckdb_type[len(base) :] if base == "DECIMAL" else NAMES.get(base, base.lower())


def can_be(kind: str, wanted: str) -> bool:
    """Whether a column of a view may be declared as this type."""
    kind, wanted = (re.sub(r"\(\d+\)$", "", one.lower()) for one in (kind, wanted))
    if kind in NUMBERS and wanted in NUMBERS:
        return NUMBERS.index(kind) <= NUMBERS.index(wanted)
    return kind == wanted


def column_info(name: str, kind: str) -> dict[str, Any]:
    """One of GetQueryResults' descriptions of columns."""
    base = kind.partition("(")[0]
    sizes = re.findall(r"\d+", kind) if base == "decimal" else []
    precision = int(sizes[0]) if sizes else PRECISIONS.get(base, 2_147_483_647 if base == "varchar" else 0)
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": name,
        "Label": name,
        "Type": base,
        "Precision": precision,
        "Scale": int(sizes[1]) if len(sizes) > 1 else 0,
        "Nullable": "UNKNOWN",
        "CaseSensitive": base == "varchar",
    }


def texts(row: Iterable[Any]) -> list[str | None]:
    """The values of a row as Athena writes them; None stays None."""
    return [value if value is None or type(value) is str else _text(value) for value in row]


def csv_line(row: Iterable[str | None]) -> str:
    """A line of a result: every value in quotes, null as nothing at all."""
    return ",".join("" if value is None else '"' + value.replace('"', '""') + '"' for value in row) + "\n"


def _text(value: Any) -> str:
    writer: Callable[[Any], str] = WRITERS.get(type(value), str)
    return writer(value)


def _double(value: float) -> str:
    """As Java writes it."""
    if value != value or value in (float("inf"), float("-inf")):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        shortest = repr(value)
        return f"{Decimal(shortest):f}" if "e" in shortest else shortest
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    figures = "".join(map(str, digits)).rstrip("0") or "0"
    power = len(digits) - 1 + int(exponent)
    return f"{'-' if sign else ''}{figures[0]}.{figures[1:] or '0'}E{power}"


WRITERS: dict[type, Callable[[Any], str]] = {
    bool: lambda value: str(value).lower(),
    float: _double,
    datetime.datetime: lambda value: value.strftime("%Y-%m-%d %H:%M:%S.") + f"{value.microsecond // 1000:03}",
    bytes: lambda value: value.hex(" "),
    list: lambda value: "[" + ", ".join("null" if one is None else _text(one) for one in value) + "]",
}
