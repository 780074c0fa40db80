"""Reads of ACM, CloudFront and the tagging API that do not show the last change yet."""

from __future__ import annotations

from typing import Any

from localaws.faults import Fault, faults
from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.cloudfront.test_staging import copied, primary


def listed(instance: Instance) -> set[str]:
    pages = instance.client("cloudfront").get_paginator("list_distributions").paginate()
    found: set[str] = set()
    for page in pages:
        items = page["DistributionList"].get("Items", [])
        assert page["DistributionList"]["Quantity"] == len(items)
        found |= {one["Id"] for one in items}
    return found


def tagged(instance: Instance, value: str) -> list[str]:
    answer = instance.client("resourcegroupstaggingapi").get_resources(TagFilters=[{"Key": "job", "Values": [value]}])
    return [one["ResourceARN"] for one in answer["ResourceTagMappingList"]]


def certificates(instance: Instance) -> set[str]:
    pages = instance.client("acm").get_paginator("list_certificates").paginate()
    return {one["CertificateArn"] for page in pages for one in page["CertificateSummaryList"]}


def test_a_change_is_not_seen_yet(instance: Instance) -> None:
    cloudfront, made = instance.client("cloudfront"), edge.distribution(instance)

    def seen() -> tuple[str, str]:
        answer: Any = cloudfront.get_distribution_config(Id=made["Id"])
        return answer["DistributionConfig"]["Comment"], answer["ETag"]

    with faults(instance, Fault("stale", operation="GetDistributionConfig", nth=[2, 4])) as injected:
        before = seen()
        changed = cloudfront.get_distribution_config(Id=made["Id"])
        assert changed["ETag"] == before[1], "nothing has changed: there is no older answer"
        cloudfront.update_distribution(
            Id=made["Id"], IfMatch=before[1], DistributionConfig={**changed["DistributionConfig"], "Comment": "changed"}
        )
        now, stale, again = seen(), seen(), seen()
    assert stale == before
    assert now == again != before
    assert now[0] == "changed"
    assert injected.struck() == [2]


def test_a_change_that_aws_makes_is_not_seen_yet(instance: Instance) -> None:
    arn = edge.request(instance, edge.new_name())
    with faults(instance, Fault("stale", operation="DescribeCertificate", containing=arn, times=0)):
        edge.describe(instance, arn)
        for record in edge.records(instance, arn):
            edge.publish(instance, record)
        edge.becomes(instance, arn, "ISSUED")
        with faults(instance, Fault("stale", operation="DescribeCertificate", containing=arn)):
            assert edge.describe(instance, arn)["Status"] == "PENDING_VALIDATION"
        assert edge.describe(instance, arn)["Status"] == "ISSUED"


def test_a_new_certificate_is_not_there_yet(instance: Instance) -> None:
    old = edge.request(instance, edge.new_name())
    with faults(instance, Fault("stale", service="acm")):
        new = edge.request(instance, edge.new_name())
        with edge.refused("ResourceNotFoundException"):
            edge.describe(instance, new)
        with edge.refused("ResourceNotFoundException"):
            instance.client("acm").list_tags_for_certificate(CertificateArn=new)
        assert edge.describe(instance, old)["CertificateArn"] == old
        assert certificates(instance) & {old, new} == {old}
    assert certificates(instance) >= {old, new}


def test_a_new_distribution_is_not_there_yet(instance: Instance) -> None:
    cloudfront, old = instance.client("cloudfront"), edge.distribution(instance)
    with faults(instance, Fault("stale", service="cloudfront")):
        new = edge.distribution(instance)
        with edge.refused("NoSuchDistribution"):
            cloudfront.get_distribution(Id=new["Id"])
        with edge.refused("NoSuchDistribution"):
            cloudfront.get_distribution_config(Id=new["Id"])
        with edge.refused("NoSuchResource"):
            cloudfront.list_tags_for_resource(Resource=new["ARN"])
        assert cloudfront.get_distribution(Id=old["Id"])["Distribution"]["Id"] == old["Id"]
        assert listed(instance) & {old["Id"], new["Id"]} == {old["Id"]}
    assert listed(instance) >= {old["Id"], new["Id"]}


def test_a_new_copy_is_not_there_yet(instance: Instance) -> None:
    cloudfront = instance.client("cloudfront")
    made = primary(cloudfront)
    with faults(instance, Fault("stale", service="cloudfront")):
        copy = copied(cloudfront, made)["Distribution"]["Id"]
        with edge.refused("NoSuchDistribution"):
            cloudfront.get_distribution(Id=copy)
        assert copy not in listed(instance)
    assert copy in listed(instance)


def test_the_tagging_api_does_not_know_what_is_new(instance: Instance) -> None:
    job = edge.new_token()
    tags = [{"Key": "job", "Value": job}]
    old = edge.request(instance, edge.new_name(), Tags=tags)
    with faults(instance, Fault("stale", service="tagging")):
        new = edge.request(instance, edge.new_name(), Tags=tags)
        assert tagged(instance, job) == [old]
    assert set(tagged(instance, job)) == {old, new}


def test_a_list_that_was_read_before_is_answered_as_it_was(instance: Instance) -> None:
    job = edge.new_token()
    with faults(instance, Fault("stale", service="tagging", nth=2)):
        assert tagged(instance, job) == []
        edge.request(instance, edge.new_name(), Tags=[{"Key": "job", "Value": job}])
        assert tagged(instance, job) == []
        assert len(tagged(instance, job)) == 1


def test_a_deleted_certificate_is_still_seen(instance: Instance) -> None:
    arn = edge.request(instance, edge.new_name())
    with faults(instance, Fault("stale", operation="DescribeCertificate", nth=2)):
        edge.describe(instance, arn)
        instance.client("acm").delete_certificate(CertificateArn=arn)
        assert edge.describe(instance, arn)["CertificateArn"] == arn
        with edge.refused("ResourceNotFoundException"):
            edge.describe(instance, arn)


def test_writes_and_other_services_are_never_stale(instance: Instance) -> None:
    with faults(instance, Fault("stale")) as injected:
        edge.request(instance, edge.new_name())
        instance.client("sns").list_topics()
    assert injected.matched() == [0]
