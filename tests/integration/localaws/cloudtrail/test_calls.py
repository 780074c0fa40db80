"""EventBridge hears of every call that changes something in CloudFront."""

from __future__ import annotations

import json
import re
import uuid

import pytest
from botocore.exceptions import ClientError, HTTPClientError

from localaws.faults import Fault, faults
from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.cloudfront.test_alias_moves import associate, proven, target_for
from tests.integration.localaws.cloudfront.test_staging import joined, promote
from tests.integration.localaws.listening import Listener
from tests.integration.localaws.workbench import Workbench

EXAMPLE = """
eventVersion userIdentity eventTime eventSource eventName awsRegion sourceIPAddress userAgent requestParameters
responseElements requestID eventID readOnly eventType apiVersion managementEvent recipientAccountId eventCategory
"""
"""The fields of the example in CloudFront's developer guide that do not depend on HTTPS and the console."""


def names(events: list[edge.Json]) -> list[str]:
    return [event["detail"]["eventName"] for event in events]


def test_an_update_is_told_as_cloudfront_documents_it(instance: Instance, trail: Listener) -> None:
    made = edge.distribution(instance)
    client = instance.client("cloudfront")
    etag = client.get_distribution(Id=made["Id"])["ETag"]
    config = made["DistributionConfig"] | {"DefaultRootObject": "start.html"}
    updated = client.update_distribution(Id=made["Id"], IfMatch=etag, DistributionConfig=config)
    _, event = trail.heard(2)
    assert (event["account"], event["region"], event["resources"]) == ("000000000000", "us-east-1", [])
    detail = event["detail"]
    assert set(detail) == set(EXAMPLE.split())
    assert (detail["eventVersion"], detail["eventType"], detail["apiVersion"]) == ("1.08", "AwsApiCall", "2020_05_31")
    assert (detail["eventSource"], detail["eventName"]) == ("cloudfront.amazonaws.com", "UpdateDistribution")
    assert (detail["awsRegion"], detail["sourceIPAddress"]) == ("us-east-1", "127.0.0.1")
    assert (detail["readOnly"], detail["managementEvent"], detail["eventCategory"]) == (False, True, "Management")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", detail["eventTime"])
    assert detail["userAgent"].startswith("Boto3/")
    assert detail["requestID"] == updated["ResponseMetadata"]["RequestId"]
    assert uuid.UUID(detail["eventID"])
    assert detail["recipientAccountId"] == "000000000000"
    asked, got = detail["requestParameters"], detail["responseElements"]
    assert (asked["id"], asked["ifMatch"]) == (made["Id"], etag)
    assert asked["distributionConfig"]["defaultRootObject"] == "start.html"
    assert got["eTag"] == updated["ETag"]
    assert (got["distribution"]["aRN"], got["distribution"]["status"]) == (made["ARN"], "InProgress")
    assert got["distribution"]["distributionConfig"]["defaultRootObject"] == "start.html"


def test_each_write_is_told_by_the_name_of_its_operation_and_no_read_is(instance: Instance, trail: Listener) -> None:
    client, config = instance.client("cloudfront"), edge.distribution_config(Enabled=False)
    tags = {"Items": [{"Key": "team", "Value": "shop"}]}
    asked = {"DistributionConfig": config, "Tags": tags}
    made = client.create_distribution_with_tags(DistributionConfigWithTags=asked)["Distribution"]
    client.list_distributions()
    client.tag_resource(Resource=made["ARN"], Tags=tags)
    client.list_tags_for_resource(Resource=made["ARN"])
    client.untag_resource(Resource=made["ARN"], TagKeys={"Items": ["team"]})
    etag = edge.deployed(instance, made["Id"])["ETag"]
    client.delete_distribution(Id=made["Id"], IfMatch=etag)
    function = client.create_function(
        Name=edge.new_token(), FunctionConfig={"Comment": "", "Runtime": "cloudfront-js-2.0"}, FunctionCode=b"//"
    )
    name = function["FunctionSummary"]["Name"]
    client.publish_function(Name=name, IfMatch=function["ETag"])
    told = trail.heard(6)
    assert names(told) == [
        "CreateDistributionWithTags",
        "TagResource",
        "UntagResource",
        "DeleteDistribution",
        "CreateFunction",
        "PublishFunction",
    ]
    created, tagged, untagged, deleted = (event["detail"] for event in told[:4])
    assert created["requestParameters"]["distributionConfigWithTags"]["tags"] == {
        "items": [{"key": "team", "value": "shop"}]
    }
    assert tagged["requestParameters"]["resource"] == made["ARN"]
    assert untagged["requestParameters"]["tagKeys"] == {"items": ["team"]}
    assert deleted["requestParameters"] == {"id": made["Id"], "ifMatch": etag}
    assert deleted["responseElements"] is None


