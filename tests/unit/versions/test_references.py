"""What a configuration refers to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.session import get_session

from cloudfront_extensions.versions.references import (
    Reference,
    ReferenceKind,
    Thing,
    new_references,
    references_in,
)
from tests.unit.versions.shops import CERTIFICATE, EDGE_FUNCTION, FUNCTION, WEB_ACL, behavior, block, origin, shop

REALTIME_LOG = "arn:aws:cloudfront::123456789012:realtime-log-config/all"
EVERYTHING = shop(
    DefaultCacheBehavior=behavior(
        CachePolicyId="cache-1",
        OriginRequestPolicyId="request-1",
        ResponseHeadersPolicyId="response-1",
        FieldLevelEncryptionId="encryption-1",
        RealtimeLogConfigArn=REALTIME_LOG,
    ),
    CacheBehaviors=block(
        behavior(
            PathPattern="/api/*",
            CachePolicyId="cache-2",
            TrustedKeyGroups=block("group-1", "group-2", Enabled=True),
            FunctionAssociations=block({"EventType": "viewer-request", "FunctionARN": FUNCTION.format("rewrite")}),
            LambdaFunctionAssociations=block(
                {"EventType": "origin-request", "LambdaFunctionARN": EDGE_FUNCTION.format("resize:7")}
            ),
        )
    ),
    Origins=block(
        origin("web"),
        origin("bucket", OriginAccessControlId="control-1", S3OriginConfig={"OriginAccessIdentity": ""}),
        origin("old", S3OriginConfig={"OriginAccessIdentity": "origin-access-identity/cloudfront/E1IDENTITY"}),
        origin("inside", VpcOriginConfig={"VpcOriginId": "vo_1"}),
        origin("theirs", VpcOriginConfig={"VpcOriginId": "vo_2", "OwnerAccountId": "210987654321"}),
        origin("strict", CustomOriginConfig={"OriginMtlsConfig": {"ClientCertificateArn": CERTIFICATE.format("us")}}),
    ),
)
STANDING = {
    "DefaultCacheBehavior.CachePolicyId": Thing(ReferenceKind.CACHE_POLICY, "cache-1"),
    "DefaultCacheBehavior.OriginRequestPolicyId": Thing(ReferenceKind.ORIGIN_REQUEST_POLICY, "request-1"),
    "DefaultCacheBehavior.ResponseHeadersPolicyId": Thing(ReferenceKind.RESPONSE_HEADERS_POLICY, "response-1"),
    "DefaultCacheBehavior.FieldLevelEncryptionId": Thing(ReferenceKind.FIELD_LEVEL_ENCRYPTION, "encryption-1"),
    "DefaultCacheBehavior.RealtimeLogConfigArn": Thing(ReferenceKind.REALTIME_LOG, REALTIME_LOG),
    "CacheBehaviors[/api/*].CachePolicyId": Thing(ReferenceKind.CACHE_POLICY, "cache-2"),
    "CacheBehaviors[/api/*].TrustedKeyGroups[group-1]": Thing(ReferenceKind.KEY_GROUP, "group-1"),
    "CacheBehaviors[/api/*].TrustedKeyGroups[group-2]": Thing(ReferenceKind.KEY_GROUP, "group-2"),
    "CacheBehaviors[/api/*].FunctionAssociations[viewer-request].FunctionARN": Thing(
        ReferenceKind.FUNCTION, FUNCTION.format("rewrite")
    ),
    "CacheBehaviors[/api/*].LambdaFunctionAssociations[origin-request].LambdaFunctionARN": Thing(
        ReferenceKind.EDGE_FUNCTION, EDGE_FUNCTION.format("resize:7")
    ),
    "Origins[bucket].OriginAccessControlId": Thing(ReferenceKind.ORIGIN_ACCESS_CONTROL, "control-1"),
    "Origins[old].S3OriginConfig.OriginAccessIdentity": Thing(ReferenceKind.ORIGIN_ACCESS_IDENTITY, "E1IDENTITY"),
    "Origins[inside].VpcOriginConfig.VpcOriginId": Thing(ReferenceKind.VPC_ORIGIN, "vo_1"),
    "Origins[strict].CustomOriginConfig.OriginMtlsConfig.ClientCertificateArn": Thing(
        ReferenceKind.CERTIFICATE, CERTIFICATE.format("us")
    ),
    "ViewerCertificate.ACMCertificateArn": Thing(ReferenceKind.CERTIFICATE, CERTIFICATE.format("shop")),
    "WebACLId": Thing(ReferenceKind.WEB_ACL, WEB_ACL.format("shop")),
}
NO_REFERENCE = {
    "CallerReference": "the distribution's own",
    "ContinuousDeploymentPolicyId": "kept from the target always",
    "AnycastIpListId": "not looked up",
    "Id": "names an origin or a group of this configuration, or a connection function, which is not looked up",
    "OriginId": "names an origin of this configuration",
    "TargetOriginId": "names an origin or a group of this configuration",
    "IAMCertificateId": "IAM tells certificates by their names",
    "OwnerAccountId": "an account",
    "TrustStoreId": "not looked up",
}
"""Members with ids or ARNs that are no references here, and why."""


def members_of(shape: Any, seen: tuple[str, ...] = ()) -> Iterator[str]:
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            yield name
            yield from members_of(member)
    elif shape.type_name == "list":
        yield from members_of(shape.member)


def test_every_reference_is_found_where_it_stands() -> None:
    assert {path: thing for thing, path in references_in(EVERYTHING)} == STANDING


def test_every_kind_of_reference_is_among_them() -> None:
    assert {thing.kind for thing in STANDING.values()} == set(ReferenceKind)


def test_no_member_of_the_model_that_has_an_id_is_forgotten() -> None:
    model = get_session().get_service_model("cloudfront").shape_for("DistributionConfig")
    named = {name for name in members_of(model) if name.endswith(("Id", "Arn", "ARN", "Reference", "AccessIdentity"))}

    found = {path.rpartition(".")[2] for path in STANDING}
    assert named - found == set(NO_REFERENCE)


def test_a_bare_configuration_refers_to_nothing() -> None:
    bare = {
        "Origins": block(origin("bucket", OriginAccessControlId="", S3OriginConfig={"OriginAccessIdentity": ""})),
        "DefaultCacheBehavior": {"TargetOriginId": "bucket", "FieldLevelEncryptionId": ""},
        "ViewerCertificate": {"CloudFrontDefaultCertificate": True},
        "WebACLId": "",
    }

    assert list(references_in(bare)) == []


def test_what_is_referred_to_already_is_not_new_wherever_it_stands() -> None:
    assert new_references(EVERYTHING, EVERYTHING) == ()

    moved = shop(DefaultCacheBehavior=behavior(CachePolicyId="cache-2", OriginRequestPolicyId="request-2"))
    assert new_references(EVERYTHING, moved) == (
        Reference(
            Thing(ReferenceKind.ORIGIN_REQUEST_POLICY, "request-2"), "DefaultCacheBehavior.OriginRequestPolicyId"
        ),
    )


@pytest.mark.parametrize("member", ["Aliases", "Logging", "ViewerCertificate", "WebACLId", "CacheBehaviors"])
def test_members_may_be_left_out(member: str) -> None:
    config = {name: value for name, value in EVERYTHING.items() if name != member}

    assert {path for _, path in references_in(config)} == {path for path in STANDING if not path.startswith(member)}
