"""The last step of `job_cleanup`: totals and report, taken from the items themselves."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NotRequired

from cloudfront_extensions.aws.cleanup_planning import PlannedCleanup
from cloudfront_extensions.aws.job_completion import Notification, ReportLocation
from cloudfront_extensions.aws.job_store import JobStore
from cloudfront_extensions.aws.objects import get_json, put_json, put_text
from cloudfront_extensions.errors import InvalidBatch
from cloudfront_extensions.jobs.cleanup_report import (
    cleanup_csv,
    cleanup_failure,
    cleanup_message,
    cleanup_report,
    job_status,
)
from cloudfront_extensions.jobs.records import Item
from cloudfront_extensions.jobs.report import cleanup_entry

_READERS = 16
"""Objects of a dry run that are read at the same time."""


class EndingCleanup(PlannedCleanup):
    failure: NotRequired[dict[str, str]]
    """The error output of the state that stopped the cleanup as a whole."""


class CompletedCleanup(ReportLocation):
    """The location of the report is part of it."""

    jobId: str
    status: str
    totals: dict[str, int]
    notification: Notification
    failed: bool
    failure: NotRequired[dict[str, str]]
    """Error and Cause that the execution ends with, where `failed`."""


def complete_cleanup(cleanup: EndingCleanup, store: JobStore | None = None) -> CompletedCleanup:
    """Write the report of a cleanup that has ended in any way, and note on the job what it has come to."""
    store = store or JobStore()
    bucket, prefix = cleanup["bucket"], cleanup["prefix"]
    wanted = {entry["itemId"] for entry in get_json(bucket, cleanup["manifestKey"])}
    items = list(store.items(cleanup["jobId"]))
    own = [item for item in items if item.item_id in wanted]
    with ThreadPoolExecutor(_READERS) as readers:
        found = list(readers.map(partial(_found, cleanup), own))
    report = cleanup_report(
        cleanup["jobId"],
        list(zip(own, found, strict=True)),
        dry_run=cleanup["dryRun"],
        interruption=cleanup.get("failure"),
    )
    put_json(bucket, f"{prefix}.json", report)
    put_text(bucket, f"{prefix}.csv", cleanup_csv(report), "text/csv; charset=utf-8")
    if cleanup["ownsJob"]:
        store.update_job(cleanup["jobId"], status=job_status(items))
    where = f"s3://{bucket}/{prefix}.json"
    message, failure = cleanup_message(report, where), cleanup_failure(report, where)
    completed: CompletedCleanup = {
        "jobId": cleanup["jobId"],
        "status": report["status"],
        "totals": report["totals"],
        "bucket": bucket,
        "jsonKey": f"{prefix}.json",
        "csvKey": f"{prefix}.csv",
        "notification": {
            "topicArn": _topic(cleanup),
            "subject": message.subject,
            "message": message.text,
        },
        "failed": failure is not None,
    }
    if failure:
        completed["failure"] = failure
    return completed


def _found(cleanup: EndingCleanup, item: Item) -> Mapping[str, Any] | None:
    """What the item's child found; a dry run leaves it beside the report, for it writes nothing on items."""
    if not cleanup["dryRun"]:
        return {**(cleanup_entry(item) or {}), "status": item.cleanup.status}
    try:
        found: dict[str, Any] = get_json(cleanup["bucket"], f"{cleanup['findingsPrefix']}/{item.item_id}.json")
    except InvalidBatch:
        return None
    return found


def _topic(cleanup: EndingCleanup) -> str:
    """The topic that the job's request names, or the deployment's own."""
    try:
        request = get_json(cleanup["bucket"], f"jobs/{cleanup['jobId']}/request.json")
    except InvalidBatch:
        request = {}
    return str(request.get("notificationTopic") or os.environ["NOTIFICATION_TOPIC"])
