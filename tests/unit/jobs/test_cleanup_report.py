"""How a cleanup ended: item by item, in all, and in what people and Step Functions are told."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from cloudfront_extensions.jobs.cleanup_report import (
    cleanup_csv,
    cleanup_failure,
    cleanup_message,
    cleanup_report,
    job_status,
)
from cloudfront_extensions.jobs.records import Item, JobStatus
from tests.unit.jobs.batches import finished, item_of, with_certificate, with_distribution

WHERE = "s3://jobs-bucket/jobs/spring/cleanup.json"
ITEM = item_of(2, "shop.example.com")
REMOVED = {"status": "REMOVED", "removed": ["arn:shop", "shop.example.com A"], "left": []}
LEFT = {"status": "LEFT", "removed": [], "left": ["certificate arn:shop: it is used by arn:elb"]}
FAILED = {"status": "FAILED", "error": "AwsRefused", "reason": "not allowed", "nextAction": "Allow it."}
UNKNOWN = {"status": "UNKNOWN", "error": "AwsThrottled", "reason": "too fast", "nextAction": "Start it again."}
INTERRUPTION = {"Error": "States.ItemReaderFailed", "Cause": "The manifest can't be read."}


def report_of(
    *found: Mapping[str, Any] | None, dry_run: bool = False, interruption: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A report on as many items, one domain each."""
    items = [(item_of(line, f"n{line}.example.com"), one) for line, one in enumerate(found, 2)]
    return cleanup_report("spring", items, dry_run=dry_run, interruption=interruption)


def text_of(report: Mapping[str, Any]) -> str:
    return cleanup_message(report, WHERE).text


def test_an_item_is_reported_with_all_that_is_known_of_its_cleanup() -> None:
    found = {**FAILED, "removed": ["arn:shop"], "left": ["distribution E2: changed: Comment"]}
    (entry,) = cleanup_report("spring", [(ITEM, found)], dry_run=False)["items"]
    assert entry == {
        "itemId": "row-00002",
        "line": 2,
        "domainName": "shop.example.com",
        "status": "FAILED",
        "removed": ["arn:shop"],
        "left": ["distribution E2: changed: Comment"],
        "error": "AwsRefused",
        "reason": "not allowed",
        "nextAction": "Allow it.",
    }


def test_an_item_of_which_nothing_is_known_is_to_be_cleaned_up_again() -> None:
    (entry,) = report_of(None)["items"]
    assert (entry["status"], entry["removed"], entry["left"]) == ("UNKNOWN", [], [])
    assert entry["reason"] == "the cleanup did not get to the end of this item"
    assert entry["nextAction"] == "Start the cleanup again."


def test_what_was_taken_back_of_an_item_before_the_end_is_reported() -> None:
    (entry,) = report_of({"status": None, "removed": ["arn:shop"], "left": []})["items"]
    assert (entry["status"], entry["removed"]) == ("UNKNOWN", ["arn:shop"])


def test_totals_count_every_status() -> None:
    report = report_of(REMOVED, LEFT, FAILED, UNKNOWN, None)
    assert report["totals"] == {"items": 5, "removed": 1, "left": 1, "failed": 1, "unknown": 2}


@pytest.mark.parametrize(
    ("found", "status"),
    [
        ([], "REMOVED"),
        ([REMOVED], "REMOVED"),
        ([REMOVED, LEFT], "LEFT"),
        ([LEFT, FAILED], "FAILED"),
        ([REMOVED, UNKNOWN], "FAILED"),
        ([REMOVED, None], "FAILED"),
    ],
)
def test_a_cleanup_ends_as_its_worst_item_does(found: list[Mapping[str, Any] | None], status: str) -> None:
    assert report_of(*found)["status"] == status


def test_an_interrupted_cleanup_has_failed_whatever_its_items_say() -> None:
    assert report_of(REMOVED, interruption=INTERRUPTION)["status"] == "FAILED"


def test_an_interruption_is_told_with_what_to_do() -> None:
    interruption = report_of(interruption=INTERRUPTION)["interruption"]
    assert (interruption["error"], interruption["reason"]) == ("States.ItemReaderFailed", "The manifest can't be read.")
    assert interruption["nextAction"]


def test_the_report_is_json() -> None:
    report = report_of(REMOVED, LEFT, None, interruption=INTERRUPTION)
    assert json.loads(json.dumps(report)) == report


def rows_of(report: Mapping[str, Any]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(cleanup_csv(report), newline="")))


def test_the_csv_has_a_row_for_each_item_and_a_line_for_each_thing() -> None:
    shop, blog = rows_of(report_of(REMOVED, LEFT))
    assert (shop["status"], shop["removed"], shop["left"]) == ("REMOVED", "arn:shop\nshop.example.com A", "")
    assert (blog["line"], blog["left"]) == ("3", "certificate arn:shop: it is used by arn:elb")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_nothing_that_was_found_becomes_a_formula(start: str) -> None:
    (row,) = rows_of(report_of({**LEFT, "left": [f"{start}HYPERLINK(1)"]}))
    assert row["left"].startswith("'")


def test_the_subject_says_how_it_ended() -> None:
    subject = cleanup_message(report_of(REMOVED, LEFT, LEFT), WHERE).subject
    assert subject == "CloudFront job spring cleanup left: 1 removed, 2 left of 3 items"


def test_the_longest_subject_is_one_that_sns_takes() -> None:
    items = [(ITEM, one) for one in (REMOVED, LEFT, FAILED, UNKNOWN) for _ in range(2_500)]
    subject = cleanup_message(cleanup_report("j" * 48, items, dry_run=False), WHERE).subject
    assert subject.isascii()
    assert len(subject) < 100


