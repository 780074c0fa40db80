"""The one statement of a refresh: it counts every folder that changed in one scan of its files.

It is written in what Athena and DuckDB both understand untranslated: integers and text only, and no cast that could fail
(the views did those). The lines are grouped in four ways at once by GROUPING SETS, and named but once, for
Athena reads what a query names twice two times, and bills it so.

What costs time are groups, millions of them, and rows of the result: no more is sorted than may be told, and cells go as
arrays. `max_by` of several would do without sorting, but Trino has answered with an error where a text was longer than 1 KB.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from cloudfront_extensions.metrics.columns import LINE_COLUMNS, view
from cloudfront_extensions.metrics.download_speeds import LIMITS, NO_DOWNLOADS, Speed
from cloudfront_extensions.metrics.facts import OriginUse
from cloudfront_extensions.metrics.result_rows import CELLS, RESULT_COLUMNS, Kind
from cloudfront_extensions.metrics.sources import Folder, Source
from cloudfront_extensions.metrics.top_urls import KEPT
from cloudfront_extensions.metrics.windows import EARLIEST, LATEST, SMALLEST, Interval

_BY_CELL = "country, status, result, origin"
_GROUPED = {
    Kind.FACTS: f"folder, edge_domain, host, window_begins, {_BY_CELL}",
    Kind.TOTALS: f"folder, window_begins, {_BY_CELL}",
    Kind.URLS: "folder, edge_domain, host, hour_begins, path",
    Kind.SPEEDS: "folder, edge_domain, host, hour_begins, country, network, from_origin, speed",
}
_BITS = ("edge_domain", "window_begins", "path", "network")
"""What tells the four apart: GROUPING has a bit for each, set where a row is not grouped by it."""
_WORDS = ("country", "status", "result", "network")
"""What may have a tab in it, and is told between tabs."""
_LIST = "grouped_by, folder, edge_domain, host, starts"
"""What a list of top URLs is one of."""
_STEPS: Mapping[str, tuple[int, ...]] = {
    "requests": tuple(4**power for power in range(1, 6)),
    "bytes": tuple(16**power for power in range(3, 10)),
}
"""Where KEPT URLs of a list reach a step, one below it is not among its first: so nearly all are out before any is sorted."""


def statement(folders: Collection[Folder], database: str) -> str:
    """The statement that counts these folders, and nothing else.

    Its rows are ordered by folder, edge domain and host, those of all distributions last; `result_rows` reads them.

    Args:
        folders: at least one; of any sources and hours.
        database: of the tables and views.

    Raises:
        ValueError: there is no folder, or one whose hour is none.
    """
    if not folders:
        raise ValueError("a statement counts at least one folder; name the folders that changed")
    by_source = {source: sorted({folder for folder in folders if folder.source is source}) for source in Source}
    scans = "\n    UNION ALL\n".join(_scan(source, of, database) for source, of in by_source.items() if of)
    sets = ",\n        ".join(f"({columns})" for columns in _GROUPED.values())
    return f"""WITH lines AS (
{scans}
), sorted_out AS (
    SELECT *,
        {_counted()} AS counted,
        detailed_result = 'Miss' OR (detailed_result LIKE '%Origin%' AND detailed_result <> 'OriginShieldHit') AS from_origin,
        {_speed()} AS speed
    FROM lines
), windowed AS (
    SELECT *,
        CASE WHEN counted THEN second - second % {SMALLEST} END AS window_begins,
        CASE WHEN counted THEN second - second % {Interval.HOUR.seconds} END AS hour_begins,
        CASE WHEN from_origin THEN '{OriginUse.FETCHED}'
            WHEN detailed_result = 'RefreshHit' THEN '{OriginUse.REVALIDATED}' ELSE '{OriginUse.NONE}' END AS origin
    FROM sorted_out
), grouped AS (
    SELECT {", ".join(_names(", ".join(_GROUPED.values())))},
        GROUPING({", ".join(_BITS)}) AS grouped_by,
        count(*) AS requests,
        coalesce(sum(bytes), 0) AS bytes,
        coalesce(sum(taken_ms), 0) AS taken_ms,
        count(*) FILTER (WHERE taken_ms >= 1000) AS slow_1000,
        count(*) FILTER (WHERE taken_ms >= 600 AND taken_ms < 1000) AS slow_600,
        count(*) FILTER (WHERE taken_ms >= 300 AND taken_ms < 600) AS slow_300
    FROM windowed
    GROUP BY GROUPING SETS (
        {sets}
    )
), told AS (
    SELECT grouped_by, folder, edge_domain, host, coalesce(window_begins, hour_begins) AS starts, path, requests, bytes,
        CASE WHEN {_is(Kind.SPEEDS)} THEN country END AS country, {_cell()} AS cell
    FROM grouped
    WHERE {_is(Kind.TOTALS)} OR (window_begins IS NOT NULL AND {_is(Kind.FACTS)})
        OR (hour_begins IS NOT NULL AND ({_is(Kind.URLS)} OR (speed IS NOT NULL AND {_is(Kind.SPEEDS)})))
), compared AS (
    SELECT *,
        {_reaching()}
    FROM told
), packed AS (
    SELECT {_LIST}, country, path, sum(requests) AS requests, sum(bytes) AS bytes,
        array_agg(cell) FILTER (WHERE cell IS NOT NULL) AS cells
    FROM compared
    WHERE NOT {_is(Kind.URLS)} OR {_may_be_first("requests")}
        OR {_may_be_first("bytes")}
    GROUP BY {_LIST}, country, path
), ranked AS (
    SELECT *,
        row_number() OVER (PARTITION BY {_LIST} ORDER BY requests DESC, path) AS place_by_requests,
        row_number() OVER (PARTITION BY {_LIST} ORDER BY bytes DESC, path) AS place_by_bytes
    FROM packed
)
SELECT {_results()}
FROM ranked
WHERE NOT {_is(Kind.URLS)} OR place_by_requests <= {KEPT} OR place_by_bytes <= {KEPT}
ORDER BY folder, edge_domain NULLS LAST, host NULLS LAST
"""  # noqa: S608 - of names and numbers of this module alone, and hours that were read as such


def _scan(source: Source, folders: Collection[Folder], database: str) -> str:
    return f"""    SELECT {", ".join(LINE_COLUMNS)}
    FROM "{database}"."{view(source)}"
    WHERE {_partitions(source, folders)}"""  # noqa: S608


def _partitions(source: Source, folders: Collection[Folder]) -> str:
    """Exactly these folders, each by its own values: no folder between them is read."""
    if source is not Source.STANDARD:
        return '"hour" IN (' + ", ".join(f"'{folder.begins:%Y-%m-%d-%H}'" for folder in folders) + ")"
    return "\n        OR ".join(
        f"""("year" = '{begins:%Y}' AND "month" = '{begins:%m}' AND "day" = '{begins:%d}' AND "hour" = '{begins:%H}')"""
        for begins in (folder.begins for folder in folders)
    )


def _counted() -> str:
    return (
        "coalesce(edge_domain IS NOT NULL "
        f"AND second >= folder_begins - {EARLIEST} AND second < folder_begins + {Interval.HOUR.seconds + LATEST}, false)"
    )


def _speed() -> str:
    """A line's class as `download_speeds.speed_of` has it; null where a log doesn't tell, or the answer was no download."""
    not_downloads = ", ".join(f"'{result}'" for result in NO_DOWNLOADS)
    classes = "\n            ".join(
        f"WHEN bytes * 1000 < {limit} * taken_ms THEN '{speed}'" for speed, limit in LIMITS.items()
    )
    return f"""CASE WHEN network IS NULL OR bytes IS NULL OR taken_ms IS NULL OR result IN ({not_downloads}) THEN NULL
            {classes}
            ELSE '{Speed.OTHER}' END"""


def _names(text: str) -> dict[str, None]:
    return dict.fromkeys(name.strip() for name in text.split(","))


def _is(*kinds: Kind) -> str:
    """Whether a row is of one of these kinds."""
    return f"grouped_by IN ({', '.join(str(_bits(kind)) for kind in kinds)})"


def _bits(kind: Kind) -> int:
    """The value of GROUPING in rows of this kind."""
    grouped = _names(_GROUPED[kind])
    return sum(1 << place for place, name in enumerate(reversed(_BITS)) if name not in grouped)


def _cell() -> str:
    """Each value between tabs. A Parquet file may have one in a value, which becomes a space."""
    cases = (
        f"WHEN {_is(*kinds)} THEN chr(9) || {' || chr(9) || '.join(map(_as_text, names))} || chr(9)"
        for kinds, names in CELLS.items()
    )
    return f"CASE WHEN {_is(Kind.TOTALS)} AND window_begins IS NULL THEN NULL {' '.join(cases)} END"


def _as_text(name: str) -> str:
    return f"replace({name}, chr(9), ' ')" if name in _WORDS else f"CAST({name} AS varchar)"


def _reaching() -> str:
    """Of how many URLs of a row's list a figure reaches each step."""
    return ",\n        ".join(
        f"count(CASE WHEN {figure} >= {step} THEN 1 END) OVER (PARTITION BY {_LIST}) AS {figure}_{place}"
        for figure, steps in _STEPS.items()
        for place, step in enumerate(steps)
    )


def _may_be_first(figure: str) -> str:
    """Whether a URL is not below a step that KEPT others reach."""
    steps = reversed(list(enumerate(_STEPS[figure])))
    cases = " ".join(f"WHEN {figure}_{place} >= {KEPT} THEN {step}" for place, step in steps)
    return f"{figure} >= CASE {cases} ELSE 0 END"


def _results() -> str:
    kinds_told = " ".join(f"WHEN {_is(kind)} THEN '{kind}'" for kind in _GROUPED)
    rejected = f"WHEN {_is(Kind.TOTALS)} AND starts IS NULL THEN '{Kind.REJECTED}'"
    return f"CASE {rejected} {kinds_told} END AS kind, {', '.join(RESULT_COLUMNS[1:])}"
