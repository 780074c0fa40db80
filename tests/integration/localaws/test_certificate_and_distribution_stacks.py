"""CloudFormation's types for certificates and distributions behave as the API does."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from localaws.instance import Instance
from tests.integration.localaws import edge

numbers = itertools.count()
Json = edge.Json


def create(instance: Instance, **resources: Json) -> str:
    name = f"edge-stack-{next(numbers)}"
    instance.client("cloudformation").create_stack(StackName=name, TemplateBody=json.dumps({"Resources": resources}))
    return name


def ends(instance: Instance, stack: str, status: str) -> None:
    def reached() -> bool:
        (found,) = instance.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        assert found["StackStatus"] == status or found["StackStatus"].endswith("IN_PROGRESS"), found
        return bool(found["StackStatus"] == status)

    edge.eventually(reached, seconds=15)


def physical_id(instance: Instance, stack: str, logical_id: str) -> str:
    answer = instance.client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
    return str(answer["StackResourceDetail"]["PhysicalResourceId"])


def events(instance: Instance, stack: str) -> str:
    answer = instance.client("cloudformation").describe_stack_events(StackName=stack)
    return json.dumps(answer["StackEvents"], default=str)


def certificate(name: str, **more: Any) -> Json:
    properties = {"DomainName": name, "ValidationMethod": "DNS", **more}
    return {"Type": "AWS::CertificateManager::Certificate", "Properties": properties}


def distribution(*aliases: str, arn: str = "", comment: str = "") -> Json:
    config: Json = {
        "Comment": comment,
        "Enabled": True,
        "Origins": [
            {
                "Id": "origin",
                "DomainName": "origin.example.net",
                "CustomOriginConfig": {"OriginProtocolPolicy": "https-only", "HTTPPort": 80, "HTTPSPort": 443},
            }
        ],
        "DefaultCacheBehavior": edge.behavior(),
    }
    if aliases:
        config["Aliases"] = list(aliases)
    if arn:
        config["ViewerCertificate"] = {
            "AcmCertificateArn": arn,
            "SslSupportMethod": "sni-only",
            "MinimumProtocolVersion": "TLSv1.2_2021",
        }
    return {"Type": "AWS::CloudFront::Distribution", "Properties": {"DistributionConfig": config}}


@pytest.fixture
def zone(instance: Instance) -> tuple[str, str]:
    """Name and id of a new hosted zone."""
    name = edge.new_name("stack")
    made = instance.client("route53").create_hosted_zone(Name=name, CallerReference=edge.new_token())
    return name, made["HostedZone"]["Id"].rpartition("/")[2]


def test_a_certificate_is_created_when_it_is_issued(instance: Instance, zone: tuple[str, str]) -> None:
    name, zone_id = zone
    validation = [{"DomainName": name, "HostedZoneId": zone_id}]
    stack = create(instance, Certificate=certificate(name, DomainValidationOptions=validation))
    ends(instance, stack, "CREATE_COMPLETE")
    arn = physical_id(instance, stack, "Certificate")
    assert edge.describe(instance, arn)["Status"] == "ISSUED"


def test_a_certificate_waits_for_a_record_that_a_person_publishes(instance: Instance) -> None:
    name = edge.new_name()
    stack = create(instance, Certificate=certificate(name))
    (record,) = edge.records(instance, edge.request(instance, name))
    assert instance.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"] == (
        "CREATE_IN_PROGRESS"
    )
    edge.publish(instance, record)
    ends(instance, stack, "CREATE_COMPLETE")


def test_a_certificate_that_fails_fails_the_stack(instance: Instance) -> None:
    name = edge.new_name()
    edge.control(instance, "PUT", "acm/outcome", domain=name, status="FAILED", failureReason="CAA_ERROR")
    stack = create(instance, Certificate=certificate(name))
    ends(instance, stack, "ROLLBACK_COMPLETE")
    assert "CAA_ERROR" in events(instance, stack)


def test_a_distribution_is_created_when_it_is_deployed(instance: Instance) -> None:
    arn = edge.issued(instance, name := edge.new_name())
    stack = create(instance, Distribution=distribution(name, arn=arn))
    ends(instance, stack, "CREATE_COMPLETE")
    found = instance.client("cloudfront").get_distribution(Id=physical_id(instance, stack, "Distribution"))
    assert found["Distribution"]["Status"] == "Deployed"
    assert found["Distribution"]["DistributionConfig"]["PriceClass"] == "PriceClass_All"


def test_a_distribution_keeps_its_caller_reference_through_a_stack_update(instance: Instance) -> None:
    stack = create(instance, Distribution=distribution(comment="before"))
    ends(instance, stack, "CREATE_COMPLETE")
    distribution_id = physical_id(instance, stack, "Distribution")
    client = instance.client("cloudfront")
    before = client.get_distribution_config(Id=distribution_id)["DistributionConfig"]
    template = json.dumps({"Resources": {"Distribution": distribution(comment="after")}})
    instance.client("cloudformation").update_stack(StackName=stack, TemplateBody=template)
    ends(instance, stack, "UPDATE_COMPLETE")
    after = client.get_distribution_config(Id=distribution_id)["DistributionConfig"]
    assert after == before | {"Comment": "after"}


def test_a_distribution_that_cloudfront_refuses_fails_the_stack(instance: Instance) -> None:
    stack = create(instance, Distribution=distribution(edge.new_name()))
    ends(instance, stack, "ROLLBACK_COMPLETE")
    assert "InvalidViewerCertificate" in events(instance, stack)


def test_an_alias_in_use_fails_the_stack(instance: Instance) -> None:
    arn = edge.issued(instance, name := edge.new_name())
    edge.distribution(instance, name, certificate=arn)
    stack = create(instance, Distribution=distribution(name, arn=arn))
    ends(instance, stack, "ROLLBACK_COMPLETE")
    assert "CNAMEAlreadyExists" in events(instance, stack)
