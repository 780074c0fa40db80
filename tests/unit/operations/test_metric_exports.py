"""Exports as both APIs start and show them."""

from __future__ import annotations

from typing import Any

import pytest

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.objects import put_json
from cloudfront_extensions.errors import (
    ExportNotFound,
    InvalidInput,
    KeyExposed,
    RequestTokenConflict,
)
from cloudfront_extensions.metrics.windows import start_labelled
from cloudfront_extensions.operations import metric_exports
from cloudfront_extensions.operations.metric_exports import MOST_LINKS, get_metrics_export, start_metrics_export
from tests.unit.conftest import Account
from tests.unit.operations.calls import audited
from tests.unit.operations.people import OPERATOR
from tests.unit.operations.state_machine import Workflow

TOKEN = "november"
ASKED: dict[str, Any] = {"domains": ["shop.example.com"], "from": "2026-11-01", "to": "2026-12-01", "interval": "1d"}
MANIFEST = "exports/november/manifest.json"


@pytest.fixture(autouse=True)
def workflow(account: Account, monkeypatch: pytest.MonkeyPatch) -> Workflow:
    client("s3").create_bucket(Bucket="results")
    monkeypatch.setenv("RESULTS_BUCKET", "results")
    return Workflow("metrics-export", "METRICS_EXPORT", monkeypatch)


def start(**more: Any) -> Any:
    return start_metrics_export({**ASKED, "requestToken": TOKEN, **more}, caller=OPERATOR)


def complete(workflow: Workflow, parts: int) -> None:
    told = [
        {"key": f"exports/november/part-{number:05}.csv.gz", "rows": 7, "bytes": 70} for number in range(1, parts + 1)
    ]
    put_json("results", MANIFEST, {"rows": 7 * parts, "parts": told})
    workflow.end(workflow.arns[0])


def test_an_export_is_started_under_its_token(workflow: Workflow) -> None:
    answer = start()
    assert (answer["exportId"], answer["status"], answer["rows"], answer["files"]) == (TOKEN, "RUNNING", 0, [])
    assert workflow.arns == [answer["executionArn"]]
    assert workflow.input_of(answer["executionArn"]) == ASKED


def test_the_token_may_be_the_idempotency_key() -> None:
    assert start_metrics_export(ASKED, idempotency_key=TOKEN, caller=OPERATOR)["exportId"] == TOKEN


def test_the_same_once_more_starts_nothing(workflow: Workflow) -> None:
    first = start()
    assert start() == first
    workflow.end(workflow.arns[0], "FAILED", error="InvalidInput", cause="no")
    assert start()["status"] == "FAILED"
    assert len(workflow.arns) == 1


def test_another_request_under_the_same_token_is_a_conflict(workflow: Workflow) -> None:
    start()
    with pytest.raises(RequestTokenConflict, match="november belongs to another export"):
        start(interval="1h")
    assert len(workflow.arns) == 1


@pytest.mark.parametrize(
    "more", [{"requestToken": None}, {"requestToken": "a/b"}, {"to": "2026-10-01"}, {"what": 1}], ids=str
)
def test_what_is_no_request_starts_nothing(workflow: Workflow, more: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        start(**more)
    assert workflow.arns == []


def at(monkeypatch: pytest.MonkeyPatch, now: str) -> None:
    monkeypatch.setattr(metric_exports, "epoch_seconds", lambda: start_labelled(now))


def test_five_minutes_that_are_kept_no_more_are_not_exported(
    workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    day: dict[str, Any] = {"from": "2026-10-20", "to": "2026-10-21", "interval": "5m"}
    at(monkeypatch, "2026-11-24T00:05:00Z")
    with pytest.raises(
        InvalidInput, match="from: windows of five minutes are kept for 35 days; choose the interval 1h or"
    ):
        start(**day)
    monkeypatch.setenv("FIVE_MINUTES_DAYS", "36")
    assert start(**day)["status"] == "RUNNING"
    monkeypatch.setenv("FIVE_MINUTES_DAYS", "35")
    assert start(**{**day, "interval": "1h"}, requestToken="hours")["status"] == "RUNNING"
    assert len(workflow.arns) == 2


def test_an_export_that_was_started_in_time_is_found_by_its_token_later_too(
    workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    day: dict[str, Any] = {"from": "2026-10-20", "to": "2026-10-21", "interval": "5m"}
    at(monkeypatch, "2026-11-24T00:00:00Z")
    first = start(**day)
    at(monkeypatch, "2026-12-24T00:00:00Z")
    assert start(**day) == first
    assert len(workflow.arns) == 1


def test_a_private_key_in_the_request_is_refused(workflow: Workflow) -> None:
    with pytest.raises(KeyExposed):
        start(domains=["-----BEGIN PRIVATE KEY-----\nMIIE"])
    assert workflow.arns == []


def test_who_started_it_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    start()
    assert audited(caplog) == [("startMetricsExport", OPERATOR.name, "export november")]


def test_what_was_written_so_far_is_told_and_no_links(workflow: Workflow) -> None:
    start()
    put_json("results", MANIFEST, {"rows": 7, "parts": [{"key": "exports/november/part-00001.csv.gz"}]})
    answer = get_metrics_export(TOKEN)
    assert (answer["status"], answer["rows"], answer["fileCount"], answer["files"]) == ("RUNNING", 7, 1, [])


def test_a_complete_export_has_links_to_its_files(workflow: Workflow) -> None:
    start()
    complete(workflow, 2)
    answer = get_metrics_export(TOKEN)
    assert (answer["status"], answer["rows"], answer["fileCount"], answer["failure"]) == ("COMPLETE", 14, 2, None)
    assert [file["key"] for file in answer["files"]] == [
        "exports/november/part-00001.csv.gz",
        "exports/november/part-00002.csv.gz",
    ]
    assert all("X-Amz-Signature" in file["url"] for file in answer["files"])
    assert answer["manifestKey"] == MANIFEST
    assert answer["endedAt"]


def test_more_files_than_an_answer_leads_to_are_counted(workflow: Workflow) -> None:
    start()
    complete(workflow, MOST_LINKS + 1)
    answer = get_metrics_export(TOKEN)
    assert (len(answer["files"]), answer["fileCount"]) == (MOST_LINKS, MOST_LINKS + 1)


def test_an_export_that_failed_says_why(workflow: Workflow) -> None:
    start()
    workflow.end(workflow.arns[0], "FAILED", error="AwsThrottled", cause='{"errorMessage": "Query: slow down"}')
    answer = get_metrics_export(TOKEN)
    assert answer["status"] == "FAILED"
    assert answer["failure"] == {
        "error": "AwsThrottled",
        "reason": "Query: slow down",
        "nextAction": "Put right what the reason says, and start the export again under another request token.",
    }


def test_an_export_that_was_stopped_failed(workflow: Workflow) -> None:
    start()
    workflow.end(workflow.arns[0], "ABORTED")
    assert get_metrics_export(TOKEN)["failure"]["error"] == "Execution.ABORTED"


def test_files_that_were_deleted_are_not_told(workflow: Workflow) -> None:
    start()
    workflow.end(workflow.arns[0])
    assert get_metrics_export(TOKEN)["status"] == "DELETED"


def test_an_export_that_there_is_not() -> None:
    with pytest.raises(ExportNotFound, match="there is no export december"):
        get_metrics_export("december")
    with pytest.raises(InvalidInput):
        get_metrics_export("a:b")
