"""What a configuration names must exist, where it is created and where it is changed."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from localaws.instance import Instance
from tests.integration.localaws import edge

ACCOUNT = "000000000000"
MISSING_FUNCTION = f"arn:aws:cloudfront::{ACCOUNT}:function/missing"
MISSING_WEB_ACL = f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/webacl/none/00000000-0000-4000-8000-000000000000"
MISSING_LOG = f"arn:aws:cloudfront::{ACCOUNT}:realtime-log-config/missing"


def web_acl(instance: Instance, scope: str = "CLOUDFRONT") -> edge.Json:
    """Create a web ACL; returns its summary."""
    name = edge.new_token()
    seen = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": name}
    made: edge.Json = instance.client("wafv2").create_web_acl(
        Name=name, Scope=scope, DefaultAction={"Allow": {}}, VisibilityConfig=seen
    )["Summary"]
    return made


def key_group(instance: Instance) -> str:
    """Create a key group with one public key; returns its id."""
    client, name = instance.client("cloudfront"), edge.new_token()
    public = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    encoded = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    config = {"CallerReference": name, "Name": name, "EncodedKey": encoded.decode()}
    key = client.create_public_key(PublicKeyConfig=config)["PublicKey"]["Id"]
    return str(client.create_key_group(KeyGroupConfig={"Name": name, "Items": [key]})["KeyGroup"]["Id"])


def origin_with(control: str) -> edge.Json:
    """Origins of which one, on S3, has this origin access control."""
    origin = {"Id": "origin", "DomainName": "bucket.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    return edge.block(origin | {"OriginAccessControlId": control})


def behaving(**changes: object) -> edge.Json:
    return {"DefaultCacheBehavior": edge.behavior(**changes)}


MISSING = [
    (
        behaving(FunctionAssociations=edge.block({"FunctionARN": MISSING_FUNCTION, "EventType": "viewer-request"})),
        "InvalidFunctionAssociation",
    ),
    (behaving(CachePolicyId="missing"), "NoSuchCachePolicy"),
    (behaving(OriginRequestPolicyId="missing"), "NoSuchOriginRequestPolicy"),
    (behaving(ResponseHeadersPolicyId="missing"), "NoSuchResponseHeadersPolicy"),
    (behaving(TrustedKeyGroups={"Enabled": True, **edge.block("missing")}), "TrustedKeyGroupDoesNotExist"),
    (behaving(FieldLevelEncryptionId="missing"), "NoSuchFieldLevelEncryptionConfig"),
    (behaving(RealtimeLogConfigArn=MISSING_LOG), "NoSuchRealtimeLogConfig"),
    ({"Origins": origin_with("missing")}, "InvalidOriginAccessControl"),
    ({"WebACLId": MISSING_WEB_ACL}, "InvalidWebACLId"),
]


@pytest.mark.parametrize(("changes", "code"), MISSING, ids=[code for _, code in MISSING])
def test_what_does_not_exist_is_refused_in_a_new_distribution_and_in_a_changed_one(
    instance: Instance, changes: edge.Json, code: str
) -> None:
    with edge.refused(code):
        edge.distribution(instance, **changes)
    made, client = edge.distribution(instance), instance.client("cloudfront")
    etag = client.get_distribution(Id=made["Id"])["ETag"]
    with edge.refused(code):
        client.update_distribution(Id=made["Id"], IfMatch=etag, DistributionConfig=made["DistributionConfig"] | changes)
    assert client.get_distribution(Id=made["Id"])["ETag"] == etag


def test_a_web_acl_for_cloudfront_can_be_attached_and_no_regional_one(instance: Instance) -> None:
    arn = web_acl(instance)["ARN"]
    assert edge.distribution(instance, WebACLId=arn)["DistributionConfig"]["WebACLId"] == arn
    with edge.refused("InvalidWebACLId"):
        edge.distribution(instance, WebACLId=web_acl(instance, "REGIONAL")["ARN"])


def test_a_key_group_can_be_trusted(instance: Instance) -> None:
    group = key_group(instance)
    trusted = {"Enabled": True, **edge.block(group)}
    assert edge.distribution(instance, **behaving(TrustedKeyGroups=trusted))["Id"]


def test_a_function_that_was_changed_after_it_was_published_stays_attached(instance: Instance) -> None:
    client, name = instance.client("cloudfront"), edge.new_token()
    settings = {"FunctionConfig": {"Comment": "", "Runtime": "cloudfront-js-2.0"}, "Name": name}
    made = client.create_function(FunctionCode=b"// one", **settings)
    client.publish_function(Name=name, IfMatch=made["ETag"])
    etag = client.describe_function(Name=name, Stage="DEVELOPMENT")["ETag"]
    client.update_function(FunctionCode=b"// two", IfMatch=etag, **settings)
    arn = made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
    attached = edge.block({"FunctionARN": arn, "EventType": "viewer-request"})
    assert edge.distribution(instance, **behaving(FunctionAssociations=attached))["Id"]
