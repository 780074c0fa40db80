"""The statement that counts logs: one scan, exact partitions, and nothing that Athena and DuckDB read differently."""

from __future__ import annotations

import re

import pytest
import sqlglot
from sqlglot import expressions

from cloudfront_extensions.metrics.columns import LINE_COLUMNS, columns, folder_columns, view
from cloudfront_extensions.metrics.result_rows import RESULT_COLUMNS
from cloudfront_extensions.metrics.sources import Folder, Source
from cloudfront_extensions.metrics.statement import statement
from logs.views import view_sql

DIALECTS = ["athena", "trino", "duckdb"]
ATHENA_LIMIT = 262_144
"""Bytes of a query (Athena service quotas)."""
ONE_OF_EACH = [Folder(source, "2026-11-22-14") for source in Source]
ALL_SETS = [
    pytest.param([Folder(Source.STANDARD, "2026-11-22-14")], id="standard"),
    pytest.param([Folder(Source.LEGACY, "2026-11-22-14")], id="legacy"),
    pytest.param([Folder(Source.REALTIME, "2026-11-22-14")], id="realtime"),
    pytest.param(ONE_OF_EACH, id="one of each"),
    pytest.param([*ONE_OF_EACH, Folder(Source.STANDARD, "2027-01-01-00")], id="two years"),
]


def _parsed(sql: str, dialect: str) -> expressions.Expression:
    found = sqlglot.parse(sql, dialect=dialect)
    assert len(found) == 1
    assert found[0] is not None
    return found[0]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("folders", ALL_SETS)
def test_every_statement_is_one_select_of_each_dialect(folders: list[Folder], dialect: str) -> None:
    parsed = _parsed(statement(folders, "logs"), dialect)
    assert isinstance(parsed, expressions.Select)
    assert tuple(parsed.named_selects) == RESULT_COLUMNS
    assert not list(parsed.find_all(expressions.Anonymous))


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("source", Source)
def test_every_view_is_one_select_of_each_dialect(source: Source, dialect: str) -> None:
    parsed = _parsed(view_sql(source), dialect)
    assert tuple(parsed.named_selects) == (*LINE_COLUMNS, *folder_columns(source))
    assert not list(parsed.find_all(expressions.Anonymous))


@pytest.mark.parametrize("source", Source)
def test_a_view_reads_only_columns_that_its_table_has(source: Source) -> None:
    inner = _parsed(view_sql(source), "athena").find(expressions.Subquery)
    assert inner is not None
    read = {column.name for column in inner.find_all(expressions.Column)}
    assert read <= {*columns(source), *folder_columns(source)}


@pytest.mark.parametrize("folders", ALL_SETS)
def test_each_view_and_each_common_table_is_named_once(folders: list[Folder]) -> None:
    """Athena reads what is named twice two times, and bills it so."""
    named = [table.name for table in _parsed(statement(folders, "logs"), "athena").find_all(expressions.Table)]
    assert len(named) == len(set(named))
    assert {view(folder.source) for folder in folders} <= set(named)


@pytest.mark.parametrize("folders", ALL_SETS)
def test_the_statement_casts_to_text_alone_which_cannot_fail(folders: list[Folder]) -> None:
    casts = list(_parsed(statement(folders, "logs"), "athena").find_all(expressions.Cast))
    assert {cast.to.sql("trino").lower() for cast in casts} == {"varchar"}


@pytest.mark.parametrize("source", Source)
def test_what_a_view_reads_of_a_log_is_cast_without_failing(source: Source) -> None:
    for cast in _parsed(view_sql(source), "athena").find_all(expressions.Cast):
        inner = cast.this
        is_try = isinstance(cast, expressions.TryCast)
        assert is_try or inner.find(expressions.TryCast) or isinstance(inner, (expressions.Literal, expressions.Null))


def test_nothing_is_divided_and_no_number_has_a_point() -> None:
    """Athena divides integers to integers and reads 1.5 as a decimal; DuckDB does neither."""
    parsed = _parsed(statement(ONE_OF_EACH, "logs"), "athena")
    assert not list(parsed.find_all(expressions.Div))
    assert not [one for one in parsed.find_all(expressions.Literal) if not one.is_string and "." in one.this]


def test_partitions_are_exactly_those_of_the_folders() -> None:
    hours = ["2026-10-31-23", "2026-11-01-00", "2026-12-31-23", "2027-01-01-00", "2028-02-29-12"]
    sql = statement([Folder(source, hour) for source in Source for hour in hours], "logs")
    for source in (Source.LEGACY, Source.REALTIME):
        scan = re.search(rf'"logs"\."{source}_lines"\n    WHERE "hour" IN \((.*)\)', sql)
        assert scan
        assert re.findall(r"'(.*?)'", scan[1]) == hours
    parts = re.findall(r'"year" = \'(\d+)\' AND "month" = \'(\d+)\' AND "day" = \'(\d+)\' AND "hour" = \'(\d+)\'', sql)
    assert ["-".join(part) for part in parts] == hours


def test_sources_without_a_changed_folder_are_not_read() -> None:
    sql = statement([Folder(Source.REALTIME, "2026-11-22-14")], "logs")
    assert "realtime_lines" in sql
    assert "legacy_lines" not in sql
    assert "standard_lines" not in sql


def test_a_folder_named_twice_is_counted_once() -> None:
    assert statement([*ONE_OF_EACH, *ONE_OF_EACH], "logs") == statement(ONE_OF_EACH, "logs")


def test_the_order_of_folders_makes_no_difference() -> None:
    assert statement(ONE_OF_EACH[::-1], "logs") == statement(ONE_OF_EACH, "logs")


def test_a_month_of_all_hours_of_all_sources_fits_into_a_query() -> None:
    hours = [f"2026-12-{day:02}-{hour:02}" for day in range(1, 32) for hour in range(24)]
    sql = statement([Folder(source, hour) for source in Source for hour in hours], "cloudfront_logs_1a2b3c4d")
    assert len(sql.encode()) < ATHENA_LIMIT


def test_no_folder_is_no_statement() -> None:
    with pytest.raises(ValueError, match="at least one folder"):
        statement([], "logs")


@pytest.mark.parametrize("hour", ["", "2026-13-01-00", "x') OR (1=1"])
def test_a_folder_of_no_hour_is_refused(hour: str) -> None:
    with pytest.raises(ValueError, match="does not match format"):
        statement([Folder(Source.LEGACY, hour)], "logs")
