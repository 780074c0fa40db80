"""Folders of logs: which one a file lies in, and where an hour's files lie."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from cloudfront_extensions.metrics.sources import Folder, Source, folder_at, folder_of

STANDARD = Folder(Source.STANDARD, "2026-11-22-14")


@pytest.mark.parametrize(
    ("key", "folder"),
    [
        ("standard/year=2026/month=11/day=22/hour=14/E1.2026-11-22-14.abc.parquet", STANDARD),
        ("legacy/hour=2026-11-22-14/E1.2026-11-22-14.abc.gz", Folder(Source.LEGACY, "2026-11-22-14")),
        ("realtime/hour=2026-12-31-23/stream-1-2026.gz", Folder(Source.REALTIME, "2026-12-31-23")),
        ("legacy/hour=2028-02-29-00/E1.gz", Folder(Source.LEGACY, "2028-02-29-00")),
    ],
)
def test_a_file_lies_in_the_folder_of_its_key(key: str, folder: Folder) -> None:
    assert folder_of(key) == folder
    assert key.startswith(folder.prefix)


@pytest.mark.parametrize(
    "key",
    [
        "standard/year=2026/month=11/day=22/hour=14/",
        "standard/year=2026/month=11/day=22/hour=24/x.parquet",
        "standard/year=2026/month=11/day=31/hour=14/x.parquet",
        "standard/year=2026/month=02/day=29/hour=14/x.parquet",
        "standard/year=0000/month=01/day=01/hour=00/x.parquet",
        "standard/year=9999/month=12/day=31/hour=23/x.parquet",
        "standard/year=2026/month=11/day=22/hour=14/deeper/x.parquet",
        "legacy/E1.2026-11-22-14.abc.gz",
        "legacy/hour=2026-11-22/x.gz",
        "unreadable/standard/year=2026/month=11/day=22/hour=14/x.parquet",
        "results/x.csv",
        "",
    ],
)
def test_what_lies_elsewhere_is_no_log_file_so_that_nothing_sets_itself_off(key: str) -> None:
    assert folder_of(key) is None


@pytest.mark.parametrize("source", Source)
@pytest.mark.parametrize("hour", ["2026-12-31-23", "2027-01-01-00", "2026-02-28-23", "2028-02-29-12"])
def test_a_folder_holds_one_hour_across_days_months_and_years(source: Source, hour: str) -> None:
    folder = Folder(source, hour)
    assert folder.ends - folder.begins == timedelta(hours=1)
    assert folder_at(source, folder.begins) == folder
    assert folder_at(source, folder.ends - timedelta(microseconds=1)) == folder
    assert folder_at(source, folder.ends) != folder
    assert folder_of(folder.prefix + "file") == folder


def test_the_folder_of_a_moment_is_that_of_its_hour_in_utc() -> None:
    moment = datetime(2026, 11, 22, 19, 59, 59, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert folder_at(Source.LEGACY, moment) == Folder(Source.LEGACY, "2026-11-22-14")
    assert STANDARD.begins == datetime(2026, 11, 22, 14, tzinfo=UTC)
