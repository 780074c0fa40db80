"""The steps of the workflow certificate_creation: request, read the records, publish them, look.

Every step writes to the item what it is about to do or has learned, and can be run again at any point: it finds what it
did before and goes on from there.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from cloudfront_extensions.aws.acm import AcmCertificates
from cloudfront_extensions.aws.certificate_waits import CertificateWaits
from cloudfront_extensions.aws.clock import now, seconds_since
from cloudfront_extensions.aws.job_store import JobStore
from cloudfront_extensions.aws.route53 import HostedZones
from cloudfront_extensions.certificates.outcome import Certificate, ending, wait_is_over
from cloudfront_extensions.certificates.request import (
    CertificateRequest,
    CertificateState,
    first_state,
)
from cloudfront_extensions.certificates.validation import (
    Validation,
    ValidationMode,
    ValidationRecord,
    complete_records,
    created_by_us,
    parse_validation,
    with_journal,
)
from cloudfront_extensions.certificates.waiting import WaitSchedule, first_wait, next_wait
from cloudfront_extensions.errors import (
    AwsThrottled,
    CertificateNotFound,
    RequestTokenConflict,
    ValidationRecordsNotReady,
)
from cloudfront_extensions.jobs.failures import recorded_error
from cloudfront_extensions.jobs.records import CertificateStage, CertificateStatus, Item, ItemKey

TRUSTED_TOKEN_SECONDS = 1_800
"""A request without answer that is older than this is looked for instead of repeated.

ACM keeps an idempotency token for an hour. The time on record may be that of a failure which came after all retries of
the task, up to half an hour after the request: so half of the hour remains.
"""

NO_FAILURE: dict[str, Any] = {"error": None, "reason": None, "next_action": None}


class CertificateIssuance:
    def __init__(
        self,
        acm: AcmCertificates | None = None,
        store: JobStore | None = None,
        waits: CertificateWaits | None = None,
        zones: HostedZones | None = None,
    ) -> None:
        self._acm = acm or AcmCertificates()
        self._store = store or JobStore()
        self._waits = waits or CertificateWaits()
        self._zones = zones or HostedZones()

    def request(self, request: CertificateRequest) -> CertificateState:
        """Ask for the item's certificate once, or answer the one it has; another one where that has come to a bad end.

        Raises:
            RequestTokenConflict: the item has a certificate for other names.
            The error on record, where this attempt has failed before.
        """
        key = _item_key(request)
        stage = self._store.ensure_item(_new_item(request)).certificate
        if stage.status is CertificateStatus.FAILED:
            raise recorded_error(stage)
        if stage.arn:
            self._check_names(request, stage.arn)
            if stage.status in (CertificateStatus.ISSUED, CertificateStatus.PENDING_VALIDATION):
                return first_state(request, stage.arn, stage.status, first_wait(wait_schedule()))
            if self._is_over(stage.arn, stage):
                stage = self._next_attempt(key, stage)
        arn = stage.arn
        if arn is None:
            arn = self._request_or_find(request, stage)
            self._waits.remember(arn, key, request.names)
        requested: dict[str, Any] = {"arn": arn, "status": CertificateStatus.REQUESTED, **NO_FAILURE}
        self._store.update_certificate(key, unless=(CertificateStatus.ISSUED,), **requested)
        return first_state(request, arn, CertificateStatus.REQUESTED, first_wait(wait_schedule()))

    def read_records(self, state: CertificateState) -> CertificateState:
        """Keep the validation records on the item.

        Raises:
            ValidationRecordsNotReady: ACM has not named all of them, or does not know the certificate yet.
            CertificateFailed and the other endings of `outcome`.
        """
        certificate = self._acm.describe(state["certificateArn"], not_found=ValidationRecordsNotReady)
        if error := ending(certificate):
            raise error
        records = complete_records(certificate.names, certificate.validation_records)
        item = self._store.item(_key_of(state))
        records = with_journal(records, item.certificate.validation_records if item else ())
        self._store.update_certificate(_key_of(state), validation_records=records)
        if certificate.is_issued:
            self._note_issued(state, certificate)
        return state

    def publish_records(self, state: CertificateState) -> CertificateState:
        """Write the records to the hosted zones that the request allows, and note which were written.

        Raises:
            HostedZoneNotFound: the zone that the request names is not there, or does not hold all names.
        """
        key = _key_of(state)
        item = self._store.item(key)
        if item is None or not item.certificate.validation_records:
            raise ValidationRecordsNotReady(f"item {key.job_id}/{key.item_id} has no validation records on record")
        records = self._published(key, item.certificate.validation_records, state)
        changes: dict[str, Any] = {
            "validation_records": records,
            "records_published": all(record.published for record in records),
        }
        pending: dict[str, Any] = {"status": CertificateStatus.PENDING_VALIDATION, **NO_FAILURE}
        if not self._store.update_certificate(key, unless=(CertificateStatus.ISSUED,), **changes, **pending):
            self._store.update_certificate(key, **changes)
        return {**state, "status": CertificateStatus.PENDING_VALIDATION.value}

    def look(self, state: CertificateState) -> CertificateState:
        """Look at a certificate whose event did not come: issued after all, or how long to wait next.

        Raises:
            CertificateValidationTimedOut: all waits have passed.
            CertificateFailed and the other endings of `outcome`.
        """
        certificate = self._acm.describe(state["certificateArn"])
        if error := ending(certificate):
            raise error
        if certificate.is_issued:
            self._note_issued(state, certificate)
            return {**state, "status": CertificateStatus.ISSUED.value}
        passed = state["wait"]
        wait = next_wait(wait_schedule(), passed)
        if wait is None:
            raise wait_is_over(certificate.arn, passed["waitedSeconds"] + passed["seconds"])
        return {**state, "wait": wait}

    def _request_or_find(self, request: CertificateRequest, stage: CertificateStage) -> str:
        if _may_have_reached_acm(stage) and (found := self._acm.find(request)):
            return found.arn
        if not _is_fresh_intent(stage):
            self._store.update_certificate(_item_key(request), status=CertificateStatus.REQUESTED, **NO_FAILURE)
        return self._acm.request(request, stage.attempt)

    def _is_over(self, arn: str, stage: CertificateStage) -> bool:
        """Whether a certificate has failed, ended or gone. A new one may not be seen for a while; it is not gone."""
        try:
            return ending(self._acm.describe(arn)) is not None
        except CertificateNotFound:
            return not _is_recent(stage)

    def _next_attempt(self, key: ItemKey, stage: CertificateStage) -> CertificateStage:
        """A certificate can't be revived: another attempt asks for another one, under another idempotency token."""
        changes: dict[str, Any] = {"attempt": stage.attempt + 1, "arn": None, "status": CertificateStatus.REQUESTED}
        created = created_by_us(stage.validation_records)
        self._store.update_certificate(key, **changes, validation_records=created, **NO_FAILURE)
        return CertificateStage(status=CertificateStatus.REQUESTED, attempt=stage.attempt + 1, updated_at=now())

    def _check_names(self, request: CertificateRequest, arn: str) -> None:
        known = self._waits.known(arn)
        if known and set(known.names) != set(request.names):
            raise RequestTokenConflict(
                f"item {request.item_id} of job {request.job_id} has certificate {arn} for "
                f"{', '.join(known.names)}; give other names another jobId or itemId"
            )

    def _published(
        self, key: ItemKey, records: tuple[ValidationRecord, ...], state: CertificateState
    ) -> tuple[ValidationRecord, ...]:
        """The records as they stand after writing them, with the zone of each that was created on record before it was."""
        zones = self._zones_of(records, parse_validation(state["validation"]))
        if not zones:
            return tuple(replace(record, published=False) for record in records)
        intended = tuple(replace(record, created_in=zones.get(record.name, record.created_in)) for record in records)
        if intended != records:
            self._store.update_certificate(key, validation_records=intended)
        settled = {record.name: record for record in records}
        try:
            for zone in dict.fromkeys(zones.values()):
                of_zone = [record for record in records if zones.get(record.name) == zone]
                created = self._zones.publish(zone, of_zone, {one.name for one in of_zone if one.created_in == zone})
                for record in of_zone:
                    created_in = zone if record.name in created else None
                    settled[record.name] = replace(record, published=True, created_in=created_in)
        except AwsThrottled:
            self._store.update_certificate(key, validation_records=tuple(settled.values()))
            raise
        return tuple(replace(settled[record.name], published=record.name in zones) for record in records)

    def _zones_of(self, records: tuple[ValidationRecord, ...], validation: Validation) -> dict[str, str]:
        """Record name → id of the zone that it shall be written to; a person publishes what is not in it."""
        if validation.mode is ValidationMode.MANUAL:
            return {}
        found = {record.name: validation.hosted_zone_id or self._zones.zone_for(record) for record in records}
        return {name: zone for name, zone in found.items() if zone}

    def _note_issued(self, state: CertificateState, certificate: Certificate) -> None:
        self._waits.mark_issued(certificate.arn)
        self._store.mark_certificate_issued(_key_of(state), certificate.arn)


