"""Take DNS records back that a job created, as long as they say what it wrote and no certificate needs them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import partial

from cloudfront_extensions.aws.account_facts import certificates_since
from cloudfront_extensions.aws.cleanup_ledger import CleanupLedger
from cloudfront_extensions.aws.cleanup_planning import live_certificates
from cloudfront_extensions.aws.record_sets import ChangeRefused, RecordSet, change, plain_name, record_sets, values_of
from cloudfront_extensions.certificates.validation import ValidationRecord, created_by_us
from cloudfront_extensions.distributions.deployment import Wait
from cloudfront_extensions.errors import HostedZoneNotFound
from cloudfront_extensions.jobs.cleanup import has_certificate, is_done_with
from cloudfront_extensions.jobs.cleanup_plan import CleanupEntry, needing
from cloudfront_extensions.jobs.records import Item, ItemKey

TRIES = 3
"""So often a change of records is tried at once that meets another one."""


def take_validation_records_back(ledger: CleanupLedger, entry: CleanupEntry, planned_at: str) -> Wait | None:
    """None where they are gone, or stay; or how long to wait for the certificates of other items that need them."""
    if ledger.distribution_stays or has_certificate(ledger.item):
        return None
    needed: dict[str, str] = {}
    records = created_by_us(ledger.item.certificate.validation_records)
    for record in records:
        if record.name in entry["neededBy"]:
            needed[record.name] = entry["neededBy"][record.name]
        elif other := _sharer(ledger, entry["sharedWith"].get(record.name, ())):
            if not is_done_with(other):
                return ledger.next_wait(f"the certificate of item {other.item_id}")
            needed[record.name] = other.certificate.arn or f"of item {other.item_id}, which may have been made,"
    needed |= _needed_since(planned_at, [record for record in records if record.name not in needed])
    by_zone: dict[str, list[ValidationRecord]] = defaultdict(list)
    for record in records:
        if record.name in needed:
            ledger.leave(f"{record.name} {record.type}: certificate {needed[record.name]} needs it")
        else:
            by_zone[str(record.created_in)].append(record)
    for zone_id, going in by_zone.items():
        wanted = [(one.name, one.type, (one.value.rstrip(".").lower(),)) for one in going]
        delete_records(ledger, zone_id, wanted)
    kept = tuple(record for record in records if record.name in needed)
    if kept != ledger.item.certificate.validation_records:
        ledger.note_certificate(validation_records=kept)
    return None


def _sharer(ledger: CleanupLedger, item_ids: Iterable[str]) -> Item | None:
    """Of these items, one that still has a certificate; rather one that may yet lose it. A dry run takes them all away."""
    if ledger.dry_run:
        return None
    others = [ledger.store.item(ItemKey(ledger.key.job_id, item_id)) for item_id in item_ids]
    return min((other for other in others if other and has_certificate(other)), key=is_done_with, default=None)


def _needed_since(planned_at: str, records: Iterable[ValidationRecord]) -> dict[str, str]:
    """Name of a record → ARN of a certificate that needs it, of those made since the cleanup was planned."""
    by_domain = {record.domain_name: record.name for record in records}
    if not by_domain:
        return {}
    needed = needing(by_domain, live_certificates(certificates_since(planned_at)))
    return {by_domain[domain_name]: arn for domain_name, arn in needed.items()}


def delete_records(ledger: CleanupLedger, zone_id: str, wanted: Iterable[tuple[str, str, tuple[str, ...]]]) -> None:
    """Delete record sets of a zone, by name, type and values, in one change; those that say something else are left."""
    wanted = list(wanted)
    for attempt in range(TRIES):
        found: dict[str, RecordSet] = {}
        for name, type_, values in wanted:
            record_set = _record_set(zone_id, name, type_)
            shown = f"{plain_name(name)} {type_}"
            if record_set and values_of(record_set) != values:
                says = ", ".join(values_of(record_set))
                ledger.leave(f"{shown} in hosted zone {zone_id}: it says {says} now, not {', '.join(values)}", shown)
            elif record_set:
                found[shown] = record_set
        if not found:
            return
        deletion = partial(change, zone_id, [("DELETE", one) for one in found.values()], f"records in {zone_id}")
        try:
            ledger.remove(found, deletion)
            return
        except ChangeRefused:
            if attempt == TRIES - 1:
                raise


def _record_set(zone_id: str, name: str, type_: str) -> RecordSet | None:
    try:
        return next((found for found in record_sets(zone_id, name) if found["Type"] == type_), None)
    except HostedZoneNotFound:
        return None
