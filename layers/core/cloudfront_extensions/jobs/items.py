"""The items of a job as preflight writes them: new ones, failed ones, and those of an earlier try opened again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cloudfront_extensions.certificates.validation import created_by_us
from cloudfront_extensions.errors import DistributionBeingRemoved
from cloudfront_extensions.jobs.records import (
    CertificateStage,
    CertificateStatus,
    CleanupStage,
    DistributionStage,
    DistributionStatus,
    Item,
)
from cloudfront_extensions.jobs.rows import Fault, FaultyRow, Row

_FINISHED_DISTRIBUTION = frozenset({DistributionStatus.DEPLOYED, DistributionStatus.NOT_NEEDED})
_NOTHING_MADE = frozenset({CertificateStatus.NOT_STARTED, CertificateStatus.FAILED, CertificateStatus.REMOVED})
_ON_ITS_WAY = frozenset({DistributionStatus.CREATING, DistributionStatus.UNKNOWN})


def item_id(line: int) -> str:
    """The id of a row's item; ids sort as their lines do."""
    return f"row-{line:05d}"


def new_item(job_id: str, row: Row, *, wants_distribution: bool, earlier: Item | None = None) -> Item:
    """An item for which nothing was made yet. Who owns its certificate is decided over the whole batch.

    Of an `earlier` one, for which nothing is made any more, the attempts go on, and with them the DNS records that it created.
    """
    status = DistributionStatus.NOT_STARTED if wants_distribution else DistributionStatus.NOT_NEEDED
    return Item(
        job_id=job_id,
        item_id=item_id(row.line),
        domain_name=row.domain_name,
        names=row.names,
        line=row.line,
        origin_domain_name=row.origin_domain_name,
        key_algorithm=row.key_algorithm.value if row.key_algorithm else None,
        comment=row.comment,
        hosted_zone_id=row.hosted_zone_id,
        key_bundle=str(row.key_bundle) if row.key_bundle else None,
        import_into=row.import_into,
        certificate=CertificateStage(
            attempt=earlier.certificate.attempt,
            validation_records=created_by_us(earlier.certificate.validation_records),
        )
        if earlier
        else CertificateStage(),
        distribution=DistributionStage(status, attempt=earlier.distribution.attempt if earlier else 1),
    )


def faulty_item(job_id: str, row: FaultyRow, faults: Sequence[Fault], *, wants_distribution: bool) -> Item:
    """The failed item of a row that can't be used; it has no names, since not all could be read."""
    status = DistributionStatus.NOT_STARTED if wants_distribution else DistributionStatus.NOT_NEEDED
    unread = Item(
        job_id=job_id,
        item_id=item_id(row.line),
        domain_name=row.domain_name,
        names=(),
        line=row.line,
        distribution=DistributionStage(status),
    )
    return failed_item(unread, faults)


def failed_item(item: Item, faults: Sequence[Fault]) -> Item:
    """The item with the faults as its failure: of its certificate, or where it has one already, of its distribution."""
    first, reason = faults[0], "; ".join(fault.message for fault in faults)
    if item.certificate.arn or item.certificate_item_id not in (None, item.item_id):
        return replace(
            item,
            distribution=replace(
                item.distribution,
                status=DistributionStatus.FAILED,
                error=first.code,
                reason=reason,
                next_action=first.error.next_action,
            ),
        )
    return replace(
        item,
        certificate_item_id=item.item_id,
        certificate=replace(
            item.certificate,
            status=CertificateStatus.FAILED,
            error=first.code,
            reason=reason,
            next_action=first.error.next_action,
        ),
    )


def is_finished(item: Item, owners: Mapping[str, Item]) -> bool:
    """Whether nothing is left to do for an item. `owners` are all items of the job by id."""
    owner = owners.get(item.certificate_item_id or item.item_id)
    if owner is None or owner.certificate.status is not CertificateStatus.ISSUED:
        return False
    return item.distribution.status in _FINISHED_DISTRIBUTION


def is_untouched(item: Item) -> bool:
    """Whether nothing was made for an item, or even asked for, so that its row may be read afresh."""
    return (
        item.certificate.arn is None
        and item.certificate.status in _NOTHING_MADE
        and item.distribution.id is None
        and item.distribution.status not in _ON_ITS_WAY
    )


def owns_alias(item: Item, distribution_id: str) -> bool:
    """Whether a distribution that has the item's alias is, or may well be, the item's own."""
    if item.distribution.id:
        return item.distribution.id == distribution_id
    return item.distribution.status in _ON_ITS_WAY


def is_being_removed(item: Item) -> bool:
    """Whether a cleanup has begun to disable the item's distribution, and has not got to its end."""
    return item.distribution.id is not None and item.cleanup.config_hash is not None


def removal_on_record(item: Item) -> CleanupStage:
    """What a cleanup has to know of an earlier one that began to disable the item's distribution."""
    return CleanupStage(config_hash=item.cleanup.config_hash, disabled_etag=item.cleanup.disabled_etag)


def removal_begun(distribution_id: str) -> DistributionBeingRemoved:
    return DistributionBeingRemoved(f"a cleanup has begun to take distribution {distribution_id} back")


def reopened(item: Item) -> Item:
    """An item of an earlier try, ready to go on: what failed is tried anew, what could not be asked is asked again."""
    return replace(
        item,
        certificate=_reopened_certificate(item),
        distribution=_reopened_distribution(item),
        cleanup=removal_on_record(item) if is_being_removed(item) else CleanupStage(),
    )


def _reopened_certificate(item: Item) -> CertificateStage:
    """What was asked for is looked at before anything else is: the failure may not have been the certificate's own."""
    stage = item.certificate
    if stage.status in (CertificateStatus.FAILED, CertificateStatus.UNKNOWN):
        return replace(stage, status=CertificateStatus.REQUESTED, error=None, reason=None, next_action=None)
    return stage


def _reopened_distribution(item: Item) -> DistributionStage:
    """What may have reached CloudFront stays so: its alias may be in use by the item's own distribution."""
    stage = item.distribution
    if stage.status is DistributionStatus.UNKNOWN and stage.id is None:
        return replace(stage, status=DistributionStatus.CREATING, error=None, reason=None, next_action=None)
    if stage.status in (DistributionStatus.FAILED, DistributionStatus.UNKNOWN, DistributionStatus.REMOVED):
        return replace(stage, status=DistributionStatus.NOT_STARTED, error=None, reason=None, next_action=None)
    return stage
