"""Quotas as they are in this account, asked of Service Quotas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.errors import AwsRefused
from cloudfront_extensions.jobs.quotas import QUOTAS, Limits, QuotaName

LARGEST_PAGE = 100


def limits(names: Iterable[QuotaName] = tuple(QuotaName)) -> Limits:
    """The account's own values of these quotas: a list call for each service, which has about 100 quotas.

    A quota that Service Quotas does not tell, or does not let us ask, is left out of `own` and stands at AWS's default.

    Raises:
        AwsThrottled, AwsUnavailable: asking again may help.
    """
    wanted = {QUOTAS[name] for name in names}
    own = {}
    for service_code in sorted({quota.service_code for quota in wanted}):
        told = _told(service_code)
        own.update({quota.name: told[quota.name] for quota in wanted if quota.name in told})
    return Limits(own)


def _told(service_code: str) -> dict[str, int]:
    """Values by the quotas' names."""
    try:
        return {quota["QuotaName"]: int(quota["Value"]) for quota in _quotas(service_code)}
    except AwsRefused:
        return {}


def _quotas(service_code: str) -> Iterator[Mapping[str, Any]]:
    parameters: dict[str, Any] = {"ServiceCode": service_code, "MaxResults": LARGEST_PAGE}
    while True:
        with aws_call("ListServiceQuotas", service_code):
            page = client("service-quotas").list_service_quotas(**parameters)
        yield from page["Quotas"]
        if not page.get("NextToken"):
            return
        parameters["NextToken"] = page["NextToken"]
