"""Creating, changing, deploying, listing and deleting distributions."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from localaws.instance import Instance
from tests.integration.localaws import edge

accounts = map(str, itertools.count(500_000_000_001))


@pytest.fixture
def cloudfront(instance: Instance) -> Any:
    return instance.client("cloudfront")


def tagged_config(**tags: str) -> edge.Json:
    items = [{"Key": key, "Value": value} for key, value in tags.items()]
    return {"DistributionConfig": edge.distribution_config(), "Tags": {"Items": items}}


def disabled(instance: Instance, distribution_id: str) -> str:
    """Disable the distribution; returns the new ETag."""
    client = instance.client("cloudfront")
    current = client.get_distribution_config(Id=distribution_id)
    config = current["DistributionConfig"] | {"Enabled": False}
    return str(
        client.update_distribution(Id=distribution_id, IfMatch=current["ETag"], DistributionConfig=config)["ETag"]
    )


def test_a_new_distribution_is_in_progress_and_then_deployed(instance: Instance) -> None:
    made = edge.distribution(instance)
    assert made["Status"] == "InProgress"
    edge.deployed(instance, made["Id"])


def test_a_changed_distribution_is_in_progress_again(instance: Instance, cloudfront: Any) -> None:
    current = edge.deployed(instance, edge.distribution(instance)["Id"])["Distribution"]
    etag = cloudfront.get_distribution(Id=current["Id"])["ETag"]
    answer = cloudfront.update_distribution(
        Id=current["Id"], IfMatch=etag, DistributionConfig=current["DistributionConfig"] | {"Comment": "changed"}
    )
    assert answer["Distribution"]["Status"] == "InProgress"
    assert answer["Distribution"]["DistributionConfig"]["Comment"] == "changed"
    edge.deployed(instance, current["Id"])


def test_each_change_is_told_by_a_later_moment(instance: Instance, cloudfront: Any) -> None:
    made = edge.distribution(instance)
    moments = [made["LastModifiedTime"]]
    for comment in map(str, range(5)):
        etag = cloudfront.get_distribution(Id=made["Id"])["ETag"]
        config = made["DistributionConfig"] | {"Comment": comment}
        answer = cloudfront.update_distribution(Id=made["Id"], IfMatch=etag, DistributionConfig=config)
        moments.append(answer["Distribution"]["LastModifiedTime"])
    assert moments == sorted(set(moments))


def test_an_update_needs_the_current_etag(instance: Instance, cloudfront: Any) -> None:
    made = edge.distribution(instance)
    with edge.refused("PreconditionFailed"):
        cloudfront.update_distribution(Id=made["Id"], IfMatch="stale", DistributionConfig=made["DistributionConfig"])


def test_a_caller_reference_can_be_used_once(cloudfront: Any) -> None:
    config = edge.distribution_config()
    made = cloudfront.create_distribution(DistributionConfig=config)["Distribution"]
    with pytest.raises(cloudfront.exceptions.DistributionAlreadyExists, match=made["Id"]):
        cloudfront.create_distribution(DistributionConfig=config)


def test_the_caller_reference_of_a_deleted_distribution_can_be_used_again(instance: Instance, cloudfront: Any) -> None:
    config = edge.distribution_config()
    made = cloudfront.create_distribution(DistributionConfig=config)["Distribution"]["Id"]
    etag = disabled(instance, made)
    edge.deployed(instance, made)
    cloudfront.delete_distribution(Id=made, IfMatch=etag)
    assert cloudfront.create_distribution(DistributionConfig=config)["Distribution"]["Id"] != made


def test_a_caller_reference_can_not_change(instance: Instance, cloudfront: Any) -> None:
    made = edge.distribution(instance)
    current = cloudfront.get_distribution_config(Id=made["Id"])
    with edge.refused("IllegalUpdate"):
        cloudfront.update_distribution(
            Id=made["Id"],
            IfMatch=current["ETag"],
            DistributionConfig=current["DistributionConfig"] | {"CallerReference": "another"},
        )


def test_an_enabled_distribution_can_not_be_deleted(instance: Instance, cloudfront: Any) -> None:
    current = edge.deployed(instance, edge.distribution(instance)["Id"])
    with edge.refused("DistributionNotDisabled"):
        cloudfront.delete_distribution(Id=current["Distribution"]["Id"], IfMatch=current["ETag"])


def test_a_disabled_distribution_can_be_deleted_when_it_is_deployed(instance: Instance, cloudfront: Any) -> None:
    distribution_id = edge.distribution(instance)["Id"]
    etag = disabled(instance, distribution_id)
    with edge.refused("DistributionNotDisabled"):
        cloudfront.delete_distribution(Id=distribution_id, IfMatch=etag)
    edge.deployed(instance, distribution_id)
    cloudfront.delete_distribution(Id=distribution_id, IfMatch=etag)
    with edge.refused("NoSuchDistribution"):
        cloudfront.get_distribution(Id=distribution_id)


def test_the_list_comes_in_pages(instance: Instance) -> None:
    client = edge.client(instance, "cloudfront", account=next(accounts))
    made = {
        client.create_distribution(DistributionConfig=edge.distribution_config())["Distribution"]["Id"] for _ in "abc"
    }
    first = client.list_distributions(MaxItems="2")["DistributionList"]
    assert (first["IsTruncated"], first["NextMarker"], len(first["Items"])) == (True, first["Items"][-1]["Id"], 2)
    pages = client.get_paginator("list_distributions").paginate(PaginationConfig={"PageSize": 2})
    assert {summary["Id"] for page in pages for summary in page["DistributionList"]["Items"]} == made


def test_a_summary_tells_what_a_survey_needs(instance: Instance) -> None:
    client = edge.client(instance, "cloudfront", account=next(accounts))
    made = client.create_distribution(DistributionConfig=edge.distribution_config())
    (summary,) = client.list_distributions()["DistributionList"]["Items"]
    config = made["Distribution"]["DistributionConfig"]
    shared = ("Aliases", "Origins", "DefaultCacheBehavior", "CacheBehaviors", "ViewerCertificate", "Enabled", "Staging")
    assert {name: summary[name] for name in shared} == {name: config[name] for name in shared}
    assert summary["ETag"] == made["ETag"]


def test_the_users_of_a_policy_are_listed_in_pages(instance: Instance) -> None:
    client = edge.client(instance, "cloudfront", account=next(accounts))
    made = [
        client.create_distribution(DistributionConfig=edge.distribution_config())["Distribution"]["Id"] for _ in "ab"
    ]
    policy = {"CachePolicyId": edge.CACHING_OPTIMIZED}
    first = client.list_distributions_by_cache_policy_id(**policy, MaxItems="1")["DistributionIdList"]
    assert (first["Items"], first["IsTruncated"]) == ([min(made)], True)
    second = client.list_distributions_by_cache_policy_id(**policy, Marker=first["NextMarker"])["DistributionIdList"]
    assert (second["Items"], second["IsTruncated"]) == ([max(made)], False)


def test_a_page_of_no_size_is_refused(cloudfront: Any) -> None:
    with edge.refused("InvalidArgument"):
        cloudfront.list_distributions(MaxItems="none")


def test_a_distribution_is_found_by_its_tags_in_pages_until_it_is_deleted(instance: Instance, cloudfront: Any) -> None:
    job = edge.new_token()
    tagging = instance.client("resourcegroupstaggingapi")
    ids = [
        cloudfront.create_distribution_with_tags(DistributionConfigWithTags=tagged_config(job=job))["Distribution"][
            "Id"
        ]
        for _ in range(3)
    ]

    def found() -> list[list[str]]:
        pages = tagging.get_paginator("get_resources").paginate(
            TagFilters=[{"Key": "job", "Values": [job]}],
            ResourceTypeFilters=["cloudfront:distribution"],
            PaginationConfig={"PageSize": 2},
        )
        return [[mapping["ResourceARN"][-14:] for mapping in page["ResourceTagMappingList"]] for page in pages]

    first, second, third = sorted(ids)
    assert found() == [[first, second], [third]]
    etag = disabled(instance, first)
    edge.deployed(instance, first)
    cloudfront.delete_distribution(Id=first, IfMatch=etag)
    assert found() == [[second, third]]


def test_tags_are_told_changed_and_taken(cloudfront: Any) -> None:
    config = tagged_config(job="1", item="2")
    arn = cloudfront.create_distribution_with_tags(DistributionConfigWithTags=config)["Distribution"]["ARN"]

    def tags() -> dict[str, str]:
        found = cloudfront.list_tags_for_resource(Resource=arn)["Tags"]["Items"]
        return {tag["Key"]: tag["Value"] for tag in found}

    assert tags() == {"job": "1", "item": "2"}
    cloudfront.tag_resource(Resource=arn, Tags={"Items": [{"Key": "job", "Value": "3"}]})
    cloudfront.untag_resource(Resource=arn, TagKeys={"Items": ["item"]})
    assert tags() == {"job": "3"}


def test_a_deleted_distribution_has_no_tags(instance: Instance, cloudfront: Any) -> None:
    made = edge.distribution(instance)
    etag = disabled(instance, made["Id"])
    edge.deployed(instance, made["Id"])
    with edge.refused("InvalidIfMatchVersion"):
        cloudfront.delete_distribution(Id=made["Id"])
    with edge.refused("PreconditionFailed"):
        cloudfront.delete_distribution(Id=made["Id"], IfMatch="E1234567890123")
    cloudfront.delete_distribution(Id=made["Id"], IfMatch=etag)
    with edge.refused("NoSuchResource"):
        cloudfront.list_tags_for_resource(Resource=made["ARN"])


def test_tag_keys_of_aws_are_refused(cloudfront: Any) -> None:
    with edge.refused("InvalidTagging"):
        cloudfront.create_distribution_with_tags(DistributionConfigWithTags=tagged_config(**{"aws:job": "1"}))
