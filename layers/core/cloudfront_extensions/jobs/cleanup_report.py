"""How a cleanup ended: of every item what was taken back, what was left and why, and the totals."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cloudfront_extensions.errors import CleanupIncomplete
from cloudfront_extensions.jobs.failures import failure_of
from cloudfront_extensions.jobs.items import is_finished
from cloudfront_extensions.jobs.records import (
    CertificateStatus,
    CleanupStatus,
    DistributionStatus,
    Item,
    JobStatus,
)
from cloudfront_extensions.messages import Message, brief, fitting
from cloudfront_extensions.spreadsheets import cell

_LISTED = 50
_REASONS = 5
_CSV_HEADER = ("itemId", "line", "domainName", "status", "removed", "left", "error", "reason", "nextAction")
_AGAIN = "Start the cleanup again."
_NOTHING = frozenset({CertificateStatus.NOT_STARTED, CertificateStatus.FAILED, CertificateStatus.REMOVED})
_NO_DISTRIBUTION = frozenset(
    {
        DistributionStatus.NOT_NEEDED,
        DistributionStatus.NOT_STARTED,
        DistributionStatus.FAILED,
        DistributionStatus.REMOVED,
    }
)


def cleanup_report(
    job_id: str,
    items: Sequence[tuple[Item, Mapping[str, Any] | None]],
    *,
    dry_run: bool,
    interruption: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The report as JSON, of items and what is known of the cleanup of each; None: it did not get to an end.

    `interruption` is the error output {"Error", "Cause"} of the state that stopped the cleanup as a whole.
    """
    entries = [_entry(item, found) for item, found in items]
    totals = Counter(entry["status"] for entry in entries)
    failure = failure_of(interruption) if interruption else None
    unsure = failure or totals[CleanupStatus.FAILED] or totals[CleanupStatus.UNKNOWN]
    status = (
        CleanupStatus.FAILED if unsure else CleanupStatus.LEFT if totals[CleanupStatus.LEFT] else CleanupStatus.REMOVED
    )
    return {
        "jobId": job_id,
        "dryRun": dry_run,
        "status": status.value,
        "totals": {"items": len(entries), **{one.value.lower(): totals[one] for one in CleanupStatus}},
        "interruption": failure
        and {"error": failure.error, "reason": failure.reason, "nextAction": failure.next_action},
        "items": entries,
    }


def cleanup_csv(report: Mapping[str, Any]) -> str:
    """The report's items as CSV, safe to open in a spreadsheet."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_CSV_HEADER)
    for entry in report["items"]:
        lists = {name: "\n".join(entry[name]) for name in ("removed", "left")}
        writer.writerow([cell({**entry, **lists}[name]) for name in _CSV_HEADER])
    return text.getvalue()


def cleanup_message(report: Mapping[str, Any], location: str) -> Message:
    """Subject and text of the notification; `location` is where the report is."""
    what = "looked at" if report["dryRun"] else "done"
    subject = f"CloudFront job {report['jobId']} cleanup {report['status'].lower()}: {_counts(report)}"
    lines = [
        f"Cleanup of job {report['jobId']} {what}: {_counts(report)}",
        *_stopped(report),
        *_open(report),
        "",
        f"Everything, item by item: {location}",
    ]
    return fitting(subject, "\n".join(lines) + "\n")


def cleanup_failure(report: Mapping[str, Any], location: str) -> dict[str, str] | None:
    """The error output that the execution ends with; None where nothing is left, and for a dry run that got through."""
    if interruption := report["interruption"]:
        return {"Error": interruption["error"], "Cause": f"{brief(interruption['reason'])} Report: {location}"}
    if report["status"] == CleanupStatus.REMOVED or (report["dryRun"] and report["status"] == CleanupStatus.LEFT):
        return None
    return {"Error": CleanupIncomplete.__name__, "Cause": f"{_counts(report)}. Report: {location}"}


def job_status(items: Sequence[Item]) -> JobStatus:
    """What a job comes to after a cleanup, by all of its items."""
    by_id = {item.item_id: item for item in items}
    if all(_has_nothing(item) for item in items):
        return JobStatus.REMOVED
    if all(_has_nothing(item) or is_finished(item, by_id) for item in items):
        return JobStatus.SUCCEEDED
    return JobStatus.FAILED


def _has_nothing(item: Item) -> bool:
    certificate, distribution = item.certificate, item.distribution
    return (
        certificate.arn is None
        and certificate.status in _NOTHING
        and distribution.id is None
        and distribution.status in _NO_DISTRIBUTION
    )


def _entry(item: Item, found: Mapping[str, Any] | None) -> dict[str, Any]:
    found = found or {}
    known = found.get("status") is not None
    return {
        "itemId": item.item_id,
        "line": item.line,
        "domainName": item.domain_name,
        "status": found["status"] if known else CleanupStatus.UNKNOWN.value,
        "removed": list(found.get("removed", ())),
        "left": list(found.get("left", ())),
        "error": found.get("error"),
        "reason": found.get("reason") if known else "the cleanup did not get to the end of this item",
        "nextAction": found.get("nextAction") if known else _AGAIN,
    }


def _counts(report: Mapping[str, Any]) -> str:
    totals = report["totals"]
    words = [f"{totals[one.value.lower()]} {one.value.lower()}" for one in CleanupStatus if totals[one.value.lower()]]
    return f"{', '.join(words) or 'nothing'} of {totals['items']} items"


def _stopped(report: Mapping[str, Any]) -> Iterator[str]:
    if interruption := report["interruption"]:
        yield ""
        yield f"It was stopped by {interruption['error']}: {brief(interruption['reason'])}"
        yield f"Next: {brief(interruption['nextAction'])}"


def _open(report: Mapping[str, Any]) -> Iterator[str]:
    entries = [entry for entry in report["items"] if entry["status"] != CleanupStatus.REMOVED]
    for entry in entries[:_LISTED]:
        yield ""
        yield f"{entry['domainName'] or entry['itemId']}: {entry['status'].lower()}"
        reasons = [*entry["left"], *([entry["reason"]] if entry["reason"] else [])]
        yield from (f"  {brief(reason)}" for reason in reasons[:_REASONS])
        if entry["nextAction"]:
            yield f"  Next: {brief(entry['nextAction'])}"
    if len(entries) > _LISTED:
        yield f"and {len(entries) - _LISTED} more, all in the report"
