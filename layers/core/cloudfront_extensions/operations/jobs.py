"""Jobs: list and look, start, go on, cancel and take back."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from secrets import token_hex
from typing import Any, TypeVar, cast

from cloudfront_extensions.aws.clock import seconds_from_now, seconds_since
from cloudfront_extensions.aws.executions import (
    SUCCEEDED,
    Execution,
    execution,
    execution_arn,
    execution_name,
    is_running,
    start,
    stop,
)
from cloudfront_extensions.aws.job_store import EVALUATED, JobStore
from cloudfront_extensions.aws.objects import jobs_bucket, objects_in
from cloudfront_extensions.aws.presigned import LINK_SECONDS, link_to
from cloudfront_extensions.certificates.names import shown
from cloudfront_extensions.errors import (
    InvalidCursor,
    InvalidInput,
    JobIsRunning,
    JobNotFound,
    JobNotRunning,
    ReportNotReady,
    RequestTokenConflict,
    with_next_action,
)
from cloudfront_extensions.fields import described, identifier
from cloudfront_extensions.jobs import cleanup_request
from cloudfront_extensions.jobs.records import Item, ItemKey, Job, JobStatus
from cloudfront_extensions.jobs.report import Outcome, item_entry
from cloudfront_extensions.jobs.request import OnboardingRequest, body_hash, parse_request
from cloudfront_extensions.operations.access import audit
from cloudfront_extensions.operations.callers import Caller
from cloudfront_extensions.operations.cursors import cursor_after, position_of
from cloudfront_extensions.operations.job_answers import (
    ItemDocument,
    JobState,
    ReportDocument,
    ReportFile,
    job_document,
    starting_document,
    with_etag,
)
from cloudfront_extensions.operations.job_answers import JobDocument as JobDocument
from cloudfront_extensions.operations.job_requests import as_input, keep, parsed, stored
from cloudfront_extensions.operations.pages import DEFAULT_LIMIT, Page, checked_limit

OPENING_SECONDS = 60
"""How long after its last word a job whose execution is not known counts as about to start."""
REPORT_FILES = frozenset(
    {
        "preflight.json",
        "report.json",
        "report.csv",
        "cleanup.json",
        "cleanup.csv",
        "validation-records.json",
        "validation-records.csv",
        "validation-records.zone",
    }
)
"""What of a job's files is for people."""

_WAIT_OR_CANCEL = "Wait until it has ended, or cancel the job, and ask again."
_PLACE = re.compile(r"\d{4}-\d{2}-\d{2}T[0-9:.]{8,15}Z#[A-Za-z0-9][A-Za-z0-9_-]{0,47}", re.ASCII)

EnumT = TypeVar("EnumT", bound=StrEnum)


def list_jobs(*, status: str | None = None, limit: int = DEFAULT_LIMIT, cursor: str | None = None) -> Page[JobDocument]:
    """Jobs, the newest first, in one call. `status` is one of JobStatus (`jobs.records`): what is on record.

    Raises:
        InvalidInput, InvalidCursor.
    """
    checked_limit(limit)
    wanted = _one_of(JobStatus, status)
    after = position_of(cursor, "jobs", status)
    if after and not _PLACE.fullmatch(after):
        raise InvalidCursor("cursor: it is not one that this list answered")
    page = JobStore().newest_jobs(limit, after=after, status=wanted)
    return {
        "items": [job_document(job) for job in page.jobs],
        "nextCursor": cursor_after(page.last, "jobs", status) if page.last else None,
    }


def get_job(job_id: str) -> JobDocument:
    """A job, or else the dry run of that token. Raises JobNotFound."""
    job = JobStore().job(known_id(job_id))
    return _current(job) if job else _dry_run(job_id)


def list_job_items(
    job_id: str, *, status: str | None = None, limit: int = DEFAULT_LIMIT, cursor: str | None = None
) -> Page[ItemDocument]:
    """The items of a job, in the order of their ids. `status` is one of Outcome (`jobs.report`), the items' `outcome`.

    Raises:
        JobNotFound, InvalidInput, InvalidCursor.
    """
    checked_limit(limit)
    outcome = _one_of(Outcome, status)
    of_list = ("items", known_id(job_id), status)
    after = position_of(cursor, *of_list)
    if after and not _is_id(after):
        raise InvalidCursor("cursor: it is not one that this list answered")
    store = JobStore()
    page = store.item_page(job_id, EVALUATED if outcome else limit, after)
    if not page.items:
        existing(job_id, store)
        return {"items": [], "nextCursor": None}
    entries = [entry for entry in _entries(job_id, page.items, store) if outcome in (None, entry["outcome"])]
    last = entries[limit - 1]["itemId"] if len(entries) > limit else page.last
    return {"items": entries[:limit], "nextCursor": cursor_after(last, *of_list) if last else None}


