"""What ACM's word on a certificate means: still pending, issued, or an ending by name with what to do about it.

The meanings of failure reasons are those of "Troubleshoot certificate requests" in ACM's user guide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from cloudfront_extensions.certificates.validation import ValidationRecord
from cloudfront_extensions.errors import (
    CertificateExpired,
    CertificateFailed,
    CertificateInactive,
    CertificateRevoked,
    CertificateValidationTimedOut,
    CloudFrontExtensionsError,
    with_next_action,
)

ISSUED = "ISSUED"
PENDING = "PENDING_VALIDATION"


class FailureMeaning(NamedTuple):
    what: str
    next_action: str


_AGAIN = "start the job again with the same request token."
_PRIVATE = "This library asks for public certificates alone: check who made this one, and leave it out of the job."

FAILURE_REASONS: Mapping[str, FailureMeaning] = {
    "NO_AVAILABLE_CONTACTS": FailureMeaning(
        "ACM found no mail address to ask for approval, as it does for certificates that are validated by mail",
        "Ask for the certificate with DNS validation: start a new job for its names.",
    ),
    "ADDITIONAL_VERIFICATION_REQUIRED": FailureMeaning(
        "ACM wants more information before it issues for one of these names, as it does for widely known domains",
        f"Open a case with AWS Support that names the certificate; once they have cleared it, {_AGAIN}",
    ),
    "DOMAIN_NOT_ALLOWED": FailureMeaning(
        "one of the names is on a list of unsafe domains that ACM consults",
        f"Have the domain taken off such lists (VirusTotal shows them), or leave the name out; then {_AGAIN}",
    ),
    "INVALID_PUBLIC_DOMAIN": FailureMeaning(
        "one of the names does not lie in a public top-level domain",
        "Correct the name in its row, or leave it out, and start a new job for it.",
    ),
    "DOMAIN_VALIDATION_DENIED": FailureMeaning(
        "the owner of a domain refused the request",
        f"Settle with the domain's owner that AWS may issue a certificate for it, then {_AGAIN}",
    ),
    "CAA_ERROR": FailureMeaning(
        "a CAA record in DNS forbids Amazon to issue for one of the names",
        f"Add a CAA record for amazon.com to the domain, or remove the CAA records it has or inherits; then {_AGAIN}",
    ),
    "PCA_LIMIT_EXCEEDED": FailureMeaning("the private certificate authority has reached a quota", _PRIVATE),
    "PCA_INVALID_ARN": FailureMeaning("the private certificate authority's ARN is not valid", _PRIVATE),
    "PCA_INVALID_STATE": FailureMeaning("the private certificate authority is not active", _PRIVATE),
    "PCA_REQUEST_FAILED": FailureMeaning("the private certificate authority could not complete the request", _PRIVATE),
    "PCA_NAME_CONSTRAINTS_VALIDATION": FailureMeaning(
        "the private certificate authority's name constraints exclude one of the names", _PRIVATE
    ),
    "PCA_RESOURCE_NOT_FOUND": FailureMeaning("the private certificate authority does not exist", _PRIVATE),
    "PCA_INVALID_ARGS": FailureMeaning("the private certificate authority refused the request's arguments", _PRIVATE),
    "PCA_INVALID_DURATION": FailureMeaning(
        "the certificate would outlive the private certificate authority's own", _PRIVATE
    ),
    "PCA_ACCESS_DENIED": FailureMeaning("ACM may not use the private certificate authority", _PRIVATE),
    "SLR_NOT_FOUND": FailureMeaning("ACM's service-linked role is missing, which private certificates need", _PRIVATE),
    "OTHER": FailureMeaning(
        "ACM gives no reason",
        f"Trying once more often helps: {_AGAIN} If it fails again, ask AWS Support about the certificate.",
    ),
}
"""Every value of ACM's FailureReason."""

_ENDINGS: Mapping[str, tuple[type[CloudFrontExtensionsError], str]] = {
    "VALIDATION_TIMED_OUT": (CertificateValidationTimedOut, "was not validated within 72 hours, and ACM gave it up"),
    "REVOKED": (CertificateRevoked, "was revoked"),
    "EXPIRED": (CertificateExpired, "has expired"),
    "INACTIVE": (CertificateInactive, "is inactive"),
}


@dataclass(frozen=True, slots=True)
class Certificate:
    """What DescribeCertificate says."""

    arn: str
    names: tuple[str, ...]
    status: str
    failure_reason: str | None = None
    validation_records: tuple[ValidationRecord, ...] = ()
    """One for each name whose record ACM has named by now."""
    in_use_by: tuple[str, ...] = ()
    """ARNs of what uses it."""

    @property
    def is_issued(self) -> bool:
        return self.status == ISSUED

    @property
    def is_usable(self) -> bool:
        """Whether it is issued, or may still come to be."""
        return self.status in (ISSUED, PENDING)


def ending(certificate: Certificate) -> CloudFrontExtensionsError | None:
    """The error that names a certificate's bad end; None while it is pending or issued.

    A status that this library does not know counts as pending: the limit of the wait ends it.
    """
    subject = f"certificate {certificate.arn} for {certificate.names[0]}"
    if certificate.status == "FAILED":
        reason = certificate.failure_reason or "OTHER"
        meaning = FAILURE_REASONS.get(reason, FAILURE_REASONS["OTHER"])
        return CertificateFailed(with_next_action(f"{subject} failed ({reason}): {meaning.what}", meaning.next_action))
    if certificate.status in _ENDINGS:
        error, what = _ENDINGS[certificate.status]
        return error(f"{subject} {what}")
    return None


def wait_is_over(arn: str, waited_seconds: int) -> CertificateValidationTimedOut:
    """The error for a certificate that is still pending when all waits have passed."""
    hours = f"{waited_seconds / 3600:.0f} hours" if waited_seconds >= 7200 else f"{waited_seconds} seconds"
    return CertificateValidationTimedOut(
        f"certificate {arn} is still waiting for its validation records in DNS after {hours} of waiting"
    )
