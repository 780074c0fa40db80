"""Whether the policies, functions and controls that a configuration names exist, with room for one more user."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from localaws.server import quotas
from localaws.server.cloudfront import distributions, realtime_log_configs
from localaws.server.cloudfront.answers import RefusedError
from localaws.server.cloudfront.configuration import Config, behaviors, items

FUNCTION_EVENTS = ("viewer-request", "viewer-response")
NOT_IMPLEMENTED = {"FieldLevelEncryptionId": "NoSuchFieldLevelEncryptionConfig"}
"""Members that name what can't be made in this embedded AWS, and what CloudFront answers when it does not exist."""


def check(config: Config, distribution_id: str | None) -> None:
    """Raises RefusedError. `distribution_id` is None for a distribution not made yet."""
    for behavior in behaviors(config):
        _check_policies(behavior)
        _check_functions(behavior)
        _check_realtime_logs(behavior.get("RealtimeLogConfigArn"))
        for member, code in NOT_IMPLEMENTED.items():
            if behavior.get(member):
                raise RefusedError(code, f"{member} names what does not exist: {behavior[member]}")
    _check_origin_access_controls(config)
    _check_web_acl(config.get("WebACLId"))
    for value, quota, code in _counted(config):
        others = [user for user in distributions.users_of(value) if user["Id"] != distribution_id]
        if len(others) >= quotas.limit(quota):
            raise RefusedError(code, f"{quotas.limit(quota)} other distributions use {value} already: {quota[1]}")


def check_room_for_policy(kind: str) -> None:
    """Raises RefusedError when the account has as many policies of its own as its quota allows."""
    from ministack.services import cloudfront as stock

    policies, quota, code = {
        "cache": (stock._cache_policies, quotas.CACHE_POLICIES, "TooManyCachePolicies"),
        "origin-request": (
            stock._origin_request_policies,
            quotas.ORIGIN_REQUEST_POLICIES,
            "TooManyOriginRequestPolicies",
        ),
        "response-headers": (
            stock._response_headers_policies,
            quotas.RESPONSE_HEADERS_POLICIES,
            "TooManyResponseHeadersPolicies",
        ),
    }[kind]
    if len(policies) >= quotas.limit(quota):
        raise RefusedError(code, f"The account has {len(policies)} policies of this kind, as many as its quota")


def _check_policies(behavior: dict[str, Any]) -> None:
    from ministack.services import cloudfront as stock

    known = (
        ("CachePolicyId", "NoSuchCachePolicy", stock._cache_policies, stock._MANAGED_CACHE_POLICIES),
        (
            "OriginRequestPolicyId",
            "NoSuchOriginRequestPolicy",
            stock._origin_request_policies,
            stock._MANAGED_ORIGIN_REQUEST_POLICIES,
        ),
        (
            "ResponseHeadersPolicyId",
            "NoSuchResponseHeadersPolicy",
            stock._response_headers_policies,
            stock._MANAGED_RESPONSE_HEADERS_POLICIES,
        ),
    )
    for member, code, own, managed in known:
        policy = behavior.get(member)
        if policy and policy not in own and policy not in managed:
            raise RefusedError(code, f"{member} {policy} does not exist")
    for group in items(behavior.get("TrustedKeyGroups")):
        if group not in stock._key_groups:
            raise RefusedError("TrustedKeyGroupDoesNotExist", f"Key group {group} does not exist")


def _check_functions(behavior: dict[str, Any]) -> None:
    from ministack.services import cloudfront as stock

    published = {function["arn"] for function in stock._functions.values() if function["live_etag"]}
    associations = items(behavior.get("FunctionAssociations"))
    for association in associations:
        if association["FunctionARN"] not in published:
            raise RefusedError(
                "InvalidFunctionAssociation", f"{association['FunctionARN']} is not a published function"
            )
        if association["EventType"] not in FUNCTION_EVENTS:
            raise RefusedError("InvalidFunctionAssociation", f"a function can't handle {association['EventType']}")
    if len({association["EventType"] for association in associations}) < len(associations):
        raise RefusedError("InvalidFunctionAssociation", "two functions handle the same event of one behavior")
    at_the_edge = [association["EventType"] for association in items(behavior.get("LambdaFunctionAssociations"))]
    if len(set(at_the_edge)) < len(at_the_edge):
        raise RefusedError("InvalidLambdaFunctionAssociation", "two functions handle the same event of one behavior")
    if associations and set(at_the_edge) & set(FUNCTION_EVENTS):
        raise RefusedError(
            "InvalidFunctionAssociation", "a behavior has CloudFront Functions or Lambda@Edge at its viewer events"
        )


def _check_realtime_logs(arn: str | None) -> None:
    if arn and realtime_log_configs.of_arn(arn) is None:
        raise RefusedError("NoSuchRealtimeLogConfig", f"RealtimeLogConfigArn names what does not exist: {arn}")


def _check_origin_access_controls(config: Config) -> None:
    from ministack.services import cloudfront as stock

    for origin in items(config["Origins"]):
        used = origin.get("OriginAccessControlId")
        if used and used not in stock._oacs:
            raise RefusedError("InvalidOriginAccessControl", f"Origin access control {used} does not exist")


def _check_web_acl(arn: str | None) -> None:
    """A web ACL of WAFv2; those of WAF Classic, which have an id instead of an ARN, are taken for missing."""
    from ministack.services import waf

    known = waf._values_for_scope(waf._web_acls, "CLOUDFRONT")  # regional ones of us-east-1 are among them
    if arn and arn not in {web_acl["ARN"] for web_acl in known if web_acl["Scope"] == "CLOUDFRONT"}:
        raise RefusedError("InvalidWebACLId", f"There is no web ACL {arn} of the scope CLOUDFRONT")


def _counted(config: Config) -> Iterator[tuple[str, tuple[str, str], str]]:
    """What the configuration uses that a limited number of distributions may use: id or ARN, quota, error code.

    AWS's own managed policies are not: they are made to be shared by everybody.
    """
    from ministack.services import cloudfront as stock

    managed = {
        *stock._MANAGED_CACHE_POLICIES,
        *stock._MANAGED_ORIGIN_REQUEST_POLICIES,
        *stock._MANAGED_RESPONSE_HEADERS_POLICIES,
    }
    per_policy = (
        ("CachePolicyId", quotas.DISTRIBUTIONS_PER_CACHE_POLICY, "TooManyDistributionsAssociatedToCachePolicy"),
        (
            "OriginRequestPolicyId",
            quotas.DISTRIBUTIONS_PER_ORIGIN_REQUEST_POLICY,
            "TooManyDistributionsAssociatedToOriginRequestPolicy",
        ),
        (
            "ResponseHeadersPolicyId",
            quotas.DISTRIBUTIONS_PER_RESPONSE_HEADERS_POLICY,
            "TooManyDistributionsAssociatedToResponseHeadersPolicy",
        ),
    )
    for behavior in behaviors(config):
        for member, quota, code in per_policy:
            if behavior.get(member) and behavior[member] not in managed:
                yield behavior[member], quota, code
        for association in items(behavior.get("FunctionAssociations")):
            yield (
                association["FunctionARN"],
                quotas.DISTRIBUTIONS_PER_FUNCTION,
                "TooManyDistributionsWithSingleFunctionARN",
            )
    for origin in items(config["Origins"]):
        if origin.get("OriginAccessControlId"):
            yield (
                origin["OriginAccessControlId"],
                quotas.DISTRIBUTIONS_PER_ORIGIN_ACCESS_CONTROL,
                "TooManyDistributionsAssociatedToOriginAccessControl",
            )
