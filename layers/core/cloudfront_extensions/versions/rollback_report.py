"""How a rollback ended: of every target whether it is where it should be, the totals, and what people are told."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from cloudfront_extensions.errors import PlanRefused, TargetsNotRolledBack
from cloudfront_extensions.messages import Message, brief, fitting
from cloudfront_extensions.spreadsheets import cell
from cloudfront_extensions.versions.rollback_plan import PlanStatus
from cloudfront_extensions.versions.rollback_records import Ending, Rollback, Target, TargetStatus

_LISTED = 50
_CSV_HEADER = (
    "distributionId",
    "outcome",
    "risk",
    "changes",
    "versionBefore",
    "etag",
    "error",
    "reason",
    "nextAction",
    "left",
)
_STILL_OPEN = "Start the rollback again with the same request token: it goes on where it stands."


class Outcome(StrEnum):
    """Of a target."""

    APPLIED = "APPLIED"
    IDENTICAL = "IDENTICAL"
    REVERTED = "REVERTED"
    REVERT_FAILED = "REVERT_FAILED"
    NOT_STARTED = "NOT_STARTED"
    REFUSED = "REFUSED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"


_RIGHT = frozenset({Outcome.APPLIED, Outcome.IDENTICAL})
_UNTOUCHED = frozenset({Outcome.IDENTICAL, Outcome.NOT_STARTED, Outcome.REFUSED})


def rollback_report(
    plan: Mapping[str, Any],
    targets: Mapping[str, Target],
    rollback: Rollback | None = None,
    interruption: Mapping[str, Any] | None = None,
    plan_location: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The report as JSON: of a plan as `plan_summary` tells it, and of the targets whose turn has come, by their ids.

    `interruption` is what stopped the rollback as a whole: its `error`, `reason` and `nextAction`; `plan_location` is where
    the whole plan is.
    """
    entries = [target_entry(target, targets.get(target["distributionId"])) for target in plan["targets"]]
    totals = Counter(entry["outcome"] for entry in entries)
    return {
        "requestToken": plan["request"]["requestToken"],
        "executionArn": rollback and rollback.execution_arn,
        "ending": _ending(plan, totals, interruption).value,
        "risk": plan["risk"],
        "plannedAt": plan["plannedAt"],
        "plan": dict(plan_location) if plan_location else None,
        "approval": rollback and _approval(rollback),
        "stoppedBy": rollback and rollback.stopped_by,
        "totals": {"targets": len(entries), **{one.value.lower(): totals[one] for one in Outcome}},
        "interruption": dict(interruption) if interruption else None,
        "targets": entries,
    }


