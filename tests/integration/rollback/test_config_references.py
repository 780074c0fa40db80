"""Which of the things that a configuration refers to do not exist."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from cloudfront_extensions.aws.config_references import LISTS, certificates_found, missing_things
from cloudfront_extensions.versions.references import ReferenceKind, Thing
from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.workbench import Workbench
from tests.integration.rollback.calls import counted

ACCOUNT = "000000000000"
MANAGED = {
    ReferenceKind.CACHE_POLICY: edge.CACHING_OPTIMIZED,
    ReferenceKind.ORIGIN_REQUEST_POLICY: "216adef6-5c7f-47e4-b989-5492eafa07d3",
    ReferenceKind.RESPONSE_HEADERS_POLICY: "67f7725c-6f97-4210-82d7-5512b31e9d03",
}
MISSING = {
    ReferenceKind.FUNCTION: f"arn:aws:cloudfront::{ACCOUNT}:function/missing",
    ReferenceKind.EDGE_FUNCTION: f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:missing:1",
    ReferenceKind.WEB_ACL: f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/webacl/a/00000000-0000-4000-8000-000000000000",
    ReferenceKind.REALTIME_LOG: f"arn:aws:cloudfront::{ACCOUNT}:realtime-log-config/missing",
    ReferenceKind.VPC_ORIGIN: "vo_0123456789abcdefghijkl",
}


def cache_policy(instance: Instance) -> str:
    config = {"Name": edge.new_token(), "MinTTL": 1}
    return str(instance.client("cloudfront").create_cache_policy(CachePolicyConfig=config)["CachePolicy"]["Id"])


def access_control(instance: Instance) -> str:
    config = {
        "Name": edge.new_token(),
        "SigningProtocol": "sigv4",
        "SigningBehavior": "always",
        "OriginAccessControlOriginType": "s3",
    }
    made = instance.client("cloudfront").create_origin_access_control(OriginAccessControlConfig=config)
    return str(made["OriginAccessControl"]["Id"])


def key_group(instance: Instance) -> str:
    client, name = instance.client("cloudfront"), edge.new_token()
    public = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    encoded = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    key = client.create_public_key(PublicKeyConfig={"CallerReference": name, "Name": name, "EncodedKey": encoded})
    group = client.create_key_group(KeyGroupConfig={"Name": name, "Items": [key["PublicKey"]["Id"]]})
    return str(group["KeyGroup"]["Id"])


def function(instance: Instance) -> str:
    client, name = instance.client("cloudfront"), edge.new_token()
    settings = {"Comment": "", "Runtime": "cloudfront-js-2.0"}
    made = client.create_function(FunctionCode=b"// one", FunctionConfig=settings, Name=name)
    client.publish_function(Name=name, IfMatch=made["ETag"])
    return str(made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"])


def unpublished_function(instance: Instance) -> str:
    settings = {"Comment": "", "Runtime": "cloudfront-js-2.0"}
    made = instance.client("cloudfront").create_function(
        FunctionCode=b"// one", FunctionConfig=settings, Name=edge.new_token()
    )
    return str(made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"])


def edge_function(bench: Workbench) -> str:
    name = bench.function("def handler(event, context): return event")
    return str(bench.client("lambda").publish_version(FunctionName=name)["FunctionArn"])


def web_acl(instance: Instance) -> str:
    name = edge.new_token()
    seen = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": name}
    made = instance.client("wafv2").create_web_acl(
        Name=name, Scope="CLOUDFRONT", DefaultAction={"Allow": {}}, VisibilityConfig=seen
    )
    return str(made["Summary"]["ARN"])


MAKERS: dict[ReferenceKind, Callable[[Instance], str]] = {
    ReferenceKind.CACHE_POLICY: cache_policy,
    ReferenceKind.ORIGIN_ACCESS_CONTROL: access_control,
    ReferenceKind.KEY_GROUP: key_group,
    ReferenceKind.FUNCTION: function,
    ReferenceKind.WEB_ACL: web_acl,
}


@pytest.mark.parametrize("kind", MAKERS)
def test_what_was_made_is_there(instance: Instance, kind: ReferenceKind) -> None:
    made = Thing(kind, MAKERS[kind](instance))

    assert missing_things([made]) == set()


@pytest.mark.parametrize("kind", [kind for kind in ReferenceKind if kind is not ReferenceKind.CERTIFICATE])
def test_what_was_not_made_is_missing(kind: ReferenceKind) -> None:
    unknown = Thing(kind, MISSING.get(kind, "missing"))

    assert missing_things([unknown]) == {unknown}


@pytest.mark.parametrize(("kind", "identifier"), MANAGED.items())
def test_policies_of_aws_itself_are_there(kind: ReferenceKind, identifier: str) -> None:
    assert missing_things([Thing(kind, identifier)]) == set()


def test_a_function_counts_once_it_is_published(instance: Instance) -> None:
    draft = Thing(ReferenceKind.FUNCTION, unpublished_function(instance))

    assert missing_things([draft]) == {draft}


def test_a_function_of_lambda_counts_by_its_version_in_this_region(bench: Workbench) -> None:
    arn = edge_function(bench)
    unqualified, other = arn.rpartition(":")[0], arn.replace("us-east-1", "eu-central-1")
    wrong = {Thing(ReferenceKind.EDGE_FUNCTION, one) for one in (unqualified, f"{unqualified}:9", other)}

    assert missing_things({*wrong, Thing(ReferenceKind.EDGE_FUNCTION, arn)}) == wrong


def test_what_can_not_be_a_vpc_origin_is_missing() -> None:
    nonsense = Thing(ReferenceKind.VPC_ORIGIN, "not an id at all")

    assert missing_things([nonsense]) == {nonsense}


@pytest.mark.parametrize("identifier", ["473e64fd-f30b-4765-81a0-62ad96dd167a", "not an ARN at all"])
def test_a_web_acl_of_the_old_kind_counts_as_missing(identifier: str) -> None:
    old = Thing(ReferenceKind.WEB_ACL, identifier)

    assert missing_things([old]) == {old}


def test_of_many_the_missing_ones_are_told_and_each_kind_is_listed_once(instance: Instance) -> None:
    there = {Thing(ReferenceKind.CACHE_POLICY, cache_policy(instance)) for _ in range(3)}
    gone = {Thing(kind, MISSING.get(kind, "missing")) for kind in LISTS}

    with counted("cloudfront") as calls:
        assert missing_things([*there, *there, *gone]) == gone
    assert calls == dict.fromkeys((what.operation for what in LISTS.values()), 1)


def test_nothing_is_asked_where_nothing_is_referred_to() -> None:
    with counted("cloudfront", "lambda", "wafv2", "acm") as calls:
        assert missing_things([]) == set()
    assert not calls


def test_certificates_are_found_with_the_names_that_they_cover(instance: Instance) -> None:
    issued = edge.issued(instance, name := edge.new_name(), f"*.{name}")
    pending = edge.request(instance, edge.new_name())

    found = certificates_found([issued, pending, issued])

    assert found[issued].names == (name, f"*.{name}")
    assert [certificate.is_issued for certificate in found.values()] == [True, False]


@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/11111111-2222-4333-8444-555555555555",
        f"arn:aws:acm:eu-central-1:{ACCOUNT}:certificate/11111111-2222-4333-8444-555555555555",
        "no ARN at all",
    ],
)
def test_certificates_that_are_not_there_or_not_for_cloudfront_are_not_found(arn: str) -> None:
    assert certificates_found([arn]) == {}
