"""What a configuration refers to by id or ARN: things that are made and deleted apart from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from cloudfront_extensions.distributions.config import items_of


class ReferenceKind(StrEnum):
    """The words stand in messages."""

    CACHE_POLICY = "cache policy"
    ORIGIN_REQUEST_POLICY = "origin request policy"
    RESPONSE_HEADERS_POLICY = "response headers policy"
    FUNCTION = "function"
    """Of CloudFront, published: its ARN."""
    EDGE_FUNCTION = "Lambda@Edge function"
    """One version of it: its ARN with the version's number."""
    KEY_GROUP = "key group"
    FIELD_LEVEL_ENCRYPTION = "field-level encryption configuration"
    REALTIME_LOG = "real-time log configuration"
    ORIGIN_ACCESS_CONTROL = "origin access control"
    ORIGIN_ACCESS_IDENTITY = "origin access identity"
    VPC_ORIGIN = "VPC origin"
    CERTIFICATE = "certificate"
    """In ACM: its ARN. Those in IAM have no id by which one could be looked up."""
    WEB_ACL = "web ACL"


_ACCOUNT = 4
"""The place of the account in an ARN."""


class Thing(NamedTuple):
    kind: ReferenceKind
    id: str
    """Id or ARN, whichever CloudFront names it by."""

    @property
    def account(self) -> str | None:
        """Of a function, as its ARN tells it; None where CloudFront looks in the distribution's own alone."""
        if self.kind not in (ReferenceKind.FUNCTION, ReferenceKind.EDGE_FUNCTION):
            return None
        return dict(enumerate(self.id.split(":"))).get(_ACCOUNT)


class Reference(NamedTuple):
    thing: Thing
    path: str
    """Where it stands, in readable form."""


_OF_A_BEHAVIOR = {
    "CachePolicyId": ReferenceKind.CACHE_POLICY,
    "OriginRequestPolicyId": ReferenceKind.ORIGIN_REQUEST_POLICY,
    "ResponseHeadersPolicyId": ReferenceKind.RESPONSE_HEADERS_POLICY,
    "FieldLevelEncryptionId": ReferenceKind.FIELD_LEVEL_ENCRYPTION,
    "RealtimeLogConfigArn": ReferenceKind.REALTIME_LOG,
}
_FUNCTIONS = (
    ("FunctionAssociations", "FunctionARN", ReferenceKind.FUNCTION),
    ("LambdaFunctionAssociations", "LambdaFunctionARN", ReferenceKind.EDGE_FUNCTION),
)


def references_in(config: Mapping[str, Any]) -> Iterator[Reference]:
    """Every reference of a DistributionConfig, as often as it stands there."""
    yield from _of_behavior(config["DefaultCacheBehavior"], "DefaultCacheBehavior")
    for behavior in items_of(config.get("CacheBehaviors")):
        yield from _of_behavior(behavior, f"CacheBehaviors[{behavior['PathPattern']}]")
    for origin in items_of(config["Origins"]):
        yield from _of_origin(origin, f"Origins[{origin['Id']}]")
    certificate = config.get("ViewerCertificate", {}).get("ACMCertificateArn")
    yield from _one(ReferenceKind.CERTIFICATE, certificate, "ViewerCertificate.ACMCertificateArn")
    yield from _one(ReferenceKind.WEB_ACL, config.get("WebACLId"), "WebACLId")


def new_references(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Reference, ...]:
    """What `after` refers to and `before` does not.

    What a live configuration refers to exists: AWS refuses to delete each of these while a distribution uses it.
    """
    existing = {reference.thing for reference in references_in(before)}
    return tuple(reference for reference in references_in(after) if reference.thing not in existing)


def _of_behavior(behavior: Mapping[str, Any], path: str) -> Iterator[Reference]:
    for member, kind in _OF_A_BEHAVIOR.items():
        yield from _one(kind, behavior.get(member), f"{path}.{member}")
    for group in items_of(behavior.get("TrustedKeyGroups")):
        yield from _one(ReferenceKind.KEY_GROUP, group, f"{path}.TrustedKeyGroups[{group}]")
    for block, member, kind in _FUNCTIONS:
        for association in items_of(behavior.get(block)):
            yield from _one(kind, association[member], f"{path}.{block}[{association['EventType']}].{member}")


def _of_origin(origin: Mapping[str, Any], path: str) -> Iterator[Reference]:
    control = origin.get("OriginAccessControlId")
    yield from _one(ReferenceKind.ORIGIN_ACCESS_CONTROL, control, f"{path}.OriginAccessControlId")
    identity = origin.get("S3OriginConfig", {}).get("OriginAccessIdentity", "").rpartition("/")[2]
    yield from _one(ReferenceKind.ORIGIN_ACCESS_IDENTITY, identity, f"{path}.S3OriginConfig.OriginAccessIdentity")
    vpc = origin.get("VpcOriginConfig", {})
    if not vpc.get("OwnerAccountId"):  # another account's can't be looked up
        yield from _one(ReferenceKind.VPC_ORIGIN, vpc.get("VpcOriginId"), f"{path}.VpcOriginConfig.VpcOriginId")
    client = origin.get("CustomOriginConfig", {}).get("OriginMtlsConfig", {}).get("ClientCertificateArn")
    where = f"{path}.CustomOriginConfig.OriginMtlsConfig.ClientCertificateArn"
    yield from _one(ReferenceKind.CERTIFICATE, client, where)


def _one(kind: ReferenceKind, identifier: str | None, path: str) -> Iterator[Reference]:
    if identifier:
        yield Reference(Thing(kind, identifier), path)
