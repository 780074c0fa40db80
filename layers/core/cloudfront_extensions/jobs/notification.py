"""What people and Step Functions are told when a job ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cloudfront_extensions.errors import BatchRefused, ItemsFailed
from cloudfront_extensions.jobs.records import JobStatus
from cloudfront_extensions.jobs.report import Outcome
from cloudfront_extensions.messages import Message, brief, fitting

_LISTED = 50
_OPEN = (Outcome.FAILED, Outcome.UNKNOWN, Outcome.UNFINISHED)


def ending_message(report: Mapping[str, Any], location: str) -> Message:
    """Subject (ASCII, fewer than 100 characters) and text of the notification; `location` is where the report is."""
    totals = report["totals"]
    refused = report["status"] == JobStatus.REFUSED
    outcome = "nothing was started" if refused else f"{totals[Outcome.DONE]} of {totals['items']} done"
    subject = f"CloudFront job {report['jobId']} {report['status'].lower()}: {outcome}"
    text = "\n".join(_lines(report, location)) + "\n"
    return fitting(subject, text)


def ending_failure(report: Mapping[str, Any], location: str) -> dict[str, str] | None:
    """The error output {"Error", "Cause"} that the execution ends with; None for a job that succeeded."""
    if report["status"] == JobStatus.SUCCEEDED:
        return None
    if report["status"] == JobStatus.REFUSED:
        reasons = "; ".join(report["refusedBecause"])
        return {"Error": BatchRefused.__name__, "Cause": f"{brief(reasons)}. Nothing was started. Report: {location}"}
    if interruption := report["interruption"]:
        return {"Error": interruption["error"], "Cause": f"{brief(interruption['reason'])} Report: {location}"}
    totals = report["totals"]
    counts = ", ".join(f"{totals[outcome]} {outcome}" for outcome in _OPEN if totals[outcome])
    return {"Error": ItemsFailed.__name__, "Cause": f"{counts} of {totals['items']} domains. Report: {location}"}


def _lines(report: Mapping[str, Any], location: str) -> Iterator[str]:
    totals = report["totals"]
    yield f"Job {report['jobId']}: {report['status']}"
    if totals["items"]:
        counts = ", ".join(f"{totals[outcome]} {outcome}" for outcome in Outcome if totals[outcome])
        yield f"{totals['items']} domains: {counts}"
    if report["refusedBecause"]:
        yield ""
        yield "Refused before anything was started:"
        for reason in report["refusedBecause"]:
            yield f"  {brief(reason)}"
        yield f"Next: {BatchRefused.next_action}"
    if interruption := report["interruption"]:
        yield ""
        yield f"The job was stopped by {interruption['error']}: {brief(interruption['reason'])}"
        yield f"Next: {brief(interruption['nextAction'])}"
    yield from _open_items(report)
    yield ""
    yield f"Everything, domain by domain: {location}"


def _open_items(report: Mapping[str, Any]) -> Iterator[str]:
    entries = [entry for outcome in _OPEN for entry in report["items"] if entry["outcome"] == outcome]
    for entry in entries[:_LISTED]:
        error = f", {entry['error']}" if entry["error"] else ""
        yield ""
        yield f"{entry['domainName'] or entry['itemId']} (line {entry['line']}): {entry['outcome']}{error}"
        if entry["reason"]:
            yield f"  {brief(entry['reason'])}"
        if entry["nextAction"]:
            yield f"  Next: {brief(entry['nextAction'])}"
    if len(entries) > _LISTED:
        yield ""
        yield f"and {len(entries) - _LISTED} more, all in the report"
