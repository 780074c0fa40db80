"""The first step of `domain_onboarding`: one job for each request token."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, TypedDict

from cloudfront_extensions.aws.executions import is_running
from cloudfront_extensions.aws.job_store import JobStore
from cloudfront_extensions.aws.objects import jobs_bucket, put_text
from cloudfront_extensions.errors import RequestTokenConflict
from cloudfront_extensions.jobs.records import Job
from cloudfront_extensions.jobs.request import body_hash, canonical_json, parse_request


class Concurrency(TypedDict):
    """How many children each map runs at the same time."""

    requests: int
    domains: int


class AttachedJob(TypedDict):
    """A job that another execution works on."""

    jobId: str
    outcome: str
    executionArn: str


class OpenedJob(TypedDict):
    """The state of the workflow from here on; the request itself stays in S3."""

    jobId: str
    outcome: str
    executionArn: str
    dryRun: bool
    onFailure: str
    bucket: str
    prefix: str
    requestKey: str
    concurrency: Concurrency


def open_job(document: Mapping[str, Any], execution_arn: str, store: JobStore | None = None) -> OpenedJob | AttachedJob:
    """Open the job that a request names by its token, go on with it, or answer who works on it. A dry run keeps no record.

    Raises:
        InvalidInput: the request does not say what is wanted.
        RequestTokenConflict: the token belongs to a job with another body.
    """
    request = parse_request(document)
    outcome = "started"
    if not request.dry_run:
        job = Job(request.job_id, body_hash(request), execution_arn)
        outcome, owner = _claim(job, store or JobStore())
        if owner != execution_arn:
            return {"jobId": request.job_id, "outcome": outcome, "executionArn": owner}
    prefix = f"{'dry-runs' if request.dry_run else 'jobs'}/{request.job_id}/"
    put_text(jobs_bucket(), f"{prefix}request.json", canonical_json(request), "application/json")
    return {
        "jobId": request.job_id,
        "outcome": outcome,
        "executionArn": execution_arn,
        "dryRun": request.dry_run,
        "onFailure": request.on_failure.value,
        "bucket": jobs_bucket(),
        "prefix": prefix,
        "requestKey": f"{prefix}request.json",
        "concurrency": {
            "requests": int(os.environ["REQUEST_CONCURRENCY"]),
            "domains": int(os.environ["DOMAIN_CONCURRENCY"]),
        },
    }


def _claim(job: Job, store: JobStore) -> tuple[str, str]:
    """Whether the job was started, resumed or is somebody else's (attached), and the execution that works on it."""
    if store.create_job(job):
        return "started", job.execution_arn
    known = store.job(job.job_id)
    if known is None:
        raise RequestTokenConflict(f"the record of job {job.job_id} was deleted while it was read")
    if known.body_hash != job.body_hash:
        raise RequestTokenConflict(f"request token {job.job_id} belongs to a job with another request")
    if known.execution_arn == job.execution_arn:
        return "started", job.execution_arn
    if is_running(known.execution_arn):
        return "attached", known.execution_arn
    if store.take_over_job(job.job_id, known.execution_arn, job.execution_arn):
        return "resumed", job.execution_arn
    return _claim(job, store)
