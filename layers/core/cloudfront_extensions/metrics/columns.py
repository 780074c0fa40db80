"""The fields of each kind of logs, in their order, and the one table that all of them become.

A field is named as CloudFront names it (`cs(User-Agent)`), a column as Glue can (`cs_user_agent`). Every column of a file is
text; the views give them types, and nothing after the views casts a value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cloudfront_extensions.metrics.sources import Source

LEGACY_FIELDS = (
    "date",
    "time",
    "x-edge-location",
    "sc-bytes",
    "c-ip",
    "cs-method",
    "cs(Host)",
    "cs-uri-stem",
    "sc-status",
    "cs(Referer)",
    "cs(User-Agent)",
    "cs-uri-query",
    "cs(Cookie)",
    "x-edge-result-type",
    "x-edge-request-id",
    "x-host-header",
    "cs-protocol",
    "cs-bytes",
    "time-taken",
    "x-forwarded-for",
    "ssl-protocol",
    "ssl-cipher",
    "x-edge-response-result-type",
    "cs-protocol-version",
    "fle-status",
    "fle-encrypted-fields",
    "c-port",
    "time-to-first-byte",
    "x-edge-detailed-result-type",
    "sc-content-type",
    "sc-content-len",
    "sc-range-start",
    "sc-range-end",
)
"""Standard logs (Developer Guide, log file fields). A legacy file has exactly these, so many to a line."""

STANDARD_FIELDS = (*LEGACY_FIELDS, "asn", "c-country")
"""What is asked of standard logging v2: the 33, and of the real-time fields those that it can select and metrics need."""

REALTIME_FIELDS = (
    "timestamp",
    "sc-status",
    "sc-bytes",
    "cs-host",
    "cs-uri-stem",
    "x-host-header",
    "time-taken",
    "x-edge-response-result-type",
    "x-edge-detailed-result-type",
    "c-country",
    "asn",
)
"""What is asked of real-time logs, in the order in which CloudFront sends fields: nothing about a viewer but these two."""

FIELDS: Mapping[Source, tuple[str, ...]] = {
    Source.STANDARD: STANDARD_FIELDS,
    Source.LEGACY: LEGACY_FIELDS,
    Source.REALTIME: REALTIME_FIELDS,
}

TOO_MANY = "too_many"
"""A last column of the tables of text: a line that has a value in it has more fields than it should."""

LINE_COLUMNS: Mapping[str, str] = {
    "folder": "varchar",
    "folder_begins": "bigint",
    "second": "bigint",
    "edge_domain": "varchar",
    "host": "varchar",
    "path": "varchar",
    "country": "varchar",
    "network": "varchar",
    "status": "varchar",
    "result": "varchar",
    "detailed_result": "varchar",
    "bytes": "bigint",
    "taken_ms": "bigint",
}
"""One line of any log, by the type of each column.

`folder` is such as `legacy/2026-11-22-14`; `folder_begins` and `second` are seconds since 1970. What a line doesn't tell is
UNKNOWN in a text and null in a number; `second` is null also where a line has too many fields or too few, and `edge_domain`
where it is no name. `network` is null in logs that never tell it.
"""


def column(field: str) -> str:
    """The name of a field's column: as that of Parquet files of standard logging v2, in lower case."""
    return re.sub(r"[^a-z0-9]+", "_", field.lower()).strip("_")


def columns(source: Source) -> tuple[str, ...]:
    """The columns of a source's table, without those of its folders."""
    names = tuple(map(column, FIELDS[source]))
    return names if source is Source.STANDARD else (*names, TOO_MANY)


def folder_columns(source: Source) -> tuple[str, ...]:
    """The columns that tell a file's folder: those of its partition."""
    return ("year", "month", "day", "hour") if source is Source.STANDARD else ("hour",)


def table(source: Source) -> str:
    """The table of a source's files."""
    return source.value


def view(source: Source) -> str:
    """The view that makes them lines of the one table."""
    return f"{source.value}_lines"
