"""What fetches come to, counted and told."""

from __future__ import annotations

import csv
import io

import pytest

from cloudfront_extensions.prewarming.fetches import Fetch, Outcome, cause, failures_csv, judged, not_fetched, report

WARM: Fetch = {
    "url": "https://www.example.com/a",
    "pop": "FRA56-P4",
    "outcome": "warm",
    "status": 200,
    "bytes": 1_000,
    "seconds": 0.1,
    "cache": "Miss from cloudfront",
    "answeredBy": "FRA56-P4",
    "attempts": 1,
    "reason": None,
}
HIT: Fetch = {**WARM, "url": "https://www.example.com/b", "cache": "Hit from cloudfront"}
LOST = not_fetched(WARM["url"], "SIN2-P1", Outcome.UNREACHABLE, "TimeoutError: timed out", 3)
FETCHES = (WARM, HIT, LOST)


@pytest.mark.parametrize(
    ("status", "answered_by", "outcome", "reason"),
    [
        (200, "FRA56-P4", "warm", None),
        (206, "fra56-p4", "warm", None),
        (301, "FRA56-P4", "warm", None),
        (404, "FRA56-P4", "badStatus", "the answer has status 404"),
        (503, None, "badStatus", "the answer has status 503"),
        (200, "FRA60-P1", "answeredElsewhere", "FRA60-P1 answered"),
        (200, None, "answeredElsewhere", "the answer names no PoP: that is not CloudFront"),
    ],
)
def test_an_answer_is_judged_by_its_status_and_by_who_gave_it(
    status: int, answered_by: str | None, outcome: str, reason: str | None
) -> None:
    assert judged("FRA56-P4", status, answered_by) == (outcome, reason)


def test_a_report_counts_all_and_each_pop_and_names_what_failed_wholly() -> None:
    told = report({"distributionId": "E1"}, FETCHES)
    assert told["totals"] == {"fetches": 3, "warm": 2, "failed": 1, "hits": 1, "bytes": 2_000}
    assert told["pops"]["SIN2-P1"] == {"fetches": 1, "warm": 0, "failed": 1, "hits": 0, "bytes": 0}
    assert told["outcomes"] == {"warm": 2, "unreachable": 1}
    assert (told["failedPops"], told["failedUrls"], told["failures"]) == (["SIN2-P1"], [], [LOST])


def test_failures_are_rows_of_a_csv() -> None:
    (row,) = csv.DictReader(io.StringIO(failures_csv(FETCHES)))
    assert (row["pop"], row["outcome"], row["attempts"], row["status"]) == ("SIN2-P1", "unreachable", "3", "")


def test_the_cause_counts_and_names_the_first() -> None:
    assert cause(FETCHES, "s3://b/report.json") == (
        "1 of 3 fetches failed. https://www.example.com/a through SIN2-P1: TimeoutError: timed out. "
        "The report is s3://b/report.json"
    )
