"""Generated logs: the same by the same seed, in the shapes of CloudFront, at the keys of the logs bucket."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from cloudfront_extensions.metrics.columns import LEGACY_FIELDS, REALTIME_FIELDS, STANDARD_FIELDS, column
from cloudfront_extensions.metrics.sources import Folder, Source, folder_of
from logs.__main__ import main

LINES = 3000


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _generated(tmp_path_factory.mktemp("logs"))


def _generated(out: Path, *options: str) -> Path:
    arguments = ["generate", "--out", str(out), "--lines", str(LINES), "--hours", "2", "--start", "2025-12-31-23"]
    assert main([*arguments, *options]) == 0
    return out


def _digests(root: Path) -> dict[str, str]:
    found = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def _lines(root: Path, source: Source) -> Iterator[list[str]]:
    for path in sorted(root.glob(f"{source}/*/*.gz")):
        for line in gzip.decompress(path.read_bytes()).decode("latin-1").splitlines():
            if not line.startswith("#"):
                yield line.split("\t")


def test_the_same_arguments_make_the_same_files(files: Path, tmp_path: Path) -> None:
    assert _digests(_generated(tmp_path)) == _digests(files)


def test_another_seed_makes_other_files(files: Path, tmp_path: Path) -> None:
    assert not set(_digests(_generated(tmp_path, "--seed", "2")).values()) & set(_digests(files).values())


def test_every_file_lies_in_the_folder_of_its_hour(files: Path) -> None:
    folders = {folder_of(key) for key in _digests(files)}
    assert folders == {Folder(source, hour) for source in Source for hour in ("2025-12-31-23", "2026-01-01-00")}


def test_legacy_files_are_named_by_distribution_and_hour(files: Path) -> None:
    names = [path.name for path in files.glob("legacy/*/*")]
    assert all(re.fullmatch(r"E[0-9A-Z]{13}\.\d{4}-\d{2}-\d{2}-\d{2}\.[0-9a-f]{8}\.gz", name) for name in names)


def test_legacy_files_have_two_header_lines_and_33_fields(files: Path) -> None:
    for path in files.glob("legacy/*/*"):
        header = gzip.decompress(path.read_bytes()).split(b"\n")[:2]
        assert header == [b"#Version: 1.0", b"#Fields: " + " ".join(LEGACY_FIELDS).encode()]
    assert {len(line) for line in _lines(files, Source.LEGACY)} == {33}


def test_realtime_files_have_the_configured_fields_and_no_header(files: Path) -> None:
    assert {len(line) for line in _lines(files, Source.REALTIME)} == {len(REALTIME_FIELDS)}


def test_standard_files_have_every_field_as_text(files: Path) -> None:
    path = next(iter(files.glob("standard/*/*/*/*/*.parquet")))
    described = duckdb.sql(f"DESCRIBE SELECT * FROM read_parquet('{path}', hive_partitioning = false)").fetchall()  # noqa: S608
    assert [(name, kind) for name, kind, *_ in described] == [(column(field), "VARCHAR") for field in STANDARD_FIELDS]


def test_every_kind_has_as_many_lines_as_asked_for(files: Path) -> None:
    assert sum(1 for _ in _lines(files, Source.LEGACY)) == LINES
    assert sum(1 for _ in _lines(files, Source.REALTIME)) == LINES
    assert duckdb.sql(f"SELECT count(*) FROM '{files}/standard/**/*.parquet'").fetchall() == [(LINES,)]  # noqa: S608


def test_lines_are_shaped_like_those_of_real_logs(files: Path) -> None:
    lines = [dict(zip(LEGACY_FIELDS, line, strict=True)) for line in _lines(files, Source.LEGACY)]
    results = Counter(line["x-edge-result-type"] for line in lines)
    assert 0.75 < results["Hit"] / LINES < 0.9
    assert results.keys() >= {"Hit", "RefreshHit", "Miss", "Error", "Redirect"}
    assert 0.15 < sum(":" in line["c-ip"] for line in lines) / LINES < 0.25
    assert any(re.fullmatch(r"[A-Z0-9.-]+:443", line["x-host-header"]) for line in lines)
    assert any(line["sc-status"] == "000" for line in lines)
    assert any("\xe9" in line["cs(User-Agent)"] for line in lines), "bytes that are no UTF-8"
    assert any("\\x" in line["cs(User-Agent)"] for line in lines)
    assert any("%25" in line["cs-uri-stem"] for line in lines)


def test_the_most_wanted_url_is_wanted_far_more_than_the_hundredth(files: Path) -> None:
    paths = Counter(line[7] for line in _lines(files, Source.LEGACY)).most_common(100)
    assert paths[0][1] > 20 * paths[-1][1]


def test_requests_are_those_of_the_given_distributions(tmp_path: Path) -> None:
    own = tmp_path / "domains.json"
    shop = {"distributionId": "EDFDVBD6EXAMPLE", "edgeDomain": "d111111abcdef8.cloudfront.net"}
    own.write_text(json.dumps([{**shop, "aliases": ["shop.example.com", "*.shop.example.com"]}]))
    _generated(tmp_path / "out", "--domains", str(own), "--source", "realtime")
    lines = list(_lines(tmp_path / "out", Source.REALTIME))
    assert {line[3] for line in lines} == {"d111111abcdef8.cloudfront.net"}
    hosts = {line[5].lower().partition(":")[0] for line in lines} - {"-"}
    assert hosts == {"shop.example.com", "www.shop.example.com", "api.shop.example.com"}
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["realtime"]


def test_a_distribution_without_aliases_is_asked_by_its_own_name(tmp_path: Path) -> None:
    own = tmp_path / "domains.json"
    own.write_text(
        '[{"distributionId": "EDFDVBD6EXAMPLE", "edgeDomain": "d111111abcdef8.cloudfront.net", "aliases": null}]'
    )
    _generated(tmp_path / "out", "--domains", str(own), "--source", "realtime")
    hosts = {line[5].lower().partition(":")[0] for line in _lines(tmp_path / "out", Source.REALTIME)} - {"-"}
    assert hosts == {"d111111abcdef8.cloudfront.net"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "can't be read"),
        ("nonsense", "is no JSON"),
        ("[]", "give a list of distributions"),
        ('[{"distributionId": "EDFDVBD6EXAMPLE"}]', "distribution 1 has to have distributionId and edgeDomain"),
    ],
)
def test_distributions_that_cannot_be_read_are_refused_in_words(
    content: str | None, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "domains.json"
    if content is not None:
        own.write_text(content)
    with pytest.raises(SystemExit):
        main(["generate", "--out", str(tmp_path / "out"), "--domains", str(own)])
    assert told in capsys.readouterr().err


def test_a_date_is_its_first_hour(tmp_path: Path) -> None:
    assert main(["generate", "--out", str(tmp_path), "--lines", "1", "--start", "2026-11-22"]) == 0
    assert {folder_of(key) for key in _digests(tmp_path)} == {Folder(source, "2026-11-22-00") for source in Source}


def test_where_nothing_can_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a-file"
    file.touch()
    assert main(["generate", "--out", str(file), "--lines", "1"]) == 1
    assert "can't be written: Not a directory" in capsys.readouterr().err


@pytest.mark.parametrize("bad", [["--lines", "0"], ["--hours", "x"], ["--start", "tomorrow"], ["--source", "new"]])
def test_what_makes_no_sense_is_refused(bad: list[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main(["generate", "--out", str(tmp_path), *bad])
    assert not list(tmp_path.iterdir())


def test_help_tells_of_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["generate", "--help"])
    told = capsys.readouterr().out
    assert all(
        option in told for option in ("--out", "--source", "--lines", "--hours", "--start", "--seed", "--domains")
    )
