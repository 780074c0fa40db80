"""/jobs: start, follow, cancel, redrive and take back."""

from __future__ import annotations

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query

from cloudfront_extensions.jobs.records import JobStatus
from cloudfront_extensions.jobs.report import Outcome
from cloudfront_extensions.operations import jobs, validation_records
from cloudfront_extensions.operations.job_answers import RecordForm
from rest.answers import Answer, document, hashed, text
from rest.callers import caller_of
from rest.headers import header
from rest.parameters import Cursor, IdempotencyKey, JobId, Limit
from rest.requests import Cleanup, NewJob
from rest.routing import new_router, route

router = new_router()

RecordsForm = Literal["json", "csv", "zone"]
MEDIA_TYPES = {"csv": "text/csv", "zone": "text/dns"}


@route(router, "listJobs")
def list_jobs(
    status: Annotated[JobStatus | None, Query(description="Only jobs of which this is on record.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Answer:
    """All jobs, the newest first."""
    return document(jobs.list_jobs(status=status, limit=limit, cursor=cursor))


@route(router, "startJob", 202)
def start_job(body: NewJob, idempotency_key: IdempotencyKey = None) -> Answer:
    """Start the onboarding of a batch of domains, or go on with a job that has ended without success."""
    started = jobs.start_job(
        body.given(), idempotency_key=idempotency_key, caller=caller_of(router.current_event.raw_event)
    )
    return document(started, location=f"jobs/{started['jobId']}")


@route(router, "getJob")
def get_job(job_id: JobId) -> Answer:
    """One job: how it stands, and what works on it."""
    job = jobs.get_job(job_id)
    return document(job, tag=job["etag"])


@route(router, "listJobItems")
def list_job_items(
    job_id: JobId,
    status: Annotated[Outcome | None, Query(description="Only items of this outcome.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Answer:
    """The items of a job, in the order of its batch."""
    return document(jobs.list_job_items(job_id, status=status, limit=limit, cursor=cursor))


@route(router, "getJobReport")
def get_job_report(job_id: JobId) -> Answer:
    """Links to the files of a job's report, which last some minutes."""
    report = jobs.get_job_report(job_id)
    files = [{name: told for name, told in file.items() if name != "url"} for file in report["files"]]
    return document(report, tag=hashed(files))


@route(router, "listValidationRecords")
def list_validation_records(
    job_id: JobId,
    form: Annotated[
        RecordsForm | None, Query(alias="format", description="json, csv or zone; goes before the header Accept.")
    ] = None,
) -> Answer:
    """The DNS records that prove control of a job's names: as JSON, as CSV, or as the text of a zone file."""
    wanted = form or _accepted(header(router.current_event.raw_event, "Accept") or "")
    if wanted == "json":
        return document(validation_records.list_validation_records(job_id))
    return text(validation_records.validation_records_text(job_id, RecordForm(wanted)), MEDIA_TYPES[wanted])


@route(router, "redriveJob", 202)
def redrive_job(job_id: JobId) -> Answer:
    """Go on with a job that no execution works on: what is done stays, what is not, or was taken back, is made."""
    return document(jobs.redrive_job(job_id, caller=caller_of(router.current_event.raw_event)))


@route(router, "cancelJob")
def cancel_job(job_id: JobId) -> Answer:
    """Stop a job's execution; what it has made stays."""
    return document(jobs.cancel_job(job_id, caller=caller_of(router.current_event.raw_event)))


@route(router, "cleanUpJob", 202)
def clean_up_job(job_id: JobId, body: Cleanup) -> Answer:
    """Take back what a job made, as far as nobody else has changed it or uses it."""
    started = jobs.clean_up_job(
        job_id, items=body.items, dry_run=body.dryRun, caller=caller_of(router.current_event.raw_event)
    )
    return document(started)


def _accepted(accept: str) -> RecordsForm:
    """The first of our forms in the header Accept; JSON for everything else."""
    forms: dict[str, RecordsForm] = {"application/json": "json", "text/csv": "csv", "text/dns": "zone"}
    wanted = (one.partition(";")[0].strip().lower() for one in accept.split(","))
    return next((forms[media_type] for media_type in wanted if media_type in forms), "json")
