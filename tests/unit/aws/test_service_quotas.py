"""Quotas of the account, and AWS's defaults where it does not tell."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cloudfront_extensions.aws.service_quotas import limits
from cloudfront_extensions.errors import AwsThrottled
from cloudfront_extensions.jobs.quotas import QuotaName
from tests.unit.aws.cloudfront_account import CloudFrontAccount


@pytest.fixture
def cloudfront() -> Iterator[CloudFrontAccount]:
    cloudfront = CloudFrontAccount()
    with cloudfront.in_place_of_aws():
        yield cloudfront


def test_the_accounts_own_value_is_in_force(cloudfront: CloudFrontAccount) -> None:
    cloudfront.quotas[QuotaName.DISTRIBUTIONS] = 750.0

    found = limits([QuotaName.DISTRIBUTIONS])

    assert found[QuotaName.DISTRIBUTIONS] == 750
    assert found.own == {QuotaName.DISTRIBUTIONS: 750}


@pytest.mark.parametrize("code", ["AccessDeniedException", "NoSuchResourceException"])
def test_a_quota_that_can_not_be_asked_stands_at_its_default_and_is_not_called_the_accounts_own(
    cloudfront: CloudFrontAccount, code: str
) -> None:
    cloudfront.refuse("ListServiceQuotas", code)

    found = limits([QuotaName.DISTRIBUTIONS])

    assert found[QuotaName.DISTRIBUTIONS] == 500
    assert found.own == {}


def test_quotas_are_found_by_name_over_all_pages(cloudfront: CloudFrontAccount) -> None:
    cloudfront.quotas |= {"Another": 1.0, "One more": 1.0, QuotaName.DISTRIBUTIONS_PER_CACHE_POLICY: 400.0}

    found = limits([QuotaName.DISTRIBUTIONS_PER_CACHE_POLICY])

    assert found[QuotaName.DISTRIBUTIONS_PER_CACHE_POLICY] == 400


def test_a_throttled_question_is_asked_again_rather_than_answered_with_a_default(cloudfront: CloudFrontAccount) -> None:
    cloudfront.refuse("ListServiceQuotas", "TooManyRequestsException")

    with pytest.raises(AwsThrottled):
        limits([QuotaName.DISTRIBUTIONS])
