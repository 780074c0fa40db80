"""What is remembered of a job and of each of its items.

An item is one row of a batch: a set of host names that gets one distribution. Its certificate is its own, or that of another
item of the job whose wildcard covers its names (`certificate_item_id`); the certificate's stage is kept once, on the item
that owns it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from cloudfront_extensions.certificates.validation import ValidationRecord


class JobStatus(StrEnum):
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    REFUSED = "REFUSED"
    REMOVED = "REMOVED"
    """A cleanup took back everything that the job had made."""
    CANCELLED = "CANCELLED"
    """Somebody stopped it; starting it again goes on."""


class CertificateStatus(StrEnum):
    NOT_STARTED = "NOT_STARTED"
    REQUESTED = "REQUESTED"
    """The request is on record and may have reached ACM; its validation records are not known yet."""
    PENDING_VALIDATION = "PENDING_VALIDATION"
    ISSUED = "ISSUED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"
    """Could not ask; starting the job again looks and goes on."""
    REMOVED = "REMOVED"
    """Taken back by a cleanup; starting the job again makes another one."""


class DistributionStatus(StrEnum):
    NOT_NEEDED = "NOT_NEEDED"
    NOT_STARTED = "NOT_STARTED"
    CREATING = "CREATING"
    """The configuration is on record and may have reached CloudFront."""
    DEPLOYING = "DEPLOYING"
    DEPLOYED = "DEPLOYED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"
    """Could not ask; starting the job again looks and goes on."""
    REMOVED = "REMOVED"
    """Taken back by a cleanup; starting the job again makes another one."""


class CleanupStatus(StrEnum):
    REMOVED = "REMOVED"
    """Nothing is left of what the job had made for the item."""
    LEFT = "LEFT"
    """Something was left because somebody else has changed it or uses it; `left` says what and why."""
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"
    """Could not ask; starting the cleanup again looks and goes on."""


class ItemKey(NamedTuple):
    job_id: str
    item_id: str


@dataclass(frozen=True, slots=True)
class CertificateStage:
    status: CertificateStatus = CertificateStatus.NOT_STARTED
    error: str | None = None
    """Name of the error, one of `errors`, where the status is FAILED or UNKNOWN."""
    reason: str | None = None
    next_action: str | None = None
    attempt: int = 1
    """Counts up when a failed certificate is asked for anew; part of the idempotency token."""
    arn: str | None = None
    adopted: bool = False
    """Whether the certificate was in ACM before this job: imported again into it, or found to be the same one."""
    validation_records: tuple[ValidationRecord, ...] = ()
    records_published: bool = False
    """Whether the job itself wrote all of the records to Route 53."""
    updated_at: str | None = None


@dataclass(frozen=True, slots=True)
class DistributionStage:
    status: DistributionStatus = DistributionStatus.NOT_STARTED
    error: str | None = None
    reason: str | None = None
    next_action: str | None = None
    attempt: int = 1
    """Counts up when a cleanup has taken a distribution back; part of the caller reference, which CloudFront takes once."""
    id: str | None = None
    arn: str | None = None
    domain_name: str | None = None
    etag: str | None = None
    """Of the configuration that this library wrote last; another one means that somebody else has changed it."""
    alias_records: tuple[AliasRecord, ...] = ()
    """What the job creates in Route 53 to lead names to the distribution; on record before it is created."""
    updated_at: str | None = None


@dataclass(frozen=True, slots=True)
class AliasRecord:
    zone_id: str
    name: str
    type: str
    """A or AAAA."""


@dataclass(frozen=True, slots=True)
class CleanupStage:
    status: CleanupStatus | None = None
    """None: nobody has asked for a cleanup."""
    error: str | None = None
    reason: str | None = None
    next_action: str | None = None
    removed: tuple[str, ...] = ()
    """ARNs, and DNS records as `name type`."""
    left: tuple[str, ...] = ()
    """In words: what was left, and why."""
    config_hash: str | None = None
    """Of the distribution's configuration without Enabled, on record before it is disabled: the new ETag is then ours."""
    disabled_etag: str | None = None
    """The ETag at which it was disabled, on record before that: a read that still shows it is late, and nobody's change."""
    updated_at: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    job_id: str
    item_id: str
    domain_name: str
    names: tuple[str, ...]
    """All names, `domain_name` first: the certificate's names and the distribution's aliases.

    Of an import row that names none: empty, and `domain_name` too, until its bundle is read; then those of its certificate.
    """
    line: int | None = None
    """Line in the file, or position in the inline list, from 1."""
    origin_domain_name: str | None = None
    key_algorithm: str | None = None
    comment: str | None = None
    hosted_zone_id: str | None = None
    """The zone of this account that validation and alias records go to; None: a person publishes them."""
    certificate_item_id: str | None = None
    """The item that owns this item's certificate; its own id unless a wildcard of another item serves it."""
    key_bundle: str | None = None
    """Where the certificate's staged bundle is, as a batch writes it (`key_bundle_reference`); None: ACM is asked for one."""
    import_into: str | None = None
    """ARN of the imported certificate whose content the bundle replaces."""
    certificate: CertificateStage = field(default_factory=CertificateStage)
    distribution: DistributionStage = field(default_factory=DistributionStage)
    cleanup: CleanupStage = field(default_factory=CleanupStage)

    @property
    def key(self) -> ItemKey:
        return ItemKey(self.job_id, self.item_id)


@dataclass(frozen=True, slots=True)
class Job:
    job_id: str
    """The client's request token: it names the job."""
    body_hash: str
    """SHA-256 over the canonical JSON of the request, token and notification topic left out."""
    execution_arn: str
    """The execution that works on the job now, or did last."""
    status: JobStatus = JobStatus.RUNNING
    report_key: str | None = None
    announced: bool = False
    started_by: str | None = None
    """Who asked for it by an API; None: its execution was started otherwise."""
    created_at: str | None = None
    updated_at: str | None = None
