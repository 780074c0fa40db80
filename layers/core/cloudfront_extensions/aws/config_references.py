"""Which of the things that a configuration refers to do not exist.

What CloudFront keeps itself comes in lists, which its quotas keep short: one call for each kind, however many are asked
about. VPC origins and what other services keep are looked up one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from cloudfront_extensions.aws.acm import AcmCertificates
from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.edge_functions import edge_function_exists
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.aws.vpc_origins import vpc_origin_exists
from cloudfront_extensions.aws.web_acls import web_acl_exists
from cloudfront_extensions.certificates.arn import CERTIFICATE_REGION, parse_certificate_arn
from cloudfront_extensions.certificates.outcome import Certificate
from cloudfront_extensions.errors import CertificateNotFound, InvalidInput
from cloudfront_extensions.versions.references import ReferenceKind, Thing


class ListOf(NamedTuple):
    method: str
    """Of the client."""
    operation: str
    answer: str
    """Where in the answer the list is."""
    names: tuple[str, ...]
    """Where in an item that is by which configurations refer to it."""
    parameters: Mapping[str, str] = {}


LISTS = {
    ReferenceKind.CACHE_POLICY: ListOf(
        "list_cache_policies", "ListCachePolicies", "CachePolicyList", ("CachePolicy", "Id")
    ),
    ReferenceKind.ORIGIN_REQUEST_POLICY: ListOf(
        "list_origin_request_policies",
        "ListOriginRequestPolicies",
        "OriginRequestPolicyList",
        ("OriginRequestPolicy", "Id"),
    ),
    ReferenceKind.RESPONSE_HEADERS_POLICY: ListOf(
        "list_response_headers_policies",
        "ListResponseHeadersPolicies",
        "ResponseHeadersPolicyList",
        ("ResponseHeadersPolicy", "Id"),
    ),
    ReferenceKind.FUNCTION: ListOf(
        "list_functions", "ListFunctions", "FunctionList", ("FunctionMetadata", "FunctionARN"), {"Stage": "LIVE"}
    ),
    ReferenceKind.KEY_GROUP: ListOf("list_key_groups", "ListKeyGroups", "KeyGroupList", ("KeyGroup", "Id")),
    ReferenceKind.FIELD_LEVEL_ENCRYPTION: ListOf(
        "list_field_level_encryption_configs", "ListFieldLevelEncryptionConfigs", "FieldLevelEncryptionList", ("Id",)
    ),
    ReferenceKind.REALTIME_LOG: ListOf(
        "list_realtime_log_configs", "ListRealtimeLogConfigs", "RealtimeLogConfigs", ("ARN",)
    ),
    ReferenceKind.ORIGIN_ACCESS_CONTROL: ListOf(
        "list_origin_access_controls", "ListOriginAccessControls", "OriginAccessControlList", ("Id",)
    ),
    ReferenceKind.ORIGIN_ACCESS_IDENTITY: ListOf(
        "list_cloud_front_origin_access_identities",
        "ListCloudFrontOriginAccessIdentities",
        "CloudFrontOriginAccessIdentityList",
        ("Id",),
    ),
}


def missing_things(things: Iterable[Thing]) -> frozenset[Thing]:
    """Those that do not exist. Each is asked about once, whichever targets refer to it; certificates are not judged here."""
    wanted: dict[ReferenceKind, set[str]] = {}
    for thing in things:
        wanted.setdefault(thing.kind, set()).add(thing.id)
    return frozenset(
        Thing(kind, identifier)
        for kind, identifiers in wanted.items()
        for identifier in identifiers - _existing(kind, identifiers)
    )


def certificates_found(arns: Iterable[str]) -> dict[str, Certificate]:
    """The certificates that there are under these ARNs, of those that CloudFront may use."""
    found = {}
    for arn in dict.fromkeys(arns):
        try:
            if parse_certificate_arn(arn).region == CERTIFICATE_REGION:
                found[arn] = AcmCertificates().describe(arn)
        except (InvalidInput, CertificateNotFound):
            continue
    return found


def _existing(kind: ReferenceKind, identifiers: set[str]) -> set[str]:
    """Those of the ids that exist, and any number of others."""
    if kind in LISTS:
        return set(_listed(LISTS[kind]))
    if kind is ReferenceKind.EDGE_FUNCTION:
        return set(filter(edge_function_exists, identifiers))
    if kind is ReferenceKind.WEB_ACL:
        return set(filter(web_acl_exists, identifiers))
    if kind is ReferenceKind.VPC_ORIGIN:
        return set(filter(vpc_origin_exists, identifiers))
    return identifiers


def _listed(what: ListOf) -> Iterator[str]:
    parameters = dict(what.parameters)
    while True:
        with aws_call(what.operation, "this account"):
            page: Any = getattr(client("cloudfront"), what.method)(**parameters)[what.answer]
        for item in page.get("Items", []):
            for name in what.names:
                item = item[name]
            yield item
        if not page.get("NextMarker"):
            return
        parameters["Marker"] = page["NextMarker"]
