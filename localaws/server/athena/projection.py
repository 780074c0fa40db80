"""Partition projection: which partition a key belongs to, and whether the projection has it.

Athena computes the partitions of a projected table from the table's parameters and never asks Glue for them. Here the
objects are looked at instead of every partition that there might be: what is out of the projection's range stays unseen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from localaws.server.athena.failures import SCHEMA, QueryFailed
from localaws.server.athena.tables import Column, Table

NOWHERE = "projected partition of no object"
"""A value that an injected column never has: a predicate that lets it pass does not name the column's values."""
JAVA_FORMATS = (("yyyy", "%Y"), ("MM", "%m"), ("dd", "%d"), ("HH", "%H"), ("mm", "%M"), ("ss", "%S"))
NOW = re.compile(r"NOW(?:([+-]\d+)(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)S?)?", re.IGNORECASE)
SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800, "month": 31 * 86_400}


def template_of(table: Table) -> str:
    """Where the partitions lie, with `${column}` for values; Hive's own names where the table says nothing."""
    template = table.parameters.get("storage.location.template")
    if template:
        return template.rstrip("/") + "/"
    return table.location + "".join(f"{key.name}=${{{key.name}}}/" for key in table.partition_keys)


def prefix_of(table: Table) -> str:
    """What the locations of all partitions begin with."""
    return template_of(table).partition("${")[0]


def location_of(table: Table, values: Sequence[str]) -> str:
    location = template_of(table)
    for key, value in zip(table.partition_keys, values, strict=True):
        location = location.replace(f"${{{key.name}}}", value)
    return location


def values_in(table: Table, uri: str) -> tuple[str, ...] | None:
    """The partition in which an object lies, by its URI; None: in none that the projection has."""
    pattern = re.escape(template_of(table))
    for key in table.partition_keys:
        marker = re.escape(f"${{{key.name}}}")
        pattern = pattern.replace(marker, f"(?P<{key.name}>[^/]+)", 1).replace(marker, f"(?P={key.name})")
    found = re.match(pattern, uri)
    if found is None:
        return None
    values = tuple(found[key.name] for key in table.partition_keys)
    pairs = zip(table.partition_keys, values, strict=True)
    return values if all(has(table, key, value) for key, value in pairs) else None


def injected_keys(table: Table) -> list[Column]:
    return [key for key in table.partition_keys if table.is_projected and _setting(table, key, "type") == "injected"]


def has(table: Table, key: Column, value: str) -> bool:
    """Whether the projection of a column has a value. Raises QueryFailed when the projection can't be."""
    if not table.is_projected:
        return True
    match _setting(table, key, "type"):
        case "injected":
            return True
        case "enum":
            return value in [one.strip() for one in _setting(table, key, "values").split(",")]
        case "integer":
            return _has_integer(table, key, value)
        case "date":
            return _has_date(table, key, value)
        case other:
            raise _invalid(table, f"projection.{key.name}.type is {other!r}")


def _has_integer(table: Table, key: Column, value: str) -> bool:
    low, high = (int(bound) for bound in _setting(table, key, "range").split(","))
    digits, interval = int(_setting(table, key, "digits", "1")), int(_setting(table, key, "interval", "1"))
    if not re.fullmatch(r"-?\d+", value) or value != str(int(value)).zfill(digits):
        return False
    return low <= int(value) <= high and (int(value) - low) % interval == 0


def _has_date(table: Table, key: Column, value: str) -> bool:
    low, high = (bound.strip() for bound in _setting(table, key, "range").split(","))
    pattern = _python_format(_setting(table, key, "format"))
    try:
        moment = datetime.strptime(value, pattern).replace(tzinfo=UTC)
        return moment.strftime(pattern) == value and _moment(low, pattern) <= moment <= _moment(high, pattern)
    except ValueError:
        return False


def _moment(bound: str, pattern: str) -> datetime:
    found = NOW.fullmatch(bound)
    if found is None:
        return datetime.strptime(bound, pattern).replace(tzinfo=UTC)
    unit = (found[2] or "second").lower()
    seconds = 366 * 86_400 if unit == "year" else SECONDS[unit]
    return datetime.now(UTC) + timedelta(seconds=int(found[1] or 0) * seconds)


def _python_format(java: str) -> str:
    python = java.replace("'", "").replace("%", "%%")
    for letters, directive in JAVA_FORMATS:
        python = python.replace(letters, directive)
    return python


def _setting(table: Table, key: Column, name: str, default: str | None = None) -> str:
    value = table.parameters.get(f"projection.{key.name}.{name}", default)
    if value is None:
        raise _invalid(table, f"projection.{key.name}.{name} is missing")
    return value


def _invalid(table: Table, what: str) -> QueryFailed:
    reason = f"INVALID_TABLE_PROPERTY: Table {table.name} is configured for partition projection, but {what}"
    return QueryFailed(reason, kind=SCHEMA)
