"""What the APIs tell of jobs and their items."""

from __future__ import annotations

import json
from enum import StrEnum
from hashlib import sha256
from typing import NotRequired, TypedDict

from cloudfront_extensions.jobs.announcement import RecordState
from cloudfront_extensions.jobs.records import CertificateStatus, CleanupStatus, DistributionStatus, Job
from cloudfront_extensions.jobs.report import Outcome


class JobState(StrEnum):
    """What a job is doing, as the APIs tell it."""

    STARTING = "STARTING"
    """Its execution was started, and has not opened the job yet."""
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    REFUSED = "REFUSED"
    REMOVED = "REMOVED"
    """A cleanup took back everything that the job had made."""
    CANCELLED = "CANCELLED"
    """Somebody stopped it; redriving it goes on."""
    INTERRUPTED = "INTERRUPTED"
    """Its execution ended without a word, as one that was stopped in Step Functions; redriving it goes on."""


class RecordForm(StrEnum):
    """How validation records are written down as text."""

    CSV = "csv"
    ZONE = "zone"


class JobDocument(TypedDict):
    jobId: str
    """The request token that it was started with."""
    status: JobState
    executionArn: str
    """Of the execution that works on it, or did last."""
    dryRun: bool
    startedBy: str | None
    createdAt: str | None
    """RFC 3339 in UTC; None while it is STARTING, and of a dry run."""
    updatedAt: str | None
    etag: str
    """Changes with what is told here. The items of a job change without it."""


class ItemRecord(TypedDict):
    name: str
    type: str
    value: str


class ItemCertificate(TypedDict):
    itemId: str
    """The item that owns the certificate: another one where that one's wildcard serves this item."""
    status: CertificateStatus
    arn: str | None
    validationRecords: list[ItemRecord]
    """Those that it waits for, or waited for in vain."""


class ItemDistribution(TypedDict):
    status: DistributionStatus
    id: str | None
    arn: str | None
    domainName: str | None


class ItemCleanup(TypedDict):
    status: CleanupStatus
    removed: list[str]
    """ARNs, and DNS records as `name type`."""
    left: list[str]
    """In words."""
    error: str | None
    reason: str | None
    nextAction: str | None


class ItemDocument(TypedDict):
    """One row of a job, as its report has it."""

    itemId: str
    line: int | None
    domainName: str
    names: list[str]
    outcome: Outcome
    error: str | None
    reason: str | None
    nextAction: str | None
    certificate: ItemCertificate
    distribution: ItemDistribution
    cleanup: ItemCleanup | None
    """None: nobody asked for one."""


class ReportFile(TypedDict):
    name: str
    """preflight.json, report.json, report.csv, cleanup.json, cleanup.csv, validation-records.json, .csv or .zone."""
    dryRun: bool
    """Whether a dry run wrote it: what would be done, or taken back."""
    size: int
    """Bytes."""
    writtenAt: str
    url: str
    """Leads there without any other leave, until `expiresAt`."""


class ReportDocument(TypedDict):
    """What is written down of a job by now."""

    jobId: str
    files: list[ReportFile]
    expiresAt: str


class RecordDocument(TypedDict):
    state: RecordState
    name: str
    type: str
    value: str
    ttl: int
    domainNames: list[str]
    itemIds: list[str]


class RecordsDocument(TypedDict):
    jobId: str
    records: list[RecordDocument]


class RecordsInForms(RecordsDocument):
    csv: NotRequired[str]
    zone: NotRequired[str]
    """Lines of a zone file."""


def with_etag(document: JobDocument) -> JobDocument:
    """The document as it is now, whatever it was made from."""
    text = json.dumps({**document, "etag": ""}, sort_keys=True)
    return {**document, "etag": sha256(text.encode()).hexdigest()[:32]}


def job_document(job: Job, state: JobState | None = None) -> JobDocument:
    """As it is on record, or in the state that its execution is found in."""
    document: JobDocument = {
        "jobId": job.job_id,
        "status": state or JobState(job.status),
        "executionArn": job.execution_arn,
        "dryRun": False,
        "startedBy": job.started_by,
        "createdAt": job.created_at,
        "updatedAt": job.updated_at,
        "etag": "",
    }
    return with_etag(document)


def starting_document(job_id: str, arn: str, job: Job | None = None, *, dry_run: bool = False) -> JobDocument:
    document: JobDocument = {
        "jobId": job_id,
        "status": JobState.STARTING,
        "executionArn": arn,
        "dryRun": dry_run,
        "startedBy": job.started_by if job else None,
        "createdAt": job.created_at if job else None,
        "updatedAt": job.updated_at if job else None,
        "etag": "",
    }
    return with_etag(document)
