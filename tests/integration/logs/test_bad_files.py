"""Bad files and bad lines: each line is counted or rejected, none is lost, and nothing but a broken file stops the rest."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from cloudfront_extensions.metrics.rows import FactsRow, RejectedRow, UrlRow
from cloudfront_extensions.metrics.sources import Folder, Source
from localaws.server.athena.failures import QueryFailed
from tests.integration.logs.bad_files import CORPUS, GOOD, HOUR, UNREADABLE, Case
from tests.integration.logs.catalog import counted
from tests.integration.logs.raw_lines import count_files, summed


def _written(root: Path, case: Case) -> Path:
    folder = root / case.folder.prefix
    folder.mkdir(parents=True)
    for number, content in enumerate(case.files):
        (folder / f"E2QWRUHAPOMQZL.{case.hour}.{number:08x}.gz").write_bytes(content)
    return root


@pytest.mark.parametrize("name", CORPUS)
def test_each_line_is_counted_or_rejected_as_the_raw_lines_say(name: str, tmp_path: Path) -> None:
    case = CORPUS[name]
    root = _written(tmp_path, case)
    rows = counted(root, {case.folder})
    requests = sum(row.measures.requests for row in rows if isinstance(row, FactsRow) and row.edge_domain is None)
    rejected = sum(row.lines for row in rows if isinstance(row, RejectedRow))
    assert (requests, rejected) == (case.counted, case.rejected)
    assert summed(rows) == count_files(root).told()


def test_the_corpus_has_enough_of_the_bad() -> None:
    assert len(CORPUS) + len(UNREADABLE) >= 40


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_is_named(name: str, tmp_path: Path) -> None:
    _written(tmp_path, Case(0, 0, [CORPUS["no header"].files[0], UNREADABLE[name]]))
    with pytest.raises(QueryFailed, match=rf"s3://logs-bucket/legacy/hour={HOUR}/E2QWRUHAPOMQZL\.{HOUR}\.00000001\.gz"):
        counted(tmp_path, {Folder(Source.LEGACY, HOUR)})


def test_a_long_path_is_cut_and_says_so(tmp_path: Path) -> None:
    case = CORPUS["two long paths that begin alike"]
    (url,) = (row for row in counted(_written(tmp_path, case), {case.folder}) if isinstance(row, UrlRow))
    assert url.path == "/" + "a" * 2047 + " [cut]"
    assert url.requests == 2


def test_fields_that_standard_logs_lack_are_unknown(tmp_path: Path) -> None:
    folder = Folder(Source.STANDARD, HOUR)
    for number, without in enumerate([(), ("c_country", "asn"), ("x_host_header", "cs_uri_stem"), ("date",)]):
        line = GOOD | {"c_country": "DE", "asn": "3320"}
        _parquet(tmp_path / folder.prefix / f"{number}.parquet", {k: v for k, v in line.items() if k not in without})
    found, expected = summed(counted(tmp_path, {folder})), count_files(tmp_path)
    assert found == expected.told()
    assert found.rejected == {folder: 1}
    assert sorted(key[4] for key in found.facts if key[1]) == ["-", "DE", "DE"]


def test_columns_of_parquet_are_found_by_name_in_any_order_and_case(tmp_path: Path) -> None:
    folder = Folder(Source.STANDARD, HOUR)
    line = {name.replace("cs_host", "cs_Host"): value for name, value in reversed(GOOD.items())}
    _parquet(tmp_path / folder.prefix / "1.parquet", line | {"field_of_next_year": "1"})
    assert summed(counted(tmp_path, {folder})) == count_files(tmp_path).told()


def _parquet(path: Path, line: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = ", ".join(f"? AS {name}" for name in line)
    with duckdb.connect() as engine:
        engine.execute(f"CREATE TABLE lines AS SELECT {columns}", list(line.values()))
        engine.execute(f"COPY lines TO '{path}' (FORMAT parquet)")