def get_job_report(job_id: str) -> ReportDocument:
    """Links to what is written down of a job and of its dry runs by now.

    Raises:
        JobNotFound
        ReportNotReady: there is nothing yet.
    """
    bucket, prefixes = jobs_bucket(), {f"jobs/{known_id(job_id)}/": False, f"dry-runs/{job_id}/": True}
    expires_at = seconds_from_now(LINK_SECONDS)
    files: list[ReportFile] = [
        {
            "name": found.name,
            "dryRun": dry_run,
            "size": found.size,
            "writtenAt": found.written_at,
            "url": link_to(bucket, prefix + found.name),
        }
        for prefix, dry_run in prefixes.items()
        for found in objects_in(bucket, prefix)
        if found.name in REPORT_FILES
    ]
    if not files:
        get_job(job_id)
        raise ReportNotReady(f"nothing is written down of job {job_id} yet")
    return {"jobId": job_id, "files": files, "expiresAt": expires_at}


def start_job(request: Mapping[str, Any], *, idempotency_key: str | None = None, caller: Caller) -> JobDocument:
    """Start the job that a request names by its token, or go on with the one that it has started before.

    `request` is the input of `domain_onboarding`; `idempotency_key` is its request token where it names none. A job that an
    execution works on, or that has succeeded, stays as it is; one that has ended otherwise is gone on with, as by a redrive.
    The record comes first: of two who start the same at once both find one job, and one that was not started after all is
    started by whoever asks again.

    Raises:
        InvalidInput: the request does not say what is wanted, or names another token than the key.
        RequestTokenConflict: the token belongs to a job with another body.
    """
    asked = parsed(request, idempotency_key)
    audit("startJob", caller, asked.job_id)
    if asked.dry_run:
        return _dry_run_of(asked)
    store = JobStore()
    job = Job(asked.job_id, body_hash(asked), _first_execution(asked), started_by=caller.name)
    if store.create_job(job):
        return _begun(job, asked) or _gone_on(asked, store)
    return _gone_on(asked, store)


def redrive_job(job_id: str, *, caller: Caller) -> JobDocument:
    """Go on with a job that no execution works on, whatever it has come to: also one that has succeeded, or was taken back.

    What is done stays; what is not, or is no longer, is made.

    Raises:
        JobNotFound, JobIsRunning.
    """
    store = JobStore()
    job = _idle(job_id, store)
    document = stored(job_id)
    audit("redriveJob", caller, job_id)
    return _taken_over(job, _onboarding(), _next_name(job), document, store)


def cancel_job(job_id: str, *, caller: Caller) -> JobDocument:
    """Stop the execution that works on a job. What it has made stays. Raises JobNotFound, JobNotRunning."""
    store = JobStore()
    job = existing(job_id, store)
    if not is_running(job.execution_arn):
        raise JobNotRunning(f"no execution works on job {job_id}")
    audit("cancelJob", caller, job_id)
    if not store.cancel_job(job_id, job.execution_arn) and existing(job_id, store).status is not JobStatus.CANCELLED:
        raise JobNotRunning(f"job {job_id} has just ended")
    stop(job.execution_arn, "JobCancelled", f"{caller.name} cancelled the job")
    return job_document(existing(job_id, store))


def clean_up_job(
    job_id: str, *, items: list[str] | str | None = None, dry_run: bool = False, caller: Caller
) -> JobDocument:
    """Take back what a job made: for the items named, for what is not done ("failed"), or for all.

    Raises:
        JobNotFound, JobIsRunning, InvalidInput.
    """
    document = {"jobId": known_id(job_id), "items": items, "dryRun": dry_run}
    cleanup_request.parse_request(document)
    store = JobStore()
    job = _idle(job_id, store)
    audit("cleanUpJob", caller, job_id)
    machine = os.environ["JOB_CLEANUP"]
    if dry_run:
        name = execution_name(f"cleanup-{job_id}", job.execution_arn, token_hex(8))
        start(machine, name, document)
        return starting_document(job_id, execution_arn(machine, name), job, dry_run=True)
    return _taken_over(job, machine, execution_name(f"cleanup-{job_id}", job.execution_arn), document, store)


def _onboarding() -> str:
    return os.environ["DOMAIN_ONBOARDING"]


def _first_execution(asked: OnboardingRequest) -> str:
    """A dry run leaves the token free for other requests: its executions are told apart by what they ask."""
    name = execution_name(f"dry-run-{asked.job_id}", body_hash(asked)) if asked.dry_run else asked.job_id
    return execution_arn(_onboarding(), name)


def _begun(job: Job, asked: OnboardingRequest) -> JobDocument | None:
    """Start the execution that the record names; None where its name is taken, maybe by what kept no record."""
    keep(asked)
    started = start(_onboarding(), job.execution_arn.rpartition(":")[2], as_input(asked))
    return starting_document(job.job_id, job.execution_arn, job) if started else None


