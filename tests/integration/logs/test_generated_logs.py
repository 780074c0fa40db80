"""The statement over generated files counts what the raw lines say, of each source and of all at once."""

from __future__ import annotations

import gzip
import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from cloudfront_extensions.metrics.facts import added, total, without_countries
from cloudfront_extensions.metrics.rows import FactsRow, RejectedRow, Row, SpeedRow
from cloudfront_extensions.metrics.sources import Folder, Source, folder_of
from logs.distributions import EXAMPLES
from logs.files import generate
from tests.integration.logs.bad_files import GOOD
from tests.integration.logs.catalog import counted
from tests.integration.logs.raw_lines import count_files, summed

START = datetime(2025, 12, 31, 23, tzinfo=UTC)
LINES = 6_000


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("logs")
    for source in Source:
        list(generate(root, source, EXAMPLES, seed=7, lines=LINES, start=START, hours=2, largest_file=500))
    return root


@pytest.fixture(scope="module")
def rows(bucket: Path) -> list[Row]:
    return counted(bucket, _folders(bucket))


def _folders(root: Path) -> set[Folder]:
    found = {folder_of(path.relative_to(root).as_posix()) for path in root.rglob("*") if path.is_file()}
    return {folder for folder in found if folder is not None}


def test_every_row_is_what_the_raw_lines_add_up_to(bucket: Path, rows: list[Row]) -> None:
    assert summed(rows) == count_files(bucket).told()


def test_the_three_kinds_of_logs_tell_the_same_of_the_same_requests(rows: list[Row]) -> None:
    by_source = {
        source: without_countries(
            added({row.cell: row.measures} for row in rows if isinstance(row, FactsRow) and row.folder.source is source)
        )
        for source in Source
    }
    assert by_source[Source.STANDARD] == by_source[Source.LEGACY] == by_source[Source.REALTIME]


def test_every_line_is_counted_once_in_a_host_and_once_in_the_total(rows: list[Row]) -> None:
    facts = [row for row in rows if isinstance(row, FactsRow)]
    of_hosts = total({(place, row): row.measures for place, row in enumerate(facts) if row.edge_domain})  # type: ignore[misc]
    of_all = total({(place, row): row.measures for place, row in enumerate(facts) if not row.edge_domain})  # type: ignore[misc]
    assert of_hosts == of_all
    assert of_all.requests == 3 * LINES


def test_rows_come_by_folder_edge_domain_and_host_with_those_of_all_distributions_last(rows: list[Row]) -> None:
    parts = [
        (row.folder, *((None, None) if isinstance(row, RejectedRow) else (row.edge_domain, row.host))) for row in rows
    ]
    assert parts == sorted(parts, key=lambda part: (part[0], part[1] is None, part[1] or "", part[2] or ""))


def test_legacy_logs_tell_no_speeds(rows: list[Row]) -> None:
    assert {row.folder.source for row in rows if isinstance(row, SpeedRow)} == {Source.STANDARD, Source.REALTIME}


def test_only_the_folders_that_are_named_are_counted(bucket: Path) -> None:
    chosen = {Folder(Source.LEGACY, "2026-01-01-00"), Folder(Source.STANDARD, "2025-12-31-23")}
    assert {row.folder for row in counted(bucket, chosen)} == chosen


def test_a_folder_without_files_has_no_row(bucket: Path) -> None:
    assert counted(bucket, {Folder(Source.REALTIME, "2024-02-29-12")}) == []


def test_a_hundred_thousand_rows_of_a_result_are_all_there(tmp_path: Path) -> None:
    folder = Folder(Source.STANDARD, "2025-11-22-14")
    (tmp_path / folder.prefix).mkdir(parents=True)
    hosts = 35_000
    columns = ", ".join(f"'{value}' AS {name}" for name, value in GOOD.items() if name != "x_host_header")
    many = (
        f"SELECT {columns}, 'host-' || number || '.example.com' AS x_host_header FROM range({hosts}) AS hosts (number)"  # noqa: S608
    )
    with duckdb.connect() as engine:
        engine.execute(f"COPY ({many}) TO '{tmp_path / folder.prefix / 'many.parquet'}' (FORMAT parquet)")
    rows = counted(tmp_path, {folder})
    assert len(rows) == 3 * hosts + 1
    assert summed(rows) == count_files(tmp_path).told()


def test_a_file_delivered_again_under_the_same_key_changes_nothing(bucket: Path, tmp_path: Path) -> None:
    folder = Folder(Source.LEGACY, "2025-12-31-23")
    shutil.copytree(bucket / folder.prefix, tmp_path / folder.prefix)
    before = counted(tmp_path, {folder})
    first = min((tmp_path / folder.prefix).iterdir())
    first.write_bytes(bytes(first.read_bytes()))
    assert counted(tmp_path, {folder}) == before


def test_a_late_file_adds_its_lines_when_its_folder_is_counted_again(bucket: Path, tmp_path: Path) -> None:
    folder = Folder(Source.REALTIME, "2025-12-31-23")
    *early, late = sorted((bucket / folder.prefix).iterdir())
    (tmp_path / folder.prefix).mkdir(parents=True)
    for path in early:
        shutil.copy(path, tmp_path / folder.prefix)
    before = _requests(counted(tmp_path, {folder}))
    shutil.copy(late, tmp_path / folder.prefix)
    lines = gzip.decompress(late.read_bytes()).count(b"\n")
    assert _requests(counted(tmp_path, {folder})) == before + lines


def _requests(rows: list[Row]) -> int:
    return sum(row.measures.requests for row in rows if isinstance(row, FactsRow) and row.edge_domain is None)
