"""How much a change can harm those who use the distribution.

high: viewers, or a group of them, may get nothing, the wrong thing, or what is not meant for them. medium: they may get it
slower, older or in another form. low: they hardly notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple, TypedDict

from cloudfront_extensions.versions.diff import Change, ChangeKind
from cloudfront_extensions.versions.paths import place_of, text_of
from cloudfront_extensions.versions.secret_values import concealed
from cloudfront_extensions.versions.shape import of_each_behavior


class Risk(StrEnum):
    """From the least to the worst."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class ChangeJson(TypedDict):
    path: str
    kind: ChangeKind
    """moved: elements stand in another order of precedence."""
    before: Any
    after: Any
    risk: Risk
    reason: str


class Assessment(NamedTuple):
    risk: Risk
    reason: str


def _high(reason: str) -> Assessment:
    return Assessment(Risk.HIGH, reason)


def _medium(reason: str) -> Assessment:
    return Assessment(Risk.MEDIUM, reason)


def _low(reason: str) -> Assessment:
    return Assessment(Risk.LOW, reason)


RISKS: Mapping[str, Assessment] = {
    "CallerReference": _low("names the distribution's creation; CloudFront refuses to change it"),
    "Aliases": _high("a name that is not an alias is not served"),
    "DefaultRootObject": _medium("what viewers get who ask for the bare domain"),
    "Origins": _high("where content comes from"),
    "Origins[]": _high("where content comes from"),
    "Origins[].DomainName": _high("where content comes from"),
    "Origins[].OriginPath": _high("which part of the origin is served"),
    "Origins[].CustomHeaders": _high("often the secret by which the origin knows CloudFront"),
    "Origins[].S3OriginConfig": _high("who may read the bucket"),
    "Origins[].S3OriginConfig.OriginAccessIdentity": _high("who may read the bucket"),
    "Origins[].S3OriginConfig.OriginReadTimeout": _medium("when CloudFront gives up on the origin"),
    "Origins[].CustomOriginConfig": _high("how CloudFront reaches the origin"),
    "Origins[].CustomOriginConfig.HTTPPort": _high("how CloudFront reaches the origin"),
    "Origins[].CustomOriginConfig.HTTPSPort": _high("how CloudFront reaches the origin"),
    "Origins[].CustomOriginConfig.OriginProtocolPolicy": _high("whether the way to the origin is encrypted"),
    "Origins[].CustomOriginConfig.OriginSslProtocols": _high("whether the origin and CloudFront understand each other"),
    "Origins[].CustomOriginConfig.OriginReadTimeout": _medium("when CloudFront gives up on the origin"),
    "Origins[].CustomOriginConfig.OriginKeepaliveTimeout": _medium("how many connections the origin must take"),
    "Origins[].CustomOriginConfig.IpAddressType": _high("how CloudFront reaches the origin"),
    "Origins[].CustomOriginConfig.OriginMtlsConfig": _high("whether the origin lets CloudFront in"),
    "Origins[].VpcOriginConfig": _high("where content comes from"),
    "Origins[].VpcOriginConfig.VpcOriginId": _high("where content comes from"),
    "Origins[].VpcOriginConfig.OwnerAccountId": _high("where content comes from"),
    "Origins[].VpcOriginConfig.OriginReadTimeout": _medium("when CloudFront gives up on the origin"),
    "Origins[].VpcOriginConfig.OriginKeepaliveTimeout": _medium("how many connections the origin must take"),
    "Origins[].ConnectionAttempts": _medium("when CloudFront gives up on the origin"),
    "Origins[].ConnectionTimeout": _medium("when CloudFront gives up on the origin"),
    "Origins[].ResponseCompletionTimeout": _medium("when CloudFront gives up on the origin"),
    "Origins[].OriginShield": _medium("how many requests reach the origin, and from where"),
    "Origins[].OriginAccessControlId": _high("whether the origin lets CloudFront in"),
    "OriginGroups": _high("which origin answers when another fails"),
    "OriginGroups[]": _high("which origin answers when another fails"),
    "OriginGroups[].FailoverCriteria": _medium("when the second origin answers"),
    "OriginGroups[].Members": _high("which origin answers first"),
    "OriginGroups[].SelectionCriteria": _medium("when the second origin answers"),
    "CacheBehaviors": _high("the first pattern that fits answers: requests may come to another behavior"),
    **of_each_behavior(
        {
            "": _high("requests come to another behavior"),
            "TargetOriginId": _high("where content comes from"),
            "TrustedSigners": _high("who may see private content"),
            "TrustedKeyGroups": _high("who may see private content"),
            "ViewerProtocolPolicy": _high("whether viewers are served without encryption"),
            "AllowedMethods": _high("which requests are answered at all"),
            "AllowedMethods[]": _high("which requests are answered at all"),
            "AllowedMethods.CachedMethods": _medium("what comes from the cache"),
            "SmoothStreaming": _medium("in which form media is served"),
            "Compress": _low("the size of answers"),
            "LambdaFunctionAssociations": _high("which code changes requests and answers"),
            "FunctionAssociations": _high("which code changes requests and answers"),
            "FieldLevelEncryptionId": _high("whether the origin can read what viewers send"),
            "RealtimeLogConfigArn": _low("what is logged"),
            "CachePolicyId": _high("what of a request tells answers apart: one viewer may get another's"),
            "OriginRequestPolicyId": _medium("what of a request the origin sees"),
            "ResponseHeadersPolicyId": _medium("which headers browsers get, for security and sharing between sites"),
            "GrpcConfig": _medium("whether gRPC is answered"),
            "ForwardedValues": _high("what of a request tells answers apart: one viewer may get another's"),
            "MinTTL": _medium("how old an answer may be"),
            "DefaultTTL": _medium("how old an answer may be"),
            "MaxTTL": _medium("how old an answer may be"),
        }
    ),
    "CustomErrorResponses": _medium("what viewers get when something fails, and for how long"),
    "Comment": _low("for people"),
    "Logging": _low("what is logged"),
    "PriceClass": _low("from which edge locations viewers are served"),
    "Enabled": _high("whether anybody is served"),
    "ViewerCertificate": _high("whether browsers trust the distribution, and can talk to it"),
    "Restrictions": _high("who is refused"),
    "WebACLId": _high("who is refused"),
    "HttpVersion": _low("viewers agree on a version with CloudFront"),
    "IsIPV6Enabled": _medium("whether viewers with IPv6 alone are served"),
    "ContinuousDeploymentPolicyId": _high("which requests the staging distribution answers"),
    "Staging": _high("whether this distribution has viewers of its own"),
    "AnycastIpListId": _high("at which addresses viewers are served"),
    "TenantConfig": _high("what the distribution's tenants may set"),
    "ConnectionMode": _high("whether the distribution serves viewers or tenants"),
    "ViewerMtlsConfig": _high("which viewers are let in"),
    "ConnectionFunctionAssociation": _high("which viewers are let in"),
    "CacheTagConfig": _medium("what an invalidation by tag removes"),
    "Tags": _low("for people, bills and permissions; no part of the configuration"),
}
"""Place → its risk. An entry is for all that stands below its place too, unless other entries stand there."""

UNKNOWN_MEMBER = _medium("a member that this table does not know")
_WITH_OTHERS_BELOW = {place[:end] for place in RISKS for end in range(len(place)) if place[end] in ".["}


def assess(change: Change) -> Assessment:
    place = place_of(change.path)
    if place in RISKS:
        return RISKS[place]
    while place:
        place = place[: max(place.rfind("."), place.rfind("["), 0)]
        if place in RISKS:
            return UNKNOWN_MEMBER if place in _WITH_OTHERS_BELOW else RISKS[place]
    return UNKNOWN_MEMBER


def risk_of(changes: Iterable[Change]) -> Risk | None:
    """The worst risk of any of the changes; None where there are none."""
    return max((assess(change).risk for change in changes), key=list(Risk).index, default=None)


def as_json(changes: Iterable[Change]) -> list[ChangeJson]:
    """The changes for reports and APIs; secrets are concealed."""
    return [_as_json(change, assess(change)) for change in changes]


def _as_json(change: Change, assessment: Assessment) -> ChangeJson:
    return {
        "path": text_of(change.path),
        "kind": change.kind,
        "before": concealed(change.before, change.path),
        "after": concealed(change.after, change.path),
        "risk": assessment.risk,
        "reason": assessment.reason,
    }