def test_copying_and_promoting_are_told(instance: Instance, trail: Listener) -> None:
    client = instance.client("cloudfront")
    primary, staging, _ = joined(client)
    promoted = promote(client, primary, staging)
    primary_id, staging_id = primary["Distribution"]["Id"], staging["Distribution"]["Id"]
    told = trail.heard(5)
    assert names(told) == [
        "CreateDistribution",
        "CopyDistribution",
        "CreateContinuousDeploymentPolicy",
        "UpdateDistribution",
        "UpdateDistributionWithStagingConfig",
    ]
    copy, promotion = told[1]["detail"], told[4]["detail"]
    assert copy["requestParameters"]["primaryDistributionId"] == primary_id
    assert copy["requestParameters"]["staging"] is True
    assert copy["responseElements"]["distribution"]["id"] == staging_id
    assert copy["responseElements"]["eTag"] == staging["ETag"]
    assert promotion["requestParameters"] == {
        "id": primary_id,
        "stagingDistributionId": staging_id,
        "ifMatch": f"{primary['ETag']}, {staging['ETag']}",
    }
    assert promotion["responseElements"]["distribution"]["id"] == primary_id
    assert promotion["responseElements"]["eTag"] == promoted["ETag"]


def test_a_moved_alias_is_told_without_configuration_and_etag(instance: Instance, trail: Listener) -> None:
    _, target, alias = target_for(instance)
    proven(instance, alias, target)
    associate(instance, target, alias)
    detail = trail.heard(3)[2]["detail"]
    assert detail["eventName"] == "AssociateAlias"
    assert detail["requestParameters"] == {"targetDistributionId": target["Id"], "alias": alias}
    assert detail["responseElements"] is None


def test_a_refused_call_is_told_with_its_error(instance: Instance, trail: Listener) -> None:
    made = edge.distribution(instance)
    with pytest.raises(ClientError) as refused:
        instance.client("cloudfront").update_distribution(
            Id=made["Id"], IfMatch="stale", DistributionConfig=made["DistributionConfig"]
        )
    _, event = trail.heard(2)
    assert event["detail"]["errorCode"] == "PreconditionFailed"
    assert event["detail"]["errorMessage"] == refused.value.response["Error"]["Message"]
    assert event["detail"]["requestParameters"]["ifMatch"] == "stale"
    assert event["detail"]["responseElements"] is None


def test_a_throttled_call_is_told(instance: Instance, trail: Listener) -> None:
    config = edge.distribution_config()
    with edge.quota(instance, "cloudfront", 0, quotaName="API requests per second"), edge.refused("Throttling"):
        instance.client("cloudfront").create_distribution(DistributionConfig=config)
    (event,) = trail.heard(1)
    assert (event["detail"]["errorCode"], event["detail"]["errorMessage"]) == ("Throttling", "Rate exceeded")


def test_a_call_whose_answer_is_lost_is_told(instance: Instance, trail: Listener) -> None:
    client = edge.client(instance, "cloudfront")
    config = edge.distribution_config()
    lost = Fault("lost-after", service="cloudfront", containing=config["CallerReference"])
    with faults(instance, lost), pytest.raises(HTTPClientError):
        client.create_distribution(DistributionConfig=config)
    (event,) = trail.heard(1)
    assert event["detail"]["responseElements"]["distribution"]["status"] == "InProgress"


def test_events_can_be_lost_and_come_twice_like_any_others(instance: Instance, trail: Listener) -> None:
    client, arn = instance.client("cloudfront"), edge.distribution(instance)["ARN"]
    trail.heard(1)
    calls = {"source": "aws.cloudfront", "detail_type": "AWS API Call via CloudTrail", "containing": arn}
    with faults(instance, Fault("event-lost", nth=1, **calls), Fault("event-duplicated", nth=2, **calls)) as injected:
        client.tag_resource(Resource=arn, Tags={"Items": [{"Key": "lost", "Value": ""}]})
        client.untag_resource(Resource=arn, TagKeys={"Items": ["lost"]})
    assert injected.struck() == [1, 1]
    _, *rest = trail.heard(3)
    assert names(rest) == ["UntagResource", "UntagResource"]
    assert rest[0]["id"] == rest[1]["id"]


def test_other_services_are_not_told(instance: Instance, trail: Listener) -> None:
    edge.request(instance, edge.new_name())
    edge.distribution(instance)
    assert names(trail.heard(1)) == ["CreateDistribution"]


def test_ministack_alone_tells_nothing(stock: Workbench) -> None:
    listener = Listener(stock.instance, source=["aws.cloudfront", "marker"])
    stock.client("cloudfront").create_distribution(DistributionConfig=edge.distribution_config())
    entry = {"Source": "marker", "DetailType": "marker", "Detail": json.dumps({})}
    stock.client("events").put_events(Entries=[entry])
    assert [event["source"] for event in listener.heard(1)] == ["marker"]
