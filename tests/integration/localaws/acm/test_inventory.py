"""Listing, tagging and deleting certificates."""

from __future__ import annotations

import itertools

import pytest

from localaws.instance import Instance
from tests.integration.localaws import edge

accounts = map(str, itertools.count(100_000_000_001))


def listed(client: object, **parameters: object) -> list[edge.Json]:
    """All pages."""
    pages = client.get_paginator("list_certificates").paginate(**parameters)  # type: ignore[attr-defined]
    return [summary for page in pages for summary in page["CertificateSummaryList"]]


def test_the_list_comes_in_pages(instance: Instance) -> None:
    client = edge.client(instance, "acm", account=next(accounts))
    arns = {client.request_certificate(DomainName=edge.new_name())["CertificateArn"] for _ in range(5)}
    first = client.list_certificates(MaxItems=2)
    assert len(first["CertificateSummaryList"]) == 2
    assert {summary["CertificateArn"] for summary in listed(client, PaginationConfig={"PageSize": 2})} == arns


def test_the_list_shows_only_small_rsa_keys_unless_asked_for_others(instance: Instance) -> None:
    client = edge.client(instance, "acm", account=next(accounts))
    client.request_certificate(DomainName=edge.new_name(), KeyAlgorithm="EC_prime256v1")
    assert listed(client) == []
    assert len(listed(client, Includes={"keyTypes": ["EC_prime256v1"]})) == 1


def test_the_list_can_be_limited_to_a_status(instance: Instance) -> None:
    arn = edge.issued(instance, edge.new_name())
    client = instance.client("acm")
    assert arn in {summary["CertificateArn"] for summary in listed(client, CertificateStatuses=["ISSUED"])}
    assert arn not in {summary["CertificateArn"] for summary in listed(client, CertificateStatuses=["FAILED"])}


def test_the_list_can_begin_with_the_newest(instance: Instance) -> None:
    client = edge.client(instance, "acm", account=next(accounts))
    arns = [client.request_certificate(DomainName=edge.new_name())["CertificateArn"] for _ in range(3)]
    newest_first = listed(client, SortBy="CREATED_AT", SortOrder="DESCENDING", PaginationConfig={"PageSize": 2})
    assert [summary["CertificateArn"] for summary in newest_first] == arns[::-1]


def test_an_order_without_a_field_is_refused(instance: Instance) -> None:
    with edge.refused("InvalidArgsException"):
        instance.client("acm").list_certificates(SortOrder="ASCENDING")


def test_accounts_and_regions_do_not_see_each_other(instance: Instance) -> None:
    arn = edge.request(instance, edge.new_name())
    for stranger in (
        edge.client(instance, "acm", account=next(accounts)),
        edge.client(instance, "acm", region="eu-west-1"),
    ):
        with edge.refused("ResourceNotFoundException"):
            stranger.describe_certificate(CertificateArn=arn)


def test_tags_can_be_given_changed_and_taken(instance: Instance) -> None:
    client = instance.client("acm")
    arn = edge.request(instance, edge.new_name(), Tags=[{"Key": "job", "Value": "1"}])
    client.add_tags_to_certificate(CertificateArn=arn, Tags=[{"Key": "job", "Value": "2"}, {"Key": "team"}])
    assert client.list_tags_for_certificate(CertificateArn=arn)["Tags"] == [
        {"Key": "job", "Value": "2"},
        {"Key": "team"},
    ]
    client.remove_tags_from_certificate(CertificateArn=arn, Tags=[{"Key": "job", "Value": "1"}, {"Key": "team"}])
    assert client.list_tags_for_certificate(CertificateArn=arn)["Tags"] == [{"Key": "job", "Value": "2"}]


def test_a_certificate_can_have_50_tags(instance: Instance) -> None:
    tags = [{"Key": f"key-{number}", "Value": "x"} for number in range(50)]
    arn = edge.request(instance, edge.new_name(), Tags=tags)
    with edge.refused("TooManyTagsException"):
        instance.client("acm").add_tags_to_certificate(CertificateArn=arn, Tags=[{"Key": "one-more", "Value": "x"}])


def test_tag_keys_of_aws_are_refused(instance: Instance) -> None:
    with edge.refused("InvalidTagException"):
        edge.request(instance, edge.new_name(), Tags=[{"Key": "aws:job", "Value": "1"}])


def test_a_certificate_is_found_by_its_tags(instance: Instance) -> None:
    job = edge.new_token()
    arn = edge.request(instance, edge.new_name(), Tags=[{"Key": "job", "Value": job}])
    found = instance.client("resourcegroupstaggingapi").get_resources(
        TagFilters=[{"Key": "job", "Values": [job]}], ResourceTypeFilters=["acm:certificate"]
    )
    assert [mapping["ResourceARN"] for mapping in found["ResourceTagMappingList"]] == [arn]


def test_a_deleted_certificate_is_gone(instance: Instance) -> None:
    arn = edge.request(instance, edge.new_name())
    instance.client("acm").delete_certificate(CertificateArn=arn)
    with edge.refused("ResourceNotFoundException"):
        edge.describe(instance, arn)


def test_a_certificate_in_use_says_by_whom_and_can_not_be_deleted(instance: Instance) -> None:
    arn = edge.issued(instance, name := edge.new_name())
    user = edge.distribution(instance, name, certificate=arn)
    assert edge.describe(instance, arn)["InUseBy"] == [user["ARN"]]
    with edge.refused("ResourceInUseException"):
        instance.client("acm").delete_certificate(CertificateArn=arn)


@pytest.mark.parametrize(
    ("quota_code", "value"), [("L-F141DD1D", 1), ("L-DA1D8B98", 1)], ids=["certificates", "certificates a year"]
)
def test_a_quota_ends_the_requests(instance: Instance, quota_code: str, value: int) -> None:
    client = edge.client(instance, "acm", account=next(accounts))
    client.request_certificate(DomainName=edge.new_name())
    with edge.quota(instance, "acm", value, quotaCode=quota_code), edge.refused("LimitExceededException"):
        client.request_certificate(DomainName=edge.new_name())


def test_deleting_does_not_give_the_yearly_quota_back(instance: Instance) -> None:
    client = edge.client(instance, "acm", account=next(accounts))
    arn = client.request_certificate(DomainName=edge.new_name())["CertificateArn"]
    client.delete_certificate(CertificateArn=arn)
    with edge.quota(instance, "acm", 1, quotaCode="L-DA1D8B98"), edge.refused("LimitExceededException"):
        client.request_certificate(DomainName=edge.new_name())
