"""What must hold before a distribution is created."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cloudfront_extensions.certificates.names import uncovered
from cloudfront_extensions.errors import (
    CertificateDoesNotCoverAlias,
    CertificateInWrongRegion,
    CertificateNotIssued,
    InvalidInput,
    QuotaWouldBeExceeded,
)

CERTIFICATE_REGION = "us-east-1"
"""CloudFront takes certificates from here alone (Developer Guide, "Requirements for using SSL/TLS certificates")."""

_CERTIFICATE_ARN = re.compile(r"arn:aws[a-z-]*:acm:([a-z0-9-]+):([0-9]{12}):certificate/[A-Za-z0-9-]+")


@dataclass(frozen=True, slots=True)
class CertificateArn:
    text: str
    region: str
    account_id: str


def parse_certificate_arn(text: str) -> CertificateArn:
    """Raises InvalidInput when the text is not the ARN of an ACM certificate."""
    match = _CERTIFICATE_ARN.fullmatch(text)
    if not match:
        raise InvalidInput(f"certificateArn must be the ARN of an ACM certificate; it is {text!r}")
    return CertificateArn(text, region=match[1], account_id=match[2])


def check_region(arn: CertificateArn) -> None:
    """Raises CertificateInWrongRegion."""
    if arn.region != CERTIFICATE_REGION:
        raise CertificateInWrongRegion(
            f"certificate {arn.text} is in {arn.region}; CloudFront takes certificates from {CERTIFICATE_REGION} alone"
        )


def check_issued(arn: str, status: str) -> None:
    """Raises CertificateNotIssued. `status` is ACM's."""
    if status != "ISSUED":
        raise CertificateNotIssued(f"certificate {arn} is {status}, not ISSUED")


def check_coverage(aliases: Sequence[str], arn: str, certificate_names: Sequence[str]) -> None:
    """Raises CertificateDoesNotCoverAlias, naming every alias that is not covered."""
    if missing := uncovered(aliases, certificate_names):
        raise CertificateDoesNotCoverAlias(
            f"certificate {arn} does not cover {', '.join(missing)}; it covers {', '.join(certificate_names)}"
        )


def check_room(distributions: int, quota: int) -> None:
    """Raises QuotaWouldBeExceeded when the account has as many distributions as it may have."""
    if distributions >= quota:
        raise QuotaWouldBeExceeded(f"the account has {distributions} distributions, and its quota is {quota}")
