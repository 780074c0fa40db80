"""Take an item's distribution back: disable it, take its alias records back, wait until that is deployed, delete it."""

from __future__ import annotations

from collections import defaultdict
from functools import partial

from cloudfront_extensions.aws import cloudfront
from cloudfront_extensions.aws.account_facts import account_distributions
from cloudfront_extensions.aws.cleanup_ledger import CleanupLedger
from cloudfront_extensions.aws.distributions import config_key, owner_by_reference, wait_plan
from cloudfront_extensions.aws.error_table import AlreadyGone, EtagMoved, NotYetDisabled, StillInUse
from cloudfront_extensions.aws.objects import get_json, jobs_bucket
from cloudfront_extensions.aws.record_cleanup import delete_records
from cloudfront_extensions.distributions.config import DistributionConfig
from cloudfront_extensions.distributions.deployment import Wait
from cloudfront_extensions.distributions.request import caller_reference
from cloudfront_extensions.errors import SourceConfigNotFound
from cloudfront_extensions.jobs.cleanup import (
    config_hash,
    differences,
    distribution_is_uncertain,
    foreign_tags,
    is_as_created,
    is_unchanged,
    was_refused,
)
from cloudfront_extensions.jobs.items import removal_begun
from cloudfront_extensions.jobs.records import AliasRecord, DistributionStatus

TRIES = 3
"""So often a distribution is looked at afresh at once, when it changes between a look and what follows of it."""


def take_distribution_back(ledger: CleanupLedger) -> Wait | None:
    """None where it is gone, or stays; or how long to wait before the next step."""
    if not ledger.item.distribution.id and not distribution_is_uncertain(ledger.item.distribution):
        return None
    for _ in range(TRIES):
        found = _find(ledger)
        if found is None:
            return _unfound(ledger)
        if reason := _why_it_stays(ledger, found):
            ledger.distribution_stays = True
            ledger.leave(f"distribution {found.id}: {reason}")
            return None
        try:
            wait = None if ledger.dry_run else _disabled(ledger, found)
            _take_alias_records_back(ledger, found.domain_name)
            if wait:
                return wait
            ledger.remove([found.arn], partial(cloudfront.delete, found))
        except (EtagMoved, NotYetDisabled):
            continue
        except AlreadyGone:
            pass
        except StillInUse as refusal:
            ledger.distribution_stays = True
            ledger.leave(f"distribution {found.id}: {refusal}", found.arn)
            return None
        _note_gone(ledger)
        return None
    return ledger.next_wait(f"distribution {ledger.item.distribution.id}")


def _find(ledger: CleanupLedger) -> cloudfront.Distribution | None:
    stage = ledger.item.distribution
    if stage.id:
        return cloudfront.distribution(stage.id)
    reference = caller_reference(*ledger.key, stage.attempt)
    found = cloudfront.created_for(*ledger.key, reference)
    if found is None and (ledger.is_last_look or was_refused(stage)):
        found = owner_by_reference(reference, ledger.item.names, account_distributions().owners)
    if found:
        ledger.note_distribution(id=found.id, arn=found.arn, domain_name=found.domain_name)
    return found


def _unfound(ledger: CleanupLedger) -> Wait | None:
    """It was taken back by an earlier step, or by somebody else; was never made; or is not shown yet."""
    stage = ledger.item.distribution
    if was_refused(stage):
        return None
    if not ledger.has_removed(stage.arn) and not ledger.is_last_look:
        return ledger.look_again()
    if stage.domain_name:
        _take_alias_records_back(ledger, stage.domain_name)
    _note_gone(ledger)
    return None


def _note_gone(ledger: CleanupLedger) -> None:
    ledger.note_distribution(
        status=DistributionStatus.REMOVED,
        attempt=ledger.item.distribution.attempt + 1,
        id=None,
        arn=None,
        domain_name=None,
        etag=None,
        alias_records=(),
    )


def _why_it_stays(ledger: CleanupLedger, found: cloudfront.Distribution) -> str | None:
    if reason := foreign_tags(cloudfront.tags_of(found.arn), ledger.key):
        return reason
    if is_unchanged(ledger.item, found.etag, found.config):
        return None
    recorded = _recorded_config(ledger)
    if ledger.item.distribution.etag is None and is_as_created(recorded, found.config):
        return None
    return differences(recorded, found.config)


def _recorded_config(ledger: CleanupLedger) -> DistributionConfig | None:
    try:
        recorded = get_json(jobs_bucket(), config_key(*ledger.key), not_found=SourceConfigNotFound)
    except SourceConfigNotFound:
        return None
    config: DistributionConfig = recorded["DistributionConfig"]
    return config


def _disabled(ledger: CleanupLedger, found: cloudfront.Distribution) -> Wait | None:
    """Disable it, or wait until that is deployed; None when it can be deleted. From here on the item is not done."""
    if ledger.item.distribution.status is DistributionStatus.DEPLOYED:
        begun = removal_begun(found.id)
        ledger.note_distribution(
            status=DistributionStatus.UNKNOWN,
            error=type(begun).__name__,
            reason=str(begun),
            next_action=begun.next_action,
        )
    if found.config["Enabled"]:
        ledger.note_cleanup(config_hash=config_hash(found.config), disabled_etag=found.etag)
        ledger.note_distribution(etag=cloudfront.disable(found))
        return wait_plan().first()
    return None if found.deployed else ledger.next_wait(f"distribution {found.id}")


def _take_alias_records_back(ledger: CleanupLedger, target: str) -> None:
    by_zone: dict[str, list[AliasRecord]] = defaultdict(list)
    for record in ledger.item.distribution.alias_records:
        by_zone[record.zone_id].append(record)
    for zone_id, records in by_zone.items():
        delete_records(ledger, zone_id, [(one.name, one.type, (target.lower(),)) for one in records])
    if by_zone:
        ledger.note_distribution(alias_records=())
