"""What must hold before a distribution is created."""

from __future__ import annotations

import pytest

from cloudfront_extensions.distributions.checks import (
    check_coverage,
    check_issued,
    check_region,
    check_room,
    parse_certificate_arn,
)
from cloudfront_extensions.errors import (
    CertificateDoesNotCoverAlias,
    CertificateInWrongRegion,
    CertificateNotIssued,
    InvalidInput,
    QuotaWouldBeExceeded,
)

ARN = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-4333-8444-555555555555"


def test_an_arn_tells_region_and_account() -> None:
    arn = parse_certificate_arn(ARN)

    assert (arn.region, arn.account_id) == ("us-east-1", "123456789012")


@pytest.mark.parametrize("text", ["", "certificate/1", ARN + "\n", ARN.replace("acm", "iam"), ARN.replace("1234", "x")])
def test_another_text_is_no_certificate(text: str) -> None:
    with pytest.raises(InvalidInput, match="certificateArn must be the ARN of an ACM certificate"):
        parse_certificate_arn(text)


def test_a_certificate_outside_us_east_1_is_refused() -> None:
    check_region(parse_certificate_arn(ARN))

    with pytest.raises(CertificateInWrongRegion, match="is in eu-west-1"):
        check_region(parse_certificate_arn(ARN.replace("us-east-1", "eu-west-1")))


@pytest.mark.parametrize("status", ["PENDING_VALIDATION", "FAILED", "EXPIRED", "REVOKED", "INACTIVE"])
def test_only_an_issued_certificate_will_do(status: str) -> None:
    check_issued(ARN, "ISSUED")

    with pytest.raises(CertificateNotIssued, match=f"is {status}"):
        check_issued(ARN, status)


def test_every_alias_that_is_not_covered_is_named() -> None:
    names = ("example.com", "*.example.com")
    check_coverage(("example.com", "shop.example.com"), ARN, names)

    with pytest.raises(
        CertificateDoesNotCoverAlias, match=r"does not cover a\.b\.example\.com, example\.org; it covers"
    ):
        check_coverage(("shop.example.com", "a.b.example.com", "example.org"), ARN, names)


def test_the_last_distribution_of_a_quota_fits_and_the_next_does_not() -> None:
    check_room(499, 500)

    with pytest.raises(QuotaWouldBeExceeded, match="has 500 distributions, and its quota is 500"):
        check_room(500, 500)
