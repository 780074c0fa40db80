"""The last step of `domain_onboarding`: totals and report, taken from the items themselves."""

from __future__ import annotations

import os
from typing import Any, NotRequired, TypedDict

from cloudfront_extensions.aws.job_store import JobStore
from cloudfront_extensions.aws.objects import get_json, put_json, put_text
from cloudfront_extensions.jobs.notification import ending_failure, ending_message
from cloudfront_extensions.jobs.preflight import Decision
from cloudfront_extensions.jobs.report import job_report, report_csv
from cloudfront_extensions.jobs.request import OnboardingRequest, parse_request


class EndingJob(TypedDict):
    """What the last step reads of the workflow's state, wherever it comes from."""

    jobId: str
    dryRun: bool
    bucket: str
    prefix: str
    requestKey: str
    decision: NotRequired[str]
    """Missing where preflight did not get to one."""
    preflight: NotRequired[dict[str, Any]]
    failure: NotRequired[dict[str, str]]
    """The error output of the state that stopped the job as a whole."""


class ReportLocation(TypedDict):
    bucket: str
    jsonKey: str
    csvKey: str


class Notification(TypedDict):
    topicArn: str
    subject: str
    message: str


class CompletedJob(TypedDict):
    jobId: str
    status: str
    totals: dict[str, int]
    report: ReportLocation
    notification: Notification
    failure: NotRequired[dict[str, str]]
    """Error and Cause that the execution ends with, unless it succeeded."""


def complete_job(job: EndingJob, store: JobStore | None = None) -> CompletedJob:
    """Write the report of a job that has ended in any way, and note the end on the job; a dry run has no record."""
    store = store or JobStore()
    bucket, prefix = job["bucket"], job["prefix"]
    request = parse_request(get_json(bucket, job["requestKey"]))
    report = job_report(
        job["jobId"],
        [] if job["dryRun"] else list(store.items(job["jobId"])),
        request,
        refusals=job["preflight"]["reasons"] if job.get("decision") == Decision.REFUSE else (),
        interruption=job.get("failure"),
    )
    location: ReportLocation = {
        "bucket": bucket,
        "jsonKey": f"{prefix}report.json",
        "csvKey": f"{prefix}report.csv",
    }
    put_json(bucket, location["jsonKey"], report)
    put_text(bucket, location["csvKey"], report_csv(report), "text/csv; charset=utf-8")
    if not job["dryRun"]:
        store.update_job(job["jobId"], status=report["status"], report_key=location["jsonKey"])
    return _completed(report, location, request)


def _completed(report: dict[str, Any], location: ReportLocation, request: OnboardingRequest) -> CompletedJob:
    where = f"s3://{location['bucket']}/{location['jsonKey']}"
    message = ending_message(report, where)
    completed: CompletedJob = {
        "jobId": report["jobId"],
        "status": report["status"],
        "totals": report["totals"],
        "report": location,
        "notification": {
            "topicArn": request.notification_topic or os.environ["NOTIFICATION_TOPIC"],
            "subject": message.subject,
            "message": message.text,
        },
    }
    if failure := ending_failure(report, where):
        completed["failure"] = failure
    return completed