def rollback_csv(report: Mapping[str, Any]) -> str:
    """The report's targets as CSV, safe to open in a spreadsheet."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_CSV_HEADER)
    for entry in report["targets"]:
        values = {**entry, "left": "\n".join(entry["left"])}
        writer.writerow([cell(values[name]) for name in _CSV_HEADER])
    return text.getvalue()


def rollback_message(report: Mapping[str, Any], location: str) -> Message:
    """Subject and text of the notification; `location` is where the report is."""
    ending = report["ending"].lower().replace("_", " ")
    lines = [
        f"Rollback {report['requestToken']} {ending}: {_counts(report)}",
        *_people(report),
        *_stopped(report),
        *_open(report),
        "",
        f"Everything, target by target: {location}",
    ]
    subject = f"CloudFront rollback {report['requestToken']} {ending}: {_counts(report)}"
    return fitting(subject, "\n".join(lines) + "\n")


def rollback_failure(report: Mapping[str, Any], location: str) -> dict[str, str] | None:
    """The error output that the execution ends with; None where every target is where it should be."""
    if interruption := report["interruption"]:
        return {"Error": interruption["error"], "Cause": f"{brief(interruption['reason'])} Report: {location}"}
    if report["ending"] == Ending.APPLIED:
        return None
    if report["ending"] == Ending.REFUSED:
        return {
            "Error": PlanRefused.__name__,
            "Cause": f"{_counts(report)}. {_first_refusal(report)} Nothing was written. Report: {location}",
        }
    return {"Error": TargetsNotRolledBack.__name__, "Cause": f"{_counts(report)}. Report: {location}"}


def target_entry(planned: Mapping[str, Any], target: Target | None) -> dict[str, Any]:
    """What became of a target, by its entry in `plan_summary` and its record, which it has once its turn has come."""
    refusals = planned["refusedBecause"]
    failure = target.failure if target else refusals[0] if refusals else {}
    outcome = _outcome(planned["status"], target)
    known = failure.get("reason") or outcome is not Outcome.UNKNOWN
    return {
        "distributionId": planned["distributionId"],
        "outcome": outcome.value,
        "risk": planned["risk"],
        "changes": planned["changeCount"],
        "versionBefore": planned["versionBefore"],
        "etag": target and (target.etag_reverted or target.etag),
        "error": failure.get("error"),
        "reason": failure.get("reason") if known else "the rollback did not get to the end of this target",
        "nextAction": failure.get("nextAction") if known else _STILL_OPEN,
        "left": list(target.left) if target else [],
    }


def _outcome(planned: str, target: Target | None) -> Outcome:
    """What a target that is on record says of itself comes before the plan."""
    if target is not None:
        return Outcome(target.status or TargetStatus.UNKNOWN)
    return Outcome.NOT_STARTED if planned == PlanStatus.PLANNED else Outcome(planned)


def _ending(plan: Mapping[str, Any], totals: Counter[str], interruption: Mapping[str, Any] | None) -> Ending:
    found = set(totals)
    if plan["status"] == PlanStatus.REFUSED:
        return Ending.REFUSED
    if found <= _RIGHT and not interruption:
        return Ending.APPLIED
    if found <= _UNTOUCHED:
        return Ending.NOT_STARTED
    return Ending.REVERTED if found <= _UNTOUCHED | {Outcome.REVERTED} else Ending.FAILED


def _approval(rollback: Rollback) -> dict[str, str | None] | None:
    if rollback.answer is None:
        return None
    return {
        "answer": rollback.answer.value,
        "by": rollback.answered_by,
        "at": rollback.answered_at,
        "comment": rollback.comment,
    }


def _counts(report: Mapping[str, Any]) -> str:
    totals = report["totals"]
    words = [
        f"{totals[one.value.lower()]} {one.value.lower().replace('_', ' ')}"
        for one in Outcome
        if totals[one.value.lower()]
    ]
    return f"{', '.join(words)} of {totals['targets']} distributions"


def _first_refusal(report: Mapping[str, Any]) -> str:
    first = next(entry for entry in report["targets"] if entry["outcome"] == Outcome.REFUSED)
    return f"{first['distributionId']}: {brief(first['reason'])}."


def _people(report: Mapping[str, Any]) -> Iterator[str]:
    if (approval := report["approval"]) and approval["by"]:
        comment = f": {brief(approval['comment'])}" if approval["comment"] else ""
        yield f"{approval['answer'].capitalize()} by {approval['by']} at {approval['at']}{comment}"
    if report["stoppedBy"]:
        yield f"{report['stoppedBy']} asked for it to stop"


def _stopped(report: Mapping[str, Any]) -> Iterator[str]:
    if interruption := report["interruption"]:
        yield ""
        yield f"It was stopped by {interruption['error']}: {brief(interruption['reason'])}"
        yield f"Next: {brief(interruption['nextAction'])}"


def _open(report: Mapping[str, Any]) -> Iterator[str]:
    """The targets that are not where they should be, and those of which something is left behind."""
    entries = [entry for entry in report["targets"] if entry["outcome"] not in _RIGHT or entry["left"]]
    for entry in entries[:_LISTED]:
        yield ""
        version = f" (version {entry['versionBefore']} before)" if entry["versionBefore"] else ""
        error = f", {entry['error']}" if entry["error"] else ""
        yield f"{entry['distributionId']}{version}: {entry['outcome'].lower().replace('_', ' ')}{error}"
        yield from (f"  {brief(text)}" for text in (entry["reason"], *entry["left"]) if text)
        if entry["nextAction"]:
            yield f"  Next: {brief(entry['nextAction'])}"
    if len(entries) > _LISTED:
        yield f"and {len(entries) - _LISTED} more, all in the report"
