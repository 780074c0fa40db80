"""ARNs of certificates, and the Region that CloudFront takes them from."""

from __future__ import annotations

import pytest

from cloudfront_extensions.certificates.arn import check_region, parse_certificate_arn
from cloudfront_extensions.errors import CertificateInWrongRegion, InvalidInput

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
