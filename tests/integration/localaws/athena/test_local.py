"""The same definitions and statements over local folders, without a server."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from localaws.server.athena.failures import QueryFailed
from localaws.server.athena.local import LocalLake
from tests.integration.localaws.athena.lake import packed, text_table, view

DEFINITIONS = [
    ("logs", text_table("s3://bucket/lines/")),
    ("logs", view("words", "SELECT lower(word) AS word, hour FROM lines", "logs", word="varchar", hour="varchar")),
]
STATEMENT = "SELECT word, hour FROM words WHERE hour = '2026-11-22-02'"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for hour in ("01", "02"):
        place = tmp_path / "lines" / f"hour=2026-11-22-{hour}"
        place.mkdir(parents=True)
        (place / "a.gz").write_bytes(packed(f"WORD{hour}\t1\n"))
    return tmp_path


def test_a_statement_reads_the_files_that_it_selects_where_they_are(folder: Path) -> None:
    with LocalLake(DEFINITIONS, {"bucket": folder}) as lake:
        rows, scanned = lake.run(STATEMENT, "logs")
    assert rows == [{"word": "word02", "hour": "2026-11-22-02"}]
    assert scanned == (folder / "lines" / "hour=2026-11-22-02" / "a.gz").stat().st_size


def test_bad_files_are_read_as_athena_does_if_asked_to(folder: Path) -> None:
    file = folder / "lines" / "hour=2026-11-22-02" / "a.gz"
    file.write_bytes(gzip.compress(b"#\n#\nw\xffrd\n"))
    with LocalLake(DEFINITIONS, {"bucket": folder}, as_athena=True) as lake:
        assert lake.run(STATEMENT, "logs")[0] == [{"word": "w\ufffdrd", "hour": "2026-11-22-02"}]
        file.write_bytes(file.read_bytes()[:-9])
        with pytest.raises(QueryFailed, match=r"HIVE_CURSOR_ERROR: .*s3://bucket/lines/hour=2026-11-22-02/a.gz"):
            lake.run(STATEMENT, "logs")
