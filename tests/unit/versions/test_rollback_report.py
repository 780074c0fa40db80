"""How a rollback ended, target by target, in all, and in what people and Step Functions are told."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from cloudfront_extensions.versions.rollback_records import Answer, Rollback, Target, TargetStatus
from cloudfront_extensions.versions.rollback_report import (
    rollback_csv,
    rollback_failure,
    rollback_message,
    rollback_report,
)

WHERE = "s3://jobs-bucket/rollbacks/spring/report.json"
REASON = {"error": "ReferenceNotFound", "reason": "there is no cache policy cache-9", "nextAction": "Make it again."}
DENIED = {"error": "ApprovalDenied", "reason": "ann said no: not on a Friday", "nextAction": "Ask that person."}
PLANNED = "PLANNED"


def planned(target: str, status: str = PLANNED) -> dict[str, Any]:
    refused = status == "REFUSED"
    return {
        "distributionId": target,
        "status": status,
        "risk": None if refused else "high",
        "versionBefore": None if refused else 7,
        "changeCount": 1 if status == PLANNED else 0,
        "refusedBecause": [REASON] if refused else [],
    }


def plan_of(*targets: dict[str, Any], status: str = PLANNED) -> dict[str, Any]:
    return {
        "status": status,
        "plannedAt": "2026-11-23T02:00:00Z",
        "risk": "high",
        "request": {"requestToken": "spring"},
        "targets": list(targets),
    }


def became(status: TargetStatus | None, **fields: Any) -> Target:
    return Target("spring", "", status, **fields)


FAILED = became(
    TargetStatus.FAILED, error="ConfigChangedSincePlan", reason="somebody wrote ETAG9", next_action="Look at it."
)
REVERTED = became(
    TargetStatus.REVERTED,
    etag="ETAG8",
    etag_reverted="ETAG9",
    error="AlarmFired",
    reason="alarm 5xx is on",
    next_action="Find out why.",
)
APPLIED = became(TargetStatus.APPLIED, etag="ETAG8")


def report_of(*targets: Target | None, **more: Any) -> dict[str, Any]:
    """A report on as many targets that were all planned; None: its turn never came."""
    names = [f"E{number}" for number in range(1, len(targets) + 1)]
    found = {name: target for name, target in zip(names, targets, strict=True) if target}
    return rollback_report(plan_of(*map(planned, names)), found, **more)


@pytest.mark.parametrize(
    ("status", "target", "outcome"),
    [
        ("PLANNED", APPLIED, "APPLIED"),
        ("PLANNED", REVERTED, "REVERTED"),
        ("PLANNED", became(TargetStatus.REVERT_FAILED), "REVERT_FAILED"),
        ("PLANNED", FAILED, "FAILED"),
        ("PLANNED", became(TargetStatus.UNKNOWN), "UNKNOWN"),
        ("PLANNED", became(TargetStatus.NOT_STARTED), "NOT_STARTED"),
        ("PLANNED", became(None), "UNKNOWN"),
        ("PLANNED", None, "NOT_STARTED"),
        ("IDENTICAL", None, "IDENTICAL"),
        ("REFUSED", None, "REFUSED"),
    ],
)
def test_what_became_of_a_target_is_on_record_or_in_the_plan(status: str, target: Target | None, outcome: str) -> None:
    plan = plan_of(planned("E1", status))
    (entry,) = rollback_report(plan, {"E1": target} if target else {})["targets"]

    assert entry["outcome"] == outcome


def test_a_target_is_reported_with_all_that_is_known_of_it() -> None:
    left = became(TargetStatus.REVERTED, etag="ETAG8", etag_reverted="ETAG9", left=("policy P1 is in use",))
    (entry,) = report_of(left)["targets"]

    assert entry == {
        "distributionId": "E1",
        "outcome": "REVERTED",
        "risk": "high",
        "changes": 1,
        "versionBefore": 7,
        "etag": "ETAG9",
        "error": None,
        "reason": None,
        "nextAction": None,
        "left": ["policy P1 is in use"],
    }


def test_a_refused_target_says_why_as_the_plan_does() -> None:
    (entry,) = rollback_report(plan_of(planned("E1", "REFUSED"), status="REFUSED"), {})["targets"]

    assert {name: entry[name] for name in REASON} == REASON


def test_a_target_that_was_left_in_the_middle_is_to_be_gone_on_with() -> None:
    (entry,) = report_of(became(None, applied_at="2026-11-23T02:10:00Z"))["targets"]

    assert entry["reason"] == "the rollback did not get to the end of this target"
    assert "same request token" in entry["nextAction"]


@pytest.mark.parametrize(
    ("targets", "ending"),
    [
        ([APPLIED, APPLIED], "APPLIED"),
        ([APPLIED, None], "FAILED"),
        ([APPLIED, FAILED], "FAILED"),
        ([REVERTED, REVERTED], "REVERTED"),
        ([REVERTED, None], "REVERTED"),
        ([REVERTED, FAILED], "FAILED"),
        ([REVERTED, became(TargetStatus.REVERT_FAILED)], "FAILED"),
        ([became(None)], "FAILED"),
        ([None, None], "NOT_STARTED"),
    ],
)
def test_a_rollback_ends_as_its_targets_do(targets: list[Target | None], ending: str) -> None:
    report = report_of(*targets)

    assert report["ending"] == ending
    assert (rollback_failure(report, WHERE) is None) is (ending == "APPLIED")


def test_targets_that_needed_nothing_are_where_they_should_be() -> None:
    report = rollback_report(plan_of(planned("E1", "IDENTICAL"), status="IDENTICAL"), {})

    assert (report["ending"], rollback_failure(report, WHERE)) == ("APPLIED", None)


def test_a_target_that_was_refused_is_not_where_it_should_be_though_others_went_on() -> None:
    report = rollback_report(plan_of(planned("E1"), planned("E2", "REFUSED")), {"E1": APPLIED})

    assert report["ending"] == "FAILED"
    assert rollback_failure(report, WHERE) == {
        "Error": "TargetsNotRolledBack",
        "Cause": f"1 applied, 1 refused of 2 distributions. Report: {WHERE}",
    }


def test_a_plan_that_was_refused_is_what_the_execution_fails_with() -> None:
    plan = plan_of(planned("E1"), planned("E2", "REFUSED"), status="REFUSED")
    report = rollback_report(plan, {})

    assert report["ending"] == "REFUSED"
    assert rollback_failure(report, WHERE) == {
        "Error": "PlanRefused",
        "Cause": "1 not started, 1 refused of 2 distributions. E2: there is no cache policy cache-9. Nothing was written. "
        f"Report: {WHERE}",
    }


def test_what_stopped_the_rollback_is_what_it_ends_with() -> None:
    report = report_of(None, None, interruption=DENIED)

    assert report["ending"] == "NOT_STARTED"
    assert rollback_failure(report, WHERE) == {
        "Error": "ApprovalDenied",
        "Cause": f"ann said no: not on a Friday Report: {WHERE}",
    }


def test_an_interruption_keeps_a_rollback_from_being_well_though_all_is_applied() -> None:
    assert report_of(APPLIED, interruption=DENIED)["ending"] == "FAILED"


def test_totals_count_every_outcome() -> None:
    totals = report_of(APPLIED, FAILED, REVERTED, None, became(None))["totals"]

    assert totals["targets"] == 5
    assert {name: count for name, count in totals.items() if count and name != "targets"} == {
        "applied": 1,
        "reverted": 1,
        "not_started": 1,
        "failed": 1,
        "unknown": 1,
    }


def rollback(**fields: Any) -> Rollback:
    return Rollback("spring", "hash", "arn:execution", **fields)


def test_who_approved_and_who_stopped_it_is_reported() -> None:
    answered = rollback(
        answer=Answer.APPROVED,
        answered_by="ann",
        answered_at="2026-11-23T02:05:00Z",
        comment="go ahead",
        stopped_by="bob",
        stop_requested=True,
    )
    report = report_of(REVERTED, rollback=answered)

    assert report["approval"] == {
        "answer": "APPROVED",
        "by": "ann",
        "at": "2026-11-23T02:05:00Z",
        "comment": "go ahead",
    }
    text = rollback_message(report, WHERE).text
    assert "Approved by ann at 2026-11-23T02:05:00Z: go ahead\n" in text
    assert "bob asked for it to stop\n" in text


def test_the_report_leads_to_the_execution_and_to_the_plan() -> None:
    where = {"bucket": "jobs-bucket", "jsonKey": "rollbacks/spring/plan.json", "textKey": "rollbacks/spring/plan.txt"}
    report = report_of(APPLIED, rollback=rollback(), plan_location=where)

    assert (report["executionArn"], report["plan"]) == ("arn:execution", where)


def test_nobody_is_named_where_nobody_was_asked() -> None:
    report = report_of(APPLIED, rollback=rollback())

    assert (report["approval"], report["stoppedBy"]) == (None, None)


def test_the_report_is_json() -> None:
    report = report_of(APPLIED, FAILED, None, rollback=rollback(answer=Answer.AWAITED), interruption=DENIED)

    assert json.loads(json.dumps(report)) == report


def test_the_message_says_how_it_ended_and_what_is_open() -> None:
    message = rollback_message(report_of(APPLIED, FAILED, None, REVERTED), WHERE)

    assert (
        message.subject
        == ("CloudFront rollback spring failed: 1 applied, 1 reverted, 1 not started, 1 failed of 4 distributions"[:99])
    )
    assert "E2 (version 7 before): failed, ConfigChangedSincePlan\n  somebody wrote ETAG9\n  Next: Look at it.\n" in (
        message.text
    )
    assert "E3 (version 7 before): not started\n" in message.text
    assert "E1" not in message.text
    assert message.text.endswith(f"Everything, target by target: {WHERE}\n")


def test_what_a_canary_left_behind_is_told_though_its_target_is_well() -> None:
    left = became(TargetStatus.APPLIED, left=("staging distribution E7 is not disabled yet",))

    assert "  staging distribution E7 is not disabled yet\n" in rollback_message(report_of(left), WHERE).text


def test_what_stopped_it_is_in_the_message_with_what_to_do() -> None:
    text = rollback_message(report_of(None, interruption=DENIED), WHERE).text

    assert "It was stopped by ApprovalDenied: ann said no: not on a Friday\nNext: Ask that person.\n" in text


def test_however_many_are_open_the_message_can_be_sent() -> None:
    long = became(TargetStatus.FAILED, error="AwsRefused", reason="ü" * 5_000, next_action="x" * 5_000)
    message = rollback_message(report_of(*[long] * 100), WHERE)

    assert len(message.text.encode()) < 256 * 1024
    assert "and 50 more, all in the report\n" in message.text


def test_the_csv_has_a_row_for_each_target() -> None:
    rows = list(csv.DictReader(io.StringIO(rollback_csv(report_of(APPLIED, FAILED)), newline="")))

    assert [(row["distributionId"], row["outcome"], row["error"]) for row in rows] == [
        ("E1", "APPLIED", ""),
        ("E2", "FAILED", "ConfigChangedSincePlan"),
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_nothing_that_aws_said_becomes_a_formula(start: str) -> None:
    target = became(TargetStatus.FAILED, error="AwsRefused", reason=f"{start}HYPERLINK(1)", left=(f"{start}1",))
    (row,) = csv.DictReader(io.StringIO(rollback_csv(report_of(target)), newline=""))

    assert row["reason"].startswith("'")
    assert row["left"].startswith("'")
