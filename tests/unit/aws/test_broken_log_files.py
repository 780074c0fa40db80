"""Log files that can't be read, found by reading them."""

from __future__ import annotations

import gzip
import os

import pytest

from cloudfront_extensions.aws import broken_log_files
from cloudfront_extensions.aws.broken_log_files import Search, search
from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.metrics.sources import Folder, Source
from tests.unit.conftest import Account

HOUR = "2026-11-22-14"
PARQUET = Folder(Source.STANDARD, HOUR)
WHOLE_PARQUET = b"PAR1" + bytes(20) + b"PAR1"


@pytest.fixture(autouse=True)
def bucket(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    client("s3").create_bucket(Bucket="log-files")
    monkeypatch.setenv("LOGS_BUCKET", "log-files")


def put(folder: Folder, contents: dict[str, bytes]) -> None:
    for name, content in contents.items():
        client("s3").put_object(Bucket="log-files", Key=folder.prefix + name, Body=content)


def found(folder: Folder, most: int = 10) -> list[str]:
    broken, is_whole = search(folder, most, lambda: True)
    assert is_whole
    return [key.removeprefix(folder.prefix) for key in broken]


@pytest.mark.parametrize("source", [Source.LEGACY, Source.REALTIME])
def test_a_file_of_gzip_is_read_to_its_end(source: Source) -> None:
    folder, lines = Folder(source, HOUR), os.urandom(200_000)
    whole = gzip.compress(lines)
    put(
        folder,
        {
            "altered.gz": whole[:100_000] + bytes([whole[100_000] ^ 1]) + whole[100_001:],
            "cut.gz": whole[:-1],
            "cut-in-its-second-member.gz": whole + whole[:-1],
            "empty.gz": b"",
            "much.gz": gzip.compress(bytes(50_000_000)),
            "of-two-members.gz": whole + gzip.compress(b"more"),
            "text.gz": b"timestamp and so on",
            "text.txt": b"timestamp and so on",
            "whole.gz": whole,
            "below/broken.gz": b"in no folder of logs",
        },
    )
    assert found(folder) == ["altered.gz", "cut-in-its-second-member.gz", "cut.gz", "text.gz"]


def test_a_file_of_parquet_is_judged_by_how_it_begins_and_ends() -> None:
    broken = {"cut": b"PAR1" + bytes(20), "other": bytes(20) + b"PAR1", "short": b"PAR1PAR1", "empty": b""}
    put(PARQUET, {"whole": WHOLE_PARQUET, **broken})
    assert found(PARQUET) == sorted(broken)


def test_no_more_are_looked_for_than_are_wanted() -> None:
    put(PARQUET, {f"{number}.parquet": b"broken" for number in range(5)})
    assert found(PARQUET, most=2) == ["0.parquet", "1.parquet"]


def test_what_is_found_before_the_time_is_over_is_told() -> None:
    put(PARQUET, {"0.parquet": b"broken", "1.parquet": WHOLE_PARQUET, "2.parquet": b"broken"})
    assert search(PARQUET, 10, lambda: False) == Search([f"{PARQUET.prefix}0.parquet"], is_whole=False)


def test_a_file_that_is_gone_when_it_is_to_be_read_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    put(PARQUET, {"0.parquet": WHOLE_PARQUET, "1.parquet": b"broken, and longer"})
    listed = broken_log_files._files(PARQUET)
    monkeypatch.setattr(broken_log_files, "_files", lambda _: [(f"{PARQUET.prefix}gone.parquet", 100), *listed])
    assert found(PARQUET) == ["1.parquet"]


def test_a_folder_may_have_more_files_than_one_answer() -> None:
    events, names = client("s3").meta.events, [f"{number}.parquet" for number in range(5)]
    put(PARQUET, dict.fromkeys(names, b""))
    events.register("before-parameter-build.s3.ListObjectsV2", in_twos, unique_id="in twos")
    try:
        assert found(PARQUET) == names
    finally:
        events.unregister("before-parameter-build.s3.ListObjectsV2", in_twos, unique_id="in twos")


def in_twos(params: dict[str, object], **_: object) -> None:
    params["MaxKeys"] = 2
