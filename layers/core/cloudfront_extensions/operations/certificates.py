"""The certificates of the account, as the daily inventory saw them last."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypedDict, cast

from cloudfront_extensions.aws.certificate_inventory import (
    EVERYTHING,
    NO_END,
    Bounds,
    CertificateInventory,
    place_of,
)
from cloudfront_extensions.certificates.inventory import Entry, InDns, Origin, Renews
from cloudfront_extensions.certificates.names import shown
from cloudfront_extensions.errors import CertificateNotFound, InvalidCursor, InvalidInput, with_next_action
from cloudfront_extensions.fields import described, host_name
from cloudfront_extensions.operations.cursors import cursor_after, position_of
from cloudfront_extensions.operations.pages import Page, checked_limit

_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2}))?", re.ASCII | re.IGNORECASE)
_PLACE = re.compile(rf"({NO_END}|\d{{4}}-[0-9T:.Z-]{{6,24}})#[A-Za-z0-9:/-]{{1,200}}", re.ASCII)
_NO_LIMIT = "9999-12-31T23:59:59"


class AcmStatus(StrEnum):
    """ACM's words (API reference, CertificateDetail)."""

    PENDING_VALIDATION = "PENDING_VALIDATION"
    ISSUED = "ISSUED"
    INACTIVE = "INACTIVE"
    EXPIRED = "EXPIRED"
    VALIDATION_TIMED_OUT = "VALIDATION_TIMED_OUT"
    REVOKED = "REVOKED"
    FAILED = "FAILED"


class CertificateRecord(TypedDict):
    """A validation record, which ACM wants to find at every renewal."""

    name: str
    type: str
    value: str
    inDns: InDns


class CertificateDocument(TypedDict):
    certificateId: str
    """The end of its ARN."""
    arn: str
    names: list[str]
    origin: Origin
    status: AcmStatus
    keyAlgorithm: str
    inUseBy: list[str]
    """ARNs."""
    notBefore: str | None
    """Times are RFC 3339 in UTC."""
    notAfter: str | None
    """None: it has no end, for it was not issued."""
    importedAt: str | None
    renews: Renews
    because: str
    renewalStatus: str | None
    validationMethod: str | None
    validationRecords: list[CertificateRecord]
    jobId: str | None
    """The job that made it; None: it was made elsewhere."""
    itemId: str | None
    readAt: str


def list_certificates(
    *,
    domain: str | None = None,
    status: str | None = None,
    expires_after: str | None = None,
    expires_before: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[CertificateDocument]:
    """Certificates by their end, the next one first, and those without an end last.

    `domain` asks for those that cover a host name; `status` is ACM's word; `expires_after` (included) and `expires_before`
    (not included) are dates or moments, RFC 3339. Filters add up.

    Raises:
        InvalidInput, InvalidDomainName, InvalidCursor.
    """
    checked_limit(limit)
    host = None if domain is None else host_name(domain, "domain")
    if status is not None and status not in tuple(AcmStatus):
        raise InvalidInput(f"status: {described(status)}; give one of {', '.join(AcmStatus)}")
    within = _bounds(expires_after, expires_before)
    of_list = ("certificates", host, status, *within)
    after = position_of(cursor, *of_list)
    if after and not (_PLACE.fullmatch(after) and within.first <= after <= within.last):
        raise InvalidCursor("cursor: it is not one that this list answered")
    inventory = CertificateInventory()
    found = (
        inventory.soonest(limit + 1, status=status, within=within, after=after)
        if host is None
        else [
            entry
            for entry in sorted(inventory.covering(host), key=place_of)
            if status in (None, entry.status)
            and within.first <= place_of(entry) <= within.last
            and (after is None or place_of(entry) > after)
        ]
    )
    more = len(found) > limit
    return {
        "items": [_document(entry) for entry in found[:limit]],
        "nextCursor": cursor_after(place_of(found[limit - 1]), *of_list) if more else None,
    }


def get_certificate(certificate_id: str) -> CertificateDocument:
    """Raises CertificateNotFound."""
    entry = CertificateInventory().certificate(_arn(certificate_id)) if _ID.fullmatch(certificate_id) else None
    if entry is None:
        raise CertificateNotFound(
            with_next_action(
                f"the last inventory saw no certificate {shown(certificate_id)}",
                "List the certificates; one that was made today is in the next inventory.",
            )
        )
    return _document(entry)


def _arn(certificate_id: str) -> str:
    """The certificate's ARN: the inventory is of the account and Region that the workflows are in."""
    _, partition, _, region, account, *_ = os.environ["DOMAIN_ONBOARDING"].split(":")
    return f"arn:{partition}:acm:{region}:{account}:certificate/{certificate_id}"


def _bounds(expires_after: str | None, expires_before: str | None) -> Bounds:
    """The places of certificates that end between two moments; those without an end are not among them."""
    if expires_after is None and expires_before is None:
        return EVERYTHING
    first = EVERYTHING.first if expires_after is None else _second(expires_after, "expiresAfter")
    last = _NO_LIMIT if expires_before is None else _second(expires_before, "expiresBefore")
    if first > last:
        raise InvalidInput("expiresAfter, expiresBefore: nothing ends after the one and before the other")
    return Bounds(first, last)


def _second(text: str, field: str) -> str:
    """A moment as places begin, without its zone: what ends at this very second comes behind it."""
    try:
        if not _MOMENT.fullmatch(text):
            raise ValueError
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    except (TypeError, ValueError, OverflowError):
        raise InvalidInput(
            f"{field}: {described(text)}; give a date or a moment, such as 2026-12-31 or 2026-12-31T08:00:00Z"
        ) from None


def _document(entry: Entry) -> CertificateDocument:
    return {
        "certificateId": entry.arn.rpartition("/")[2],
        "arn": entry.arn,
        "names": list(entry.names),
        "origin": entry.origin,
        "status": cast(AcmStatus, entry.status),
        "keyAlgorithm": entry.key_algorithm,
        "inUseBy": list(entry.in_use_by),
        "notBefore": entry.not_before,
        "notAfter": entry.not_after,
        "importedAt": entry.imported_at,
        "renews": entry.renews,
        "because": entry.because,
        "renewalStatus": entry.renewal_status,
        "validationMethod": entry.validation_method,
        "validationRecords": [
            {"name": record.name, "type": record.type, "value": record.value, "inDns": record.in_dns}
            for record in entry.validation_records
        ],
        "jobId": entry.job_id,
        "itemId": entry.item_id,
        "readAt": entry.read_at,
    }