def _gone_on(asked: OnboardingRequest, store: JobStore) -> JobDocument:
    """A job that is on record, with an execution that works on it unless it has succeeded."""
    known = existing(asked.job_id, store)
    if known.body_hash != body_hash(asked):
        raise RequestTokenConflict(f"request token {asked.job_id} belongs to a job with another request")
    worker = execution(known.execution_arn)
    if worker and worker.is_running:
        return job_document(known)
    if worker is None and known.status is JobStatus.RUNNING:
        # It never began, or does not show yet: whoever goes on under another name could make a second one of it.
        if known.execution_arn.startswith(execution_arn(_onboarding(), "")):
            return _begun(known, asked) or _current(known)
        if _is_opening(known):
            return _current(known)
    # It may have ended since its record was read.
    again = existing(asked.job_id, store)
    if again.status is JobStatus.SUCCEEDED:
        return job_document(again)
    try:
        return _taken_over(known, _onboarding(), _next_name(known), as_input(asked), store)
    except JobIsRunning:
        # Somebody else has just gone on with it.
        return _current(existing(asked.job_id, store))


def _next_name(job: Job) -> str:
    return execution_name(job.job_id, job.execution_arn)


def _taken_over(job: Job, machine: str, name: str, document: Mapping[str, Any], store: JobStore) -> JobDocument:
    """Start another execution for a job, unless somebody else has just done so."""
    arn = execution_arn(machine, name)
    if not store.take_over_job(job.job_id, job.execution_arn, arn):
        raise JobIsRunning(
            with_next_action(f"another execution has just begun to work on job {job.job_id}", _WAIT_OR_CANCEL)
        )
    start(machine, name, document)
    return starting_document(job.job_id, arn, job)


def _idle(job_id: str, store: JobStore) -> Job:
    job = existing(job_id, store)
    if is_running(job.execution_arn):
        raise JobIsRunning(with_next_action(f"execution {job.execution_arn} works on job {job_id}", _WAIT_OR_CANCEL))
    return job


def existing(job_id: str, store: JobStore) -> Job:
    """Raises JobNotFound."""
    job = store.job(known_id(job_id))
    if job is None:
        raise JobNotFound(f"there is no job {job_id}")
    return job


def _current(job: Job) -> JobDocument:
    """A job with what its execution says, where it should be at work."""
    if job.status is not JobStatus.RUNNING or is_running(job.execution_arn):
        return job_document(job)
    again = existing(job.job_id, JobStore())
    if again.status is not JobStatus.RUNNING or again.execution_arn != job.execution_arn:
        return job_document(again)
    never_began = _is_opening(again) and execution(job.execution_arn) is None
    return job_document(again, JobState.STARTING if never_began else JobState.INTERRUPTED)


def _is_opening(job: Job) -> bool:
    return job.updated_at is not None and seconds_since(job.updated_at) < OPENING_SECONDS


_STATE_OF_DRY_RUN = {"RUNNING": JobState.RUNNING, SUCCEEDED: JobState.SUCCEEDED}


def _dry_run_of(asked: OnboardingRequest) -> JobDocument:
    """The dry run of a request: the one that there is, or else a new one."""
    arn = _first_execution(asked)
    found = execution(arn)
    if found is None:
        keep(asked)
        start(_onboarding(), arn.rpartition(":")[2], as_input(asked))
    return _dry_run_document(asked.job_id, arn, found)


def _dry_run(job_id: str) -> JobDocument:
    """The dry run of a token that was started last; it keeps no record: its request tells the name of its execution."""
    arn = _first_execution(parse_request(stored(job_id, "dry-runs")))
    return _dry_run_document(job_id, arn, execution(arn))


def _dry_run_document(job_id: str, arn: str, found: Execution | None) -> JobDocument:
    document: JobDocument = {
        "jobId": job_id,
        "status": _STATE_OF_DRY_RUN.get(found.status, JobState.FAILED) if found else JobState.STARTING,
        "executionArn": arn,
        "dryRun": True,
        "startedBy": None,
        "createdAt": found.started_at if found else None,
        "updatedAt": (found.ended_at or found.started_at) if found else None,
        "etag": "",
    }
    return with_etag(document)


def _entries(job_id: str, items: Iterable[Item], store: JobStore) -> list[ItemDocument]:
    """Items as the report has them, each with the certificate that serves it: those of other pages are read at once."""
    request = parse_request(stored(job_id))
    owners = {item.item_id: item for item in items}
    elsewhere = {item.certificate_item_id or item.item_id for item in items} - owners.keys()
    owners |= {item.item_id: item for item in store.items_named(ItemKey(job_id, one) for one in sorted(elsewhere))}
    return [
        cast(ItemDocument, item_entry(item, owners.get(item.certificate_item_id or item.item_id, item), request))
        for item in items
    ]


def known_id(job_id: str) -> str:
    """An id that a job can have. Raises JobNotFound."""
    if _is_id(job_id):
        return job_id
    raise JobNotFound(f"there is no job {shown(job_id)}")


def _is_id(text: object) -> bool:
    try:
        identifier({"id": text}, "id")
    except InvalidInput:
        return False
    return True


def _one_of(values: type[EnumT], text: str | None) -> EnumT | None:
    if text is None:
        return None
    try:
        return values(text)
    except ValueError:
        raise InvalidInput(f"status: {described(text)}; give one of {', '.join(values)}") from None
