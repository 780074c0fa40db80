"""What CloudFront asks of a configuration, and what it adds to it."""

from __future__ import annotations

import pytest

from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.workbench import Workbench

NO_FUNCTION = "arn:aws:cloudfront::000000000000:function/missing"
NO_EDGE_FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:missing:1"


def create(instance: Instance, **changes: object) -> edge.Json:
    return edge.distribution(instance, **changes)


def published_function(instance: Instance) -> str:
    client = instance.client("cloudfront")
    name = edge.new_token()
    made = client.create_function(
        Name=name,
        FunctionConfig={"Comment": "", "Runtime": "cloudfront-js-2.0"},
        FunctionCode=b"function handler(event) { return event.request }",
    )
    client.publish_function(Name=name, IfMatch=made["ETag"])
    return str(made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"])


def with_function(arn: str) -> edge.Json:
    return edge.behavior(FunctionAssociations=edge.block({"FunctionARN": arn, "EventType": "viewer-request"}))


def with_edge_function(arn: str) -> edge.Json:
    association = {"LambdaFunctionARN": arn, "EventType": "origin-request"}
    return edge.behavior(LambdaFunctionAssociations=edge.block(association))


def test_what_is_left_out_is_filled_in_as_cloudfront_does(instance: Instance) -> None:
    config = create(instance)["DistributionConfig"]
    assert config["CacheBehaviors"] == config["Aliases"] == {"Quantity": 0}
    assert config["PriceClass"] == "PriceClass_All"
    assert config["ViewerCertificate"]["CloudFrontDefaultCertificate"] is True
    assert config["DefaultCacheBehavior"]["AllowedMethods"]["CachedMethods"]["Items"] == ["HEAD", "GET"]
    assert config["Origins"]["Items"][0]["ConnectionAttempts"] == 3


def test_what_is_read_can_be_written_back_unchanged(instance: Instance) -> None:
    client = instance.client("cloudfront")
    behavior = edge.behavior(PathPattern="/images/*", Compress=True)
    made = create(instance, CacheBehaviors=edge.block(behavior))
    read = client.get_distribution_config(Id=made["Id"])
    client.update_distribution(Id=made["Id"], IfMatch=read["ETag"], DistributionConfig=read["DistributionConfig"])
    assert client.get_distribution_config(Id=made["Id"])["DistributionConfig"] == read["DistributionConfig"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"CacheBehaviors": {"Quantity": 1}}, "InconsistentQuantities"),
        ({"DefaultCacheBehavior": edge.behavior(TargetOriginId="nowhere")}, "NoSuchOrigin"),
        ({"CacheBehaviors": edge.block(edge.behavior(PathPattern="/a", TargetOriginId="nowhere"))}, "NoSuchOrigin"),
        ({"DefaultCacheBehavior": edge.behavior(CachePolicyId="missing")}, "NoSuchCachePolicy"),
        ({"DefaultCacheBehavior": edge.behavior(OriginRequestPolicyId="missing")}, "NoSuchOriginRequestPolicy"),
        ({"DefaultCacheBehavior": edge.behavior(ResponseHeadersPolicyId="missing")}, "NoSuchResponseHeadersPolicy"),
        ({"DefaultCacheBehavior": with_function(NO_FUNCTION)}, "InvalidFunctionAssociation"),
        ({"DefaultCacheBehavior": with_edge_function(NO_EDGE_FUNCTION)}, "InvalidLambdaFunctionAssociation"),
        ({"CacheBehaviors": edge.block(*[edge.behavior(PathPattern="/a")] * 2)}, "InvalidArgument"),
        ({"DefaultRootObject": "/index.html"}, "InvalidDefaultRootObject"),
        ({"ContinuousDeploymentPolicyId": "missing"}, "NoSuchContinuousDeploymentPolicy"),
        ({"PriceClass": "PriceClass_Cheap"}, "MalformedXML"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_configuration_that_does_not_hold_together_is_refused(
    instance: Instance, changes: edge.Json, code: str
) -> None:
    with edge.refused(code):
        create(instance, **changes)


def test_a_behavior_needs_a_cache_policy_or_forwarded_values(instance: Instance) -> None:
    bare = {name: value for name, value in edge.behavior().items() if name != "CachePolicyId"}
    with edge.refused("InvalidArgument"):
        create(instance, DefaultCacheBehavior=bare)


def test_times_to_live_must_not_decrease(instance: Instance) -> None:
    bare = {name: value for name, value in edge.behavior().items() if name != "CachePolicyId"}
    legacy = {"ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}}, "MinTTL": 10, "DefaultTTL": 5}
    with edge.refused("InvalidTTLOrder"):
        create(instance, DefaultCacheBehavior=bare | legacy)


def test_an_origin_access_control_must_exist(instance: Instance) -> None:
    origin = {"Id": "origin", "DomainName": "bucket.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    with edge.refused("InvalidOriginAccessControl"):
        create(instance, Origins=edge.block(origin | {"OriginAccessControlId": "missing"}))


def test_a_published_function_can_be_attached(instance: Instance) -> None:
    create(instance, DefaultCacheBehavior=with_function(published_function(instance)))


def test_a_function_that_is_not_published_can_not_be_attached(instance: Instance) -> None:
    made = instance.client("cloudfront").create_function(
        Name=edge.new_token(), FunctionConfig={"Comment": "", "Runtime": "cloudfront-js-2.0"}, FunctionCode=b"//"
    )
    with edge.refused("InvalidFunctionAssociation"):
        create(instance, DefaultCacheBehavior=with_function(made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]))


def test_a_function_of_lambda_is_attached_by_a_version_in_us_east_1(bench: Workbench) -> None:
    function = bench.function("def handler(event, context): pass", Publish=True)
    assert create(bench.instance, DefaultCacheBehavior=with_edge_function(f"{function}:1"))["Id"]
    for arn in (function, f"{function}:$LATEST", f"{function}:2", f"{function}:1".replace("us-east-1", "eu-west-1")):
        with edge.refused("InvalidLambdaFunctionAssociation"):
            create(bench.instance, DefaultCacheBehavior=with_edge_function(arn))


def test_more_behaviors_than_the_quota_are_refused(instance: Instance) -> None:
    behaviors = [edge.behavior(PathPattern=f"/{number}/*") for number in range(75)]
    with edge.refused("TooManyCacheBehaviors"):
        create(instance, CacheBehaviors=edge.block(*behaviors))
    create(instance, CacheBehaviors=edge.block(*behaviors[1:]))


def test_more_distributions_than_the_quota_are_refused(instance: Instance) -> None:
    client = edge.client(instance, "cloudfront", account="333333333333")
    client.create_distribution(DistributionConfig=edge.distribution_config())
    with edge.quota(instance, "cloudfront", 1, quotaCode="L-24B04930"), edge.refused("TooManyDistributions"):
        client.create_distribution(DistributionConfig=edge.distribution_config())


def test_more_distributions_with_one_policy_than_the_quota_are_refused(instance: Instance) -> None:
    client = edge.client(instance, "cloudfront", account="444444444444")
    policy = client.create_cache_policy(CachePolicyConfig={"Name": "one-hour", "MinTTL": 3600})["CachePolicy"]["Id"]
    own = {"DefaultCacheBehavior": edge.behavior(CachePolicyId=policy)}
    made = client.create_distribution(DistributionConfig=edge.distribution_config(**own))
    name = "Distributions associated with the same cache policy"
    with edge.quota(instance, "cloudfront", 1, quotaName=name):
        with edge.refused("TooManyDistributionsAssociatedToCachePolicy"):
            client.create_distribution(DistributionConfig=edge.distribution_config(**own))
        client.update_distribution(
            Id=made["Distribution"]["Id"],
            IfMatch=made["ETag"],
            DistributionConfig=made["Distribution"]["DistributionConfig"],
        )


def test_a_managed_policy_serves_any_number_of_distributions(instance: Instance) -> None:
    name = "Distributions associated with the same cache policy"
    with edge.quota(instance, "cloudfront", 0, quotaName=name):
        edge.distribution(instance)


def test_more_distributions_with_one_function_than_the_quota_are_refused(instance: Instance) -> None:
    function = published_function(instance)
    create(instance, DefaultCacheBehavior=with_function(function))
    name = "Distributions associated with the same function"
    with (
        edge.quota(instance, "cloudfront", 1, quotaName=name),
        edge.refused("TooManyDistributionsWithSingleFunctionARN"),
    ):
        create(instance, DefaultCacheBehavior=with_function(function))


def test_more_policies_than_the_quota_are_refused(instance: Instance) -> None:
    client = edge.client(instance, "cloudfront", account="666666666666")
    settings = {"Name": "one-too-many", "MinTTL": 0}
    with edge.quota(instance, "cloudfront", 0, quotaCode="L-7D134442"), edge.refused("TooManyCachePolicies"):
        client.create_cache_policy(CachePolicyConfig=settings)
