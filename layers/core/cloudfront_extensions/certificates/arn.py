"""ARNs of ACM certificates, and the one Region that CloudFront takes them from."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cloudfront_extensions.errors import CertificateInWrongRegion, InvalidInput

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
