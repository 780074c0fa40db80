"""Quotas as they are in this account, asked of Service Quotas."""

from __future__ import annotations

from collections.abc import Iterable

from cloudfront_extensions.aws.clients import patient_client
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.errors import AwsRefused
from cloudfront_extensions.jobs.quotas import QUOTAS, Limits, QuotaName


def limits(names: Iterable[QuotaName] = tuple(QuotaName)) -> Limits:
    """The account's own values of these quotas, one call for each that has a code.

    A quota that Service Quotas does not tell, or does not let us ask, is left out of `own` and stands at AWS's default.

    Raises:
        AwsThrottled, AwsUnavailable: asking again may help.
    """
    own = {name: _own_value(name) for name in names}
    return Limits({name: value for name, value in own.items() if value is not None})


def _own_value(name: QuotaName) -> int | None:
    quota = QUOTAS[name]
    if quota.code is None:
        return None
    try:
        with aws_call("GetServiceQuota", f"{name} ({quota.code})"):
            answer = patient_client("service-quotas").get_service_quota(
                ServiceCode=quota.service_code, QuotaCode=quota.code
            )
    except AwsRefused:
        return None
    return int(answer["Quota"]["Value"])