def wait_schedule() -> WaitSchedule:
    """The deployment's waits, in seconds."""
    return WaitSchedule(
        first=int(os.environ["CERTIFICATE_FIRST_WAIT"]),
        longest=int(os.environ["CERTIFICATE_LONGEST_WAIT"]),
        limit=int(os.environ["CERTIFICATE_WAIT_LIMIT"]),
    )


def _item_key(request: CertificateRequest) -> ItemKey:
    return ItemKey(request.job_id, request.item_id)


def _key_of(state: CertificateState) -> ItemKey:
    return ItemKey(state["jobId"], state["itemId"])


def _new_item(request: CertificateRequest) -> Item:
    """The record of an item that no batch has written: its certificate was asked for alone."""
    return Item(
        job_id=request.job_id,
        item_id=request.item_id,
        domain_name=request.names[0],
        names=request.names,
        key_algorithm=request.key_algorithm.value,
        hosted_zone_id=request.validation.hosted_zone_id,
        certificate_item_id=request.item_id,
    )


def _is_fresh_intent(stage: CertificateStage) -> bool:
    """Whether a request is on record, without its answer, whose idempotency token ACM still knows."""
    return stage.status is CertificateStatus.REQUESTED and _is_recent(stage)


def _is_recent(stage: CertificateStage) -> bool:
    return stage.updated_at is not None and seconds_since(stage.updated_at) < TRUSTED_TOKEN_SECONDS


def _may_have_reached_acm(stage: CertificateStage) -> bool:
    """Whether an earlier request may have made a certificate that its idempotency token no longer protects.

    A stage UNKNOWN without an ARN may stand for any request before it, however long ago.
    """
    if stage.status is CertificateStatus.UNKNOWN:
        return True
    return stage.status is CertificateStatus.REQUESTED and not _is_fresh_intent(stage)
