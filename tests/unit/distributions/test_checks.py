"""What must hold before a distribution is created."""

from __future__ import annotations

import pytest

from cloudfront_extensions.distributions.checks import check_issued, check_room
from cloudfront_extensions.errors import CertificateNotIssued, QuotaWouldBeExceeded

ARN = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-4333-8444-555555555555"


@pytest.mark.parametrize("status", ["PENDING_VALIDATION", "FAILED", "EXPIRED", "REVOKED", "INACTIVE"])
def test_only_an_issued_certificate_will_do(status: str) -> None:
    check_issued(ARN, "ISSUED")

    with pytest.raises(CertificateNotIssued, match=f"is {status}"):
        check_issued(ARN, status)


def test_the_last_distribution_of_a_quota_fits_and_the_next_does_not() -> None:
    check_room(499, 500)

    with pytest.raises(QuotaWouldBeExceeded, match="has 500 distributions, and its quota is 500"):
        check_room(500, 500)
