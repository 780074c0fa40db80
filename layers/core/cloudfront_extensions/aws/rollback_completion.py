"""The last step of `config_rollback`: what became of every target, taken from the targets' own records."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict, final

from cloudfront_extensions.aws.job_completion import Notification, ReportLocation
from cloudfront_extensions.aws.objects import get_json, put_json, put_text
from cloudfront_extensions.aws.rollback_beginning import BegunRollback
from cloudfront_extensions.aws.rollback_store import RollbackStore
from cloudfront_extensions.jobs.failures import ErrorOutput, failure_of
from cloudfront_extensions.versions.rollback_records import Ending
from cloudfront_extensions.versions.rollback_report import (
    rollback_csv,
    rollback_failure,
    rollback_message,
    rollback_report,
)


class EndingRollback(BegunRollback):
    failure: NotRequired[dict[str, str]]
    """The error output of the state that stopped the rollback as a whole."""


@final
class NotBegun(TypedDict):
    failure: dict[str, str]


class CompletedRollback(ReportLocation):
    """The location of the report is part of it."""

    requestToken: str
    ending: str
    totals: dict[str, int]
    notification: Notification
    failed: bool
    failure: NotRequired[Mapping[str, str]]
    """Error and Cause that the execution ends with, where `failed`."""


class Unstarted(TypedDict):
    failed: bool
    failure: ErrorOutput


def complete_rollback(
    rollback: EndingRollback | NotBegun, store: RollbackStore | None = None
) -> CompletedRollback | Unstarted:
    """Write the report of a rollback that has ended in any way; of one that could not begin, say why in words."""
    if "planKey" not in rollback:
        return {"failed": True, "failure": failure_of(rollback["failure"]).as_output()}
    store = store or RollbackStore()
    token, bucket, prefix = rollback["requestToken"], rollback["bucket"], rollback["prefix"]
    report = rollback_report(
        get_json(bucket, rollback["summaryKey"]),
        {target.distribution_id: target for target in store.targets(token)},
        store.rollback(token),
        _interruption(rollback.get("failure")),
        {"bucket": bucket, "jsonKey": rollback["planKey"], "textKey": rollback["textKey"]},
    )
    put_json(bucket, f"{prefix}/report.json", report)
    put_text(bucket, f"{prefix}/report.csv", rollback_csv(report), "text/csv; charset=utf-8")
    store.end(token, rollback["executionArn"], Ending(report["ending"]))
    return _completed(rollback, report)


def _completed(rollback: EndingRollback, report: Mapping[str, Any]) -> CompletedRollback:
    bucket, prefix = rollback["bucket"], rollback["prefix"]
    where = f"s3://{bucket}/{prefix}/report.json"
    message, failure = rollback_message(report, where), rollback_failure(report, where)
    completed: CompletedRollback = {
        "requestToken": rollback["requestToken"],
        "ending": report["ending"],
        "totals": report["totals"],
        "bucket": bucket,
        "jsonKey": f"{prefix}/report.json",
        "csvKey": f"{prefix}/report.csv",
        "notification": {
            "topicArn": _topic(rollback),
            "subject": message.subject,
            "message": message.text,
        },
        "failed": failure is not None,
    }
    if failure:
        completed["failure"] = failure
    return completed


def _interruption(output: Mapping[str, str] | None) -> dict[str, str] | None:
    if output is None:
        return None
    failure = failure_of(output)
    return {"error": failure.error, "reason": failure.reason, "nextAction": failure.next_action}


def _topic(rollback: EndingRollback) -> str:
    """The topic that the request names, or the deployment's own."""
    request = get_json(rollback["bucket"], rollback["requestKey"])
    return str(request["notificationTopic"] or os.environ["NOTIFICATION_TOPIC"])