def test_a_cleanup_of_nothing_says_so() -> None:
    assert "done: nothing of 0 items" in text_of(report_of())


def test_a_dry_run_does_not_claim_to_have_done_anything() -> None:
    assert text_of(report_of(REMOVED, dry_run=True)).startswith("Cleanup of job spring looked at: 1 removed")


def test_the_message_says_where_the_report_is() -> None:
    assert text_of(report_of(REMOVED)).endswith(f"Everything, item by item: {WHERE}\n")


def test_items_that_are_gone_are_not_listed() -> None:
    assert "n2.example.com" not in text_of(report_of(REMOVED))


def test_an_item_that_stays_is_listed_with_why_and_what_to_do() -> None:
    found = {**FAILED, "left": ["shop.example.com A: it says 192.0.2.1 now"]}
    assert text_of(report_of(found)).splitlines()[1:6] == [
        "",
        "n2.example.com: failed",
        "  shop.example.com A: it says 192.0.2.1 now",
        "  not allowed",
        "  Next: Allow it.",
    ]


def test_an_item_without_a_domain_is_listed_by_its_id() -> None:
    report = cleanup_report("spring", [(replace(ITEM, domain_name=""), LEFT)], dry_run=False)
    assert "row-00002: left" in text_of(report)


def test_five_reasons_of_an_item_are_listed() -> None:
    text = text_of(report_of({**LEFT, "left": [f"reason {number}" for number in range(6)]}))
    assert [number for number in range(6) if f"reason {number}" in text] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(("count", "says"), [(50, False), (51, True)])
def test_fifty_items_are_listed_and_the_others_counted(count: int, says: bool) -> None:
    text = text_of(report_of(*[LEFT] * count))
    assert text.count(".example.com: left") == 50
    assert (" more, all in the report" in text) is says


def test_a_cleanup_that_leaves_nothing_succeeds() -> None:
    assert cleanup_failure(report_of(REMOVED), WHERE) is None


@pytest.mark.parametrize(
    ("found", "counts"), [(LEFT, "1 removed, 1 left"), (FAILED, "1 removed, 1 failed"), (None, "1 removed, 1 unknown")]
)
def test_a_cleanup_that_leaves_something_fails_with_the_counts(found: Mapping[str, Any] | None, counts: str) -> None:
    assert cleanup_failure(report_of(REMOVED, found), WHERE) == {
        "Error": "CleanupIncomplete",
        "Cause": f"{counts} of 2 items. Report: {WHERE}",
    }


def test_a_dry_run_succeeds_whatever_would_be_left() -> None:
    assert cleanup_failure(report_of(LEFT, dry_run=True), WHERE) is None


def test_a_dry_run_that_could_not_look_at_everything_fails() -> None:
    failure = cleanup_failure(report_of(LEFT, None, dry_run=True), WHERE)
    assert failure is not None
    assert failure["Error"] == "CleanupIncomplete"


def test_an_interrupted_cleanup_fails_with_what_interrupted_it() -> None:
    assert cleanup_failure(report_of(REMOVED, interruption=INTERRUPTION), WHERE) == {
        "Error": "States.ItemReaderFailed",
        "Cause": f"The manifest can't be read. Report: {WHERE}",
    }


DONE = finished(item_of(3, "blog.example.com"))
GONE = with_distribution(with_certificate(ITEM, "REMOVED"), "REMOVED")
NEVER_MADE = with_distribution(with_certificate(ITEM, "FAILED"), "NOT_STARTED")
CERTIFICATE_STAYS = with_distribution(with_certificate(ITEM, "ISSUED", arn="arn:shop"), "REMOVED")


@pytest.mark.parametrize(
    ("items", "status"),
    [
        ([GONE], JobStatus.REMOVED),
        ([GONE, NEVER_MADE], JobStatus.REMOVED),
        ([with_distribution(GONE, "NOT_NEEDED")], JobStatus.REMOVED),
        ([GONE, DONE], JobStatus.SUCCEEDED),
        ([NEVER_MADE, DONE], JobStatus.SUCCEEDED),
        ([CERTIFICATE_STAYS, DONE], JobStatus.FAILED),
        ([with_distribution(GONE, "DEPLOYED", id="E2")], JobStatus.FAILED),
    ],
    ids=["all gone", "none ever made", "certificates alone", "rest done", "rest done, one never made", "half", "live"],
)
def test_what_a_job_comes_to(items: list[Item], status: JobStatus) -> None:
    assert job_status(items) is status


@pytest.mark.parametrize(
    "item",
    [
        with_certificate(GONE, "REQUESTED"),
        with_certificate(GONE, "UNKNOWN"),
        with_certificate(GONE, "FAILED", arn="arn:shop"),
        with_distribution(GONE, "CREATING"),
        with_distribution(GONE, "UNKNOWN"),
        with_distribution(GONE, "FAILED", id="E2"),
    ],
    ids=lambda item: f"{item.certificate.status} {item.distribution.status}",
)
def test_a_job_is_not_removed_while_something_of_it_is_or_may_be_there(item: Item) -> None:
    assert job_status([item]) is JobStatus.FAILED


def test_an_item_with_the_certificate_of_another_one_is_done_with_it() -> None:
    served = with_distribution(
        replace(item_of(4, "a.example.com"), certificate_item_id=DONE.item_id), "DEPLOYED", id="E4"
    )
    assert job_status([DONE, served]) is JobStatus.SUCCEEDED


def test_the_message_says_why_a_cleanup_was_interrupted() -> None:
    text = text_of(report_of(REMOVED, interruption=INTERRUPTION))
    assert "It was stopped by States.ItemReaderFailed: The manifest can't be read.\nNext: " in text
