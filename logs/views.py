"""The views that make the three kinds of logs one table of typed lines (`metrics.columns.LINE_COLUMNS`).

Here alone values are cast, by TRY_CAST: what can't be read is null. The SQL is understood by Athena and DuckDB alike.
"""

from __future__ import annotations

from collections.abc import Mapping

from cloudfront_extensions.metrics.columns import LINE_COLUMNS, TOO_MANY, columns, folder_columns, table
from cloudfront_extensions.metrics.facts import UNKNOWN
from cloudfront_extensions.metrics.sources import Source

LONGEST_PATH = 2048
"""Characters of a path that are kept. Longer ones with the same beginning are counted as one URL."""
CUT = " [cut]"
"""What a path that was cut ends in. No logged path has a space, so none ends so by itself."""
LONGEST_NAME = 253
"""Characters of a name in DNS."""
LONGEST_WORD = 255
"""Characters that are kept of what has few values, were it not for files that are no logs of CloudFront."""
EDGE_SUFFIXES = (".cloudfront.net", ".cloudfront.cn")
"""What CloudFront's own names of distributions end in; `.cn` in China."""


def view_sql(source: Source) -> str:
    """The query of a source's view, its table named without a database."""
    typed = _typed(source)
    lines = ",\n    ".join(f"{typed[name]} AS {name}" for name in LINE_COLUMNS)
    read = ",\n        ".join(f"{expression} AS {name}" for name, expression in _read(source).items())
    folders = ", ".join(f'"{name}"' for name in folder_columns(source))
    return f"""SELECT
    {lines},
    {folders}
FROM (
    SELECT
        {read},
        {folders}
    FROM "{table(source)}"{_lines_only(source)}
) AS fields"""


def _typed(source: Source) -> Mapping[str, str]:
    """Each column of a line, of what `_read` has read."""
    second = "second"
    if source is not Source.STANDARD:
        second = f"CASE WHEN last_field IS NOT NULL AND {TOO_MANY} IS NULL THEN second END"
    return {
        "folder": f"'{source}/' || folder_hour",
        "folder_begins": _seconds("substr(folder_hour, 1, 10) || ' ' || substr(folder_hour, 12, 2) || ':00:00'"),
        "second": second,
        "edge_domain": f"CASE WHEN length(edge_domain) BETWEEN 2 AND {LONGEST_NAME} THEN lower(edge_domain) END",
        "host": f"CASE WHEN length({_name('host')}) <= {LONGEST_NAME} THEN {_known(_name('host'))} ELSE '{UNKNOWN}' END",
        "path": f"CASE WHEN length(path) > {LONGEST_PATH} THEN substr(path, 1, {LONGEST_PATH}) || '{CUT}' "
        f"ELSE {_known('path')} END",
        "country": f"CASE WHEN length(country) = 2 THEN upper(country) ELSE '{UNKNOWN}' END",
        "network": "CAST(NULL AS varchar)" if source is Source.LEGACY else _word("network"),
        "status": f"CASE WHEN length(status) = 3 THEN status ELSE '{UNKNOWN}' END",
        "result": _word("result"),
        "detailed_result": _word("detailed_result"),
        "bytes": "CASE WHEN bytes >= 0 THEN bytes END",
        "taken_ms": "CASE WHEN taken_ms >= 0 THEN taken_ms END",
    }


def _read(source: Source) -> Mapping[str, str]:
    """What is taken of the columns of a source's table."""
    read = {
        "folder_hour": _folder_hour(source),
        "second": _second(source),
        "edge_domain": "cs_host",
        "host": "x_host_header",
        "path": "cs_uri_stem",
        "country": f"CAST('{UNKNOWN}' AS varchar)" if source is Source.LEGACY else "c_country",
        "network": "asn",
        "status": "sc_status",
        "result": "x_edge_response_result_type",
        "detailed_result": "x_edge_detailed_result_type",
        "bytes": "CAST(TRY_CAST(sc_bytes AS decimal(12, 0)) AS bigint)",
        "taken_ms": "CAST(TRY_CAST(time_taken AS decimal(12, 3)) * 1000 AS bigint)",
    }
    if source is Source.REALTIME:
        # Which of the two has the distribution's own name, documents and real records do not agree upon.
        own = " OR ".join(f"{_name('x_host_header')} LIKE '%{suffix}'" for suffix in EDGE_SUFFIXES)
        read["edge_domain"] = _name(f"CASE WHEN {own} THEN x_host_header ELSE cs_host END")
        read["host"] = f"CASE WHEN {own} THEN cs_host ELSE x_host_header END"
        # Real-time logs have the query string in it, which standard logs have in a field of its own (Developer Guide).
        read["path"] = "split_part(cs_uri_stem, '?', 1)"
    if source is Source.LEGACY:
        del read["network"]
    if source is not Source.STANDARD:
        read |= {"last_field": columns(source)[-2], TOO_MANY: TOO_MANY}
    return read


def _folder_hour(source: Source) -> str:
    return " || '-' || ".join(f'"{name}"' for name in folder_columns(source))


def _second(source: Source) -> str:
    if source is Source.REALTIME:
        return 'CAST(floor(TRY_CAST("timestamp" AS decimal(13, 3))) AS bigint)'
    if source is Source.STANDARD:
        # Each by itself: a Parquet file has few days and few times of a day, and each of these is cast but once.
        days, times = """"date" || ' 00:00:00'""", """'1970-01-01 ' || "time\""""
        return f"{_seconds(days)} + {_seconds(times)}"
    return _seconds('"date" || \' \' || "time"')


def _seconds(text: str) -> str:
    return f"date_diff('second', TIMESTAMP '1970-01-01 00:00:00', TRY_CAST({text} AS timestamp))"


def _name(column: str) -> str:
    """A host as it is looked up, without the port that a viewer may have sent."""
    return f"split_part(lower({column}), ':', 1)"


def _word(column: str) -> str:
    return _known(f"substr({column}, 1, {LONGEST_WORD})")


def _known(expression: str) -> str:
    return f"coalesce(nullif({expression}, ''), '{UNKNOWN}')"


def _lines_only(source: Source) -> str:
    """Header lines are known by their sign, wherever and however many they are; a blank line has one field, of nothing."""
    if source is Source.STANDARD:
        return ""
    first, second = (f'"{name}"' for name in columns(source)[:2])
    first = f"coalesce({first}, '{UNKNOWN}')"
    return f"\n    WHERE {first} NOT LIKE '#%' AND NOT ({first} = '' AND {second} IS NULL)"
