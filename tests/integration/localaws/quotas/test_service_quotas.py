"""Service Quotas answers with the numbers that are enforced."""

from __future__ import annotations

from typing import Any

import pytest

from localaws.instance import Instance
from tests.integration.localaws import edge


@pytest.fixture
def service_quotas(instance: Instance) -> Any:
    return instance.client("service-quotas")


@pytest.mark.parametrize(
    ("service", "code", "value"),
    [
        ("acm", "L-F141DD1D", 2500),
        ("acm", "L-DA1D8B98", 5000),
        ("acm", "L-D2CB7DE9", 2500),
        ("acm", "L-3808DC70", 5000),
        ("acm", "L-FB94F0B0", 10),
        ("cloudfront", "L-24B04930", 500),
        ("cloudfront", "L-F432D044", 75),
    ],
)
def test_the_defaults_are_those_of_aws(service_quotas: Any, service: str, code: str, value: float) -> None:
    assert service_quotas.get_service_quota(ServiceCode=service, QuotaCode=code)["Quota"]["Value"] == value


def test_a_change_is_seen_and_enforced_and_leaves_the_default(instance: Instance, service_quotas: Any) -> None:
    which = {"ServiceCode": "acm", "QuotaCode": "L-FB94F0B0"}
    with edge.quota(instance, "acm", 2, quotaCode="L-FB94F0B0"):
        assert service_quotas.get_service_quota(**which)["Quota"]["Value"] == 2
        assert service_quotas.get_aws_default_service_quota(**which)["Quota"]["Value"] == 10
        name = edge.new_name()
        with edge.refused("LimitExceededException"):
            edge.request(instance, name, f"a.{name}", f"b.{name}")


def test_the_list_comes_in_pages(service_quotas: Any) -> None:
    pages = list(
        service_quotas.get_paginator("list_service_quotas").paginate(
            ServiceCode="acm", PaginationConfig={"PageSize": 2}
        )
    )
    assert {len(page["Quotas"]) for page in pages[:-1]} == {2}
    names = [quota["QuotaName"] for page in pages for quota in page["Quotas"]]
    assert names == [quota["QuotaName"] for quota in service_quotas.list_service_quotas(ServiceCode="acm")["Quotas"]]


def test_an_unknown_quota_or_service_is_refused(service_quotas: Any) -> None:
    with edge.refused("NoSuchResourceException"):
        service_quotas.get_service_quota(ServiceCode="acm", QuotaCode="L-00000000")
    with edge.refused("NoSuchResourceException"):
        service_quotas.list_service_quotas(ServiceCode="nosuch")


def test_a_quota_whose_code_could_not_be_confirmed_is_listed_by_its_name(service_quotas: Any) -> None:
    listed = service_quotas.list_service_quotas(ServiceCode="cloudfront")["Quotas"]
    quota = next(entry for entry in listed if entry["QuotaName"] == "Distributions associated with the same function")
    assert quota["Value"] == 100
    assert "QuotaCode" not in quota


@pytest.mark.parametrize(
    ("service", "name", "value", "unit"),
    [
        ("acm", "RequestCertificate requests per second", 5, "None"),
        ("states", "Maximum execution history size", 25_000, "None"),
        ("dynamodb", "Maximum item size", 409_600, "Bytes"),
        ("lambda", "Function timeout", 900, "Seconds"),
    ],
)
def test_every_service_of_the_data_file_is_known(
    service_quotas: Any, service: str, name: str, value: float, unit: str
) -> None:
    listed = service_quotas.list_service_quotas(ServiceCode=service)["Quotas"]
    quota = next(quota for quota in listed if quota["QuotaName"] == name)
    assert (quota["Value"], quota["Unit"]) == (value, unit)


def test_a_rate_has_a_period_and_a_count_has_none(service_quotas: Any) -> None:
    listed = service_quotas.list_service_quotas(ServiceCode="acm")["Quotas"]
    periods = {quota["QuotaName"]: quota.get("Period") for quota in listed}
    assert periods["ImportCertificate requests per second"] == {"PeriodValue": 1, "PeriodUnit": "SECOND"}
    assert periods["ACM certificates"] is None


def test_what_aws_does_not_limit_is_listed_once_it_is_limited_here(instance: Instance, service_quotas: Any) -> None:
    def names() -> set[str]:
        return {quota["QuotaName"] for quota in service_quotas.list_service_quotas(ServiceCode="cloudfront")["Quotas"]}

    name = "API requests per second"
    assert name not in names()
    with edge.quota(instance, "cloudfront", 1_000_000, quotaName=name):
        assert name in names()


def test_a_change_of_what_does_not_exist_is_an_error(instance: Instance) -> None:
    with pytest.raises(AssertionError, match="no such quota"):
        edge.control(instance, "PUT", "quotas", serviceCode="acm", quotaCode="L-00000000", value=1)
