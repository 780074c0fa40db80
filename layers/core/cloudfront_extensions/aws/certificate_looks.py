"""One look at a certificate: what ACM says of it, as the inventory keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.clock import now
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.certificates.inventory import CheckedRecord, Entry, Origin
from cloudfront_extensions.certificates.validation import named_records
from cloudfront_extensions.errors import CertificateNotFound

_ORIGINS = {"AMAZON_ISSUED": Origin.MANAGED, "IMPORTED": Origin.IMPORTED, "PRIVATE": Origin.PRIVATE}


def look(arn: str, acm: Any = None) -> Entry:
    """What DescribeCertificate says, without owner, DNS and outlook. Raises CertificateNotFound where it is gone."""
    with aws_call("DescribeCertificate", arn, {"ResourceNotFoundException": CertificateNotFound}):
        told = (acm or client("acm")).describe_certificate(CertificateArn=arn)["Certificate"]
    options = told.get("DomainValidationOptions", ())
    renewal = told.get("RenewalSummary", {})
    distinct = {(record.name, record.type): record for record in named_records(options)}
    return Entry(
        arn=arn,
        names=tuple(told.get("SubjectAlternativeNames") or filter(None, (told.get("DomainName"),))),
        origin=_ORIGINS[told["Type"]],
        status=told["Status"],
        key_algorithm=told["KeyAlgorithm"].replace("-", "_"),
        read_at=now(),
        in_use_by=tuple(told.get("InUseBy", ())),
        not_before=_moment(told, "NotBefore"),
        not_after=_moment(told, "NotAfter"),
        imported_at=_moment(told, "ImportedAt"),
        eligible=told.get("RenewalEligibility") == "ELIGIBLE",
        renewal_status=renewal.get("RenewalStatus"),
        renewal_reason=renewal.get("RenewalStatusReason"),
        validation_method=next(
            (option["ValidationMethod"] for option in options if "ValidationMethod" in option), None
        ),
        validation_records=tuple(CheckedRecord(record.name, record.type, record.value) for record in distinct.values()),
    )


def _moment(told: Mapping[str, Any], member: str) -> str | None:
    moment: datetime | None = told.get(member)
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
