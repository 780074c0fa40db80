"""How a rollback is told to people and machines: its status, its targets, who asked, approved and stopped it.

While it is at work that comes from its records and the plan's summary; once it has ended, from its report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple, TypedDict

from cloudfront_extensions.versions.risk import Risk
from cloudfront_extensions.versions.rollback_records import Answer, Canary, Rollback, Target
from cloudfront_extensions.versions.rollback_report import Outcome, target_entry


class RollbackState(StrEnum):
    """Of a rollback, or of a dry run, as a whole."""

    STARTING = "STARTING"
    """Its execution is about to plan it, or plans it."""
    RUNNING = "RUNNING"
    AWAITING_APPROVAL = "AWAITING_APPROVAL"
    STOPPING = "STOPPING"
    """Somebody asked for it to stop; what was changed goes back."""
    PLANNED = "PLANNED"
    """A dry run has come to its end: there is a plan, and nothing else."""
    APPLIED = "APPLIED"
    REFUSED = "REFUSED"
    NOT_STARTED = "NOT_STARTED"
    """It has ended, and nothing was written."""
    REVERTED = "REVERTED"
    FAILED = "FAILED"
    INTERRUPTED = "INTERRUPTED"
    """Its execution ended without a report, as one that was stopped in Step Functions; started again it goes on."""


class TargetState(StrEnum):
    """Of a target that is not at its end; else it is one of `rollback_report.Outcome`."""

    WAITING = "WAITING"
    """Its turn has not come."""
    IN_PROGRESS = "IN_PROGRESS"


class ApprovalAnswer(TypedDict):
    answer: Answer
    until: str | None
    by: str | None
    at: str | None
    comment: str | None


class StopAnswer(TypedDict):
    by: str | None
    at: str | None


class FailureAnswer(TypedDict):
    error: str
    reason: str
    nextAction: str


class RollbackItem(TypedDict):
    """A rollback in the list. An execution that was stopped from outside shows only when the rollback is got by itself."""

    requestToken: str
    status: RollbackState
    requestedBy: str | None
    """None: it was not started by an API."""
    createdAt: str | None
    updatedAt: str | None
    executionArn: str
    """Of the execution that works on it, or did last."""
    approval: ApprovalAnswer | None
    """None: nobody was asked."""
    stop: StopAnswer | None


class CanaryAnswer(TypedDict):
    stagingId: str | None
    stagingDomain: str | None
    policyId: str | None
    attached: bool
    """Whether viewers are, or were about to be, sent to the staging distribution."""


class TargetAnswer(TypedDict):
    distributionId: str
    outcome: TargetState | Outcome
    risk: Risk | None
    changes: int
    """How many; the plan has them."""
    versionBefore: int | None
    etag: str | None
    """Of the configuration that the rollback gave it last."""
    appliedAt: str | None
    reverting: bool
    canary: CanaryAnswer | None
    error: str | None
    reason: str | None
    nextAction: str | None
    left: list[str]
    """What of a canary could not be removed, and why."""


class OutcomeCount(TypedDict):
    outcome: TargetState | Outcome
    count: int


class FileLink(TypedDict):
    bucket: str
    key: str
    url: str
    """Leads there without any other leave, for some minutes."""


class RollbackAnswer(RollbackItem):
    dryRun: bool
    risk: Risk | None
    plannedAt: str | None
    """None: it is not planned yet."""
    totals: list[OutcomeCount]
    """Of the targets' outcomes, without those that no target has."""
    targets: list[TargetAnswer]
    """In the order of the request; empty until it is planned, and of a dry run, whose plan has them."""
    failure: FailureAnswer | None
    """What stopped it as a whole."""
    plan: list[FileLink]
    """The plan as JSON and as text."""
    report: list[FileLink]
    """The report as JSON and as CSV, once it has ended."""
    etag: str
    """Changes with what is told here, but not with the links."""


class Described(NamedTuple):
    """What the targets of a rollback came to, or have come to so far."""

    risk: Risk | None = None
    planned_at: str | None = None
    targets: Sequence[TargetAnswer] = ()
    failure: FailureAnswer | None = None


def rollback_item(rollback: Rollback, state: RollbackState | None = None) -> RollbackItem:
    return {
        "requestToken": rollback.token,
        "status": state or state_on_record(rollback),
        "requestedBy": rollback.requested_by,
        "createdAt": rollback.created_at,
        "updatedAt": rollback.updated_at,
        "executionArn": rollback.execution_arn,
        "approval": _approval(rollback),
        "stop": {"by": rollback.stopped_by, "at": rollback.stopped_at} if rollback.stop_requested else None,
    }


def state_on_record(rollback: Rollback) -> RollbackState:
    """As far as its record tells."""
    if rollback.ending:
        return RollbackState(rollback.ending)
    if rollback.stop_requested:
        return RollbackState.STOPPING
    return RollbackState.AWAITING_APPROVAL if rollback.answer is Answer.AWAITED else RollbackState.RUNNING


def described_by_report(report: Mapping[str, Any], targets: Mapping[str, Target]) -> Described:
    """Of a rollback that has ended."""
    found = [_target(entry, targets.get(entry["distributionId"])) for entry in report["targets"]]
    return Described(report["risk"], report["plannedAt"], found, report["interruption"])


def described_by_summary(summary: Mapping[str, Any], targets: Mapping[str, Target], *, is_running: bool) -> Described:
    """Of one that has not, by its plan."""
    found = [
        _target(target_entry(planned, target), target, is_running=is_running)
        for planned in summary["targets"]
        for target in [targets.get(planned["distributionId"])]
    ]
    return Described(summary["risk"], summary["plannedAt"], found)


def totals(targets: Sequence[TargetAnswer]) -> list[OutcomeCount]:
    found = [target["outcome"] for target in targets]
    return [
        {"outcome": outcome, "count": found.count(outcome)} for outcome in (*TargetState, *Outcome) if outcome in found
    ]


def _approval(rollback: Rollback) -> ApprovalAnswer | None:
    if rollback.answer is None:
        return None
    return {
        "answer": rollback.answer,
        "until": rollback.answer_until,
        "by": rollback.answered_by,
        "at": rollback.answered_at,
        "comment": rollback.comment,
    }


def _target(entry: Mapping[str, Any], target: Target | None, *, is_running: bool = False) -> TargetAnswer:
    outcome: TargetState | Outcome = Outcome(entry["outcome"])
    failure = (entry["error"], entry["reason"], entry["nextAction"])
    if is_running and target is None and outcome is Outcome.NOT_STARTED:
        outcome = TargetState.WAITING
    if is_running and target is not None and target.status is None:
        # The entry says that it did not get to its end, which nobody knows yet.
        outcome, failure = TargetState.IN_PROGRESS, (target.error, target.reason, target.next_action)
    return {
        "distributionId": entry["distributionId"],
        "outcome": outcome,
        "risk": entry["risk"],
        "changes": entry["changes"],
        "versionBefore": entry["versionBefore"],
        "etag": entry["etag"],
        "appliedAt": target.applied_at if target else None,
        "reverting": target.reverting if target else False,
        "canary": _canary(target.canary) if target and target.canary else None,
        "error": failure[0],
        "reason": failure[1],
        "nextAction": failure[2],
        "left": entry["left"],
    }


def _canary(canary: Canary) -> CanaryAnswer:
    return {
        "stagingId": canary.staging_id,
        "stagingDomain": canary.staging_domain,
        "policyId": canary.policy_id,
        "attached": canary.attached,
    }
