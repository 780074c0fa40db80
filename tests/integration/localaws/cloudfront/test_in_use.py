"""What a distribution uses can't be deleted until the last one lets it go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.cloudfront.test_configuration import published_function, with_function
from tests.integration.localaws.cloudfront.test_references import key_group, origin_with, web_acl
from tests.integration.localaws.workbench import Workbench


def is_kept_while_used(instance: Instance, delete: Callable[[], object], refusal: str, **used: Any) -> None:
    """A distribution that uses it keeps it from being deleted, and an update sets it free."""
    made = edge.distribution(instance, **used)
    with edge.refused(refusal):
        delete()
    config = made["DistributionConfig"]
    plain = edge.distribution_config()
    freed = {name: plain.get(name, "") for name in used} | {"CallerReference": config["CallerReference"]}
    client = instance.client("cloudfront")
    etag = client.get_distribution(Id=made["Id"])["ETag"]
    client.update_distribution(Id=made["Id"], IfMatch=etag, DistributionConfig=config | freed)
    delete()


def origin_access_control(instance: Instance) -> edge.Json:
    settings = {"SigningProtocol": "sigv4", "SigningBehavior": "always", "OriginAccessControlOriginType": "s3"}
    made: edge.Json = instance.client("cloudfront").create_origin_access_control(
        OriginAccessControlConfig={"Name": edge.new_token(), **settings}
    )
    return made


def test_a_function(instance: Instance) -> None:
    client, arn = instance.client("cloudfront"), published_function(instance)
    name = arn.rpartition("/")[2]
    etag = client.describe_function(Name=name, Stage="DEVELOPMENT")["ETag"]
    behavior = with_function(arn)
    is_kept_while_used(
        instance,
        lambda: client.delete_function(Name=name, IfMatch=etag),
        "FunctionInUse",
        DefaultCacheBehavior=behavior,
    )


def test_an_origin_access_control(instance: Instance) -> None:
    client, made = instance.client("cloudfront"), origin_access_control(instance)
    control = made["OriginAccessControl"]["Id"]
    is_kept_while_used(
        instance,
        lambda: client.delete_origin_access_control(Id=control, IfMatch=made["ETag"]),
        "OriginAccessControlInUse",
        Origins=origin_with(control),
    )


def test_a_cache_policy(instance: Instance) -> None:
    client = instance.client("cloudfront")
    made = client.create_cache_policy(CachePolicyConfig={"Name": edge.new_token(), "MinTTL": 1})
    policy = made["CachePolicy"]["Id"]
    is_kept_while_used(
        instance,
        lambda: client.delete_cache_policy(Id=policy, IfMatch=made["ETag"]),
        "CachePolicyInUse",
        DefaultCacheBehavior=edge.behavior(CachePolicyId=policy),
    )


def test_an_origin_request_policy(instance: Instance) -> None:
    client, none = instance.client("cloudfront"), "none"
    settings = {
        "HeadersConfig": {"HeaderBehavior": none},
        "CookiesConfig": {"CookieBehavior": none},
        "QueryStringsConfig": {"QueryStringBehavior": none},
    }
    made = client.create_origin_request_policy(OriginRequestPolicyConfig={"Name": edge.new_token(), **settings})
    policy = made["OriginRequestPolicy"]["Id"]
    is_kept_while_used(
        instance,
        lambda: client.delete_origin_request_policy(Id=policy, IfMatch=made["ETag"]),
        "OriginRequestPolicyInUse",
        DefaultCacheBehavior=edge.behavior(OriginRequestPolicyId=policy),
    )


def test_a_response_headers_policy(instance: Instance) -> None:
    client = instance.client("cloudfront")
    made = client.create_response_headers_policy(ResponseHeadersPolicyConfig={"Name": edge.new_token()})
    policy = made["ResponseHeadersPolicy"]["Id"]
    is_kept_while_used(
        instance,
        lambda: client.delete_response_headers_policy(Id=policy, IfMatch=made["ETag"]),
        "ResponseHeadersPolicyInUse",
        DefaultCacheBehavior=edge.behavior(ResponseHeadersPolicyId=policy),
    )


def test_a_key_group_and_its_keys(instance: Instance) -> None:
    client, group = instance.client("cloudfront"), key_group(instance)
    found = client.get_key_group(Id=group)
    (key,) = found["KeyGroup"]["KeyGroupConfig"]["Items"]
    with edge.refused("PublicKeyInUse"):
        client.delete_public_key(Id=key, IfMatch=client.get_public_key(Id=key)["ETag"])
    trusted = {"Enabled": True, **edge.block(group)}
    is_kept_while_used(
        instance,
        lambda: client.delete_key_group(Id=group, IfMatch=found["ETag"]),
        "ResourceInUse",
        DefaultCacheBehavior=edge.behavior(TrustedKeyGroups=trusted),
    )


def test_a_web_acl(instance: Instance) -> None:
    waf, made = instance.client("wafv2"), web_acl(instance)
    which = {"Name": made["Name"], "Scope": "CLOUDFRONT", "Id": made["Id"], "LockToken": made["LockToken"]}
    is_kept_while_used(
        instance, lambda: waf.delete_web_acl(**which), "WAFAssociatedItemException", WebACLId=made["ARN"]
    )


def test_a_stale_etag_is_refused_before_anybody_looks_for_users(instance: Instance) -> None:
    client, arn = instance.client("cloudfront"), published_function(instance)
    edge.distribution(instance, DefaultCacheBehavior=with_function(arn))
    with edge.refused("PreconditionFailed"):
        client.delete_function(Name=arn.rpartition("/")[2], IfMatch="stale")


def test_ministack_alone_deletes_policies_functions_controls_and_web_acls_in_use(stock: Workbench) -> None:
    instance = stock.instance
    client, arn, acl = instance.client("cloudfront"), published_function(instance), web_acl(instance)
    policy = client.create_cache_policy(CachePolicyConfig={"Name": edge.new_token(), "MinTTL": 1})
    policy_id, name = policy["CachePolicy"]["Id"], arn.rpartition("/")[2]
    control = origin_access_control(instance)
    behavior = with_function(arn) | {"CachePolicyId": policy_id}
    origins = origin_with(control["OriginAccessControl"]["Id"])
    edge.distribution(instance, DefaultCacheBehavior=behavior, Origins=origins, WebACLId=acl["ARN"])
    client.delete_cache_policy(Id=policy_id, IfMatch=policy["ETag"])
    client.delete_origin_access_control(Id=control["OriginAccessControl"]["Id"], IfMatch=control["ETag"])
    client.delete_function(Name=name, IfMatch=client.describe_function(Name=name, Stage="DEVELOPMENT")["ETag"])
    instance.client("wafv2").delete_web_acl(
        Name=acl["Name"], Scope="CLOUDFRONT", Id=acl["Id"], LockToken=acl["LockToken"]
    )
