"""Log files that arrive: what is noted, what is copied, and which messages come again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.log_arrivals import note_arrivals
from cloudfront_extensions.aws.log_folders import LogFolders
from cloudfront_extensions.metrics.sources import Folder, Source
from tests.unit.conftest import Account, create_table

NAME = "E2QWRUHAPOMQZL.2026-11-22-14.a1b2c3d4.gz"
STANDARD = "standard/year=2026/month=11/day=22/hour=14/E2QWRUHAPOMQZL.2026-11-22-14.5ad4eb2c.parquet"
HOUR = Folder(Source.STANDARD, "2026-11-22-14")


@pytest.fixture
def folders(account: Account, monkeypatch: pytest.MonkeyPatch) -> LogFolders:
    create_table("metrics", "metrics", "MetricsTable")
    for name in ("log-files", "legacy-logs"):
        client("s3").create_bucket(Bucket=name)
    for name, value in {
        "METRICS_TABLE": "metrics",
        "LOGS_BUCKET": "log-files",
        "LEGACY_LOGS_BUCKET": "legacy-logs",
    }.items():
        monkeypatch.setenv(name, value)
    return LogFolders()


def message(number: int, bucket: str, key: str) -> dict[str, Any]:
    event = {"detail": {"bucket": {"name": bucket}, "object": {"key": key}}}
    return {"messageId": f"message-{number}", "body": json.dumps(event)}


def failures(*messages: dict[str, Any]) -> list[str]:
    return [one["itemIdentifier"] for one in note_arrivals(messages)["batchItemFailures"]]


def test_files_of_one_folder_are_noted_together(folders: LogFolders) -> None:
    assert failures(message(1, "log-files", STANDARD), message(2, "log-files", f"{STANDARD}2")) == []
    (one,) = folders.pending()
    assert (one.folder, one.arrived) == (HOUR, 2)
    failures(message(3, "log-files", STANDARD))
    (again,) = folders.pending()
    assert (again.mark, again.since, again.arrived) == (one.mark, one.since, 3)


def test_a_legacy_file_is_copied_into_its_hour_as_often_as_it_is_told_of(folders: LogFolders) -> None:
    client("s3").put_object(Bucket="legacy-logs", Key=f"shop/{NAME}", Body=b"lines")
    for number in (1, 2):
        assert failures(message(number, "legacy-logs", f"shop/{NAME}")) == []
    copied = client("s3").get_object(Bucket="log-files", Key=f"legacy/hour=2026-11-22-14/{NAME}")
    assert copied["Body"].read() == b"lines"
    assert list(folders.pending()) == []


def test_what_is_gone_or_no_log_file_is_passed_over(folders: LogFolders) -> None:
    assert (
        failures(message(1, "legacy-logs", NAME), message(2, "legacy-logs", "readme"), message(3, "log-files", "x"))
        == []
    )
    assert list(folders.pending()) == []


def test_a_message_that_is_not_understood_comes_again_alone(folders: LogFolders) -> None:
    odd = {"messageId": "odd", "body": "not an event"}
    assert failures(message(1, "log-files", STANDARD), odd) == ["odd"]
    assert [one.folder for one in folders.pending()] == [HOUR]


def test_all_messages_of_a_folder_that_can_not_be_noted_come_again(
    folders: LogFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("METRICS_TABLE", "no-such-table")
    client("s3").put_object(Bucket="legacy-logs", Key=NAME, Body=b"lines")
    found = failures(
        message(1, "log-files", STANDARD), message(2, "log-files", STANDARD), message(3, "legacy-logs", NAME)
    )
    assert found == ["message-1", "message-2"]
