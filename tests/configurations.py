"""Distribution configurations as Hypothesis draws them: realistic, and some that are not.

Names come from small pools, so that two configurations have much in common and differ in all the ways that matter.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from random import Random
from typing import Any

from hypothesis import strategies as st

Config = dict[str, Any]

ORDERED = ("CacheBehaviors", "Members")
"""Blocks whose order means something."""
PATTERNS = ("/api/*", "/api/v2/*", "*.jpg", "/a?c/[x].html", "/ü/*")
ALIASES = ("shop.example.com", "www.example.com", "*.example.org")
ORIGIN_IDS = ("web", "api", "odd]id")

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 3) | st.sampled_from(["", "a", "b~c/d"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["Items", "Quantity", "x"]), inner),
    max_leaves=5,
)


def block(items: Iterable[Any], **beside: Any) -> dict[str, Any]:
    """A `{Quantity, Items}` block as CloudFront answers it: without Items where there are none."""
    listed = list(items)
    return {**beside, "Quantity": len(listed), **({"Items": listed} if listed else {})}


def _functions(*associations: tuple[str, str]) -> dict[str, Any]:
    return block({"EventType": event, "FunctionARN": function} for event, function in associations)


def _at_edge(*associations: tuple[str, int]) -> dict[str, Any]:
    arn = "arn:aws:lambda:us-east-1:123456789012:function:edge:"
    return block(
        {"EventType": event, "LambdaFunctionARN": f"{arn}{version}", "IncludeBody": False}
        for event, version in associations
    )


def _headers(**values: str) -> dict[str, Any]:
    return block({"HeaderName": name.replace("_", "-"), "HeaderValue": value} for name, value in values.items())


def _errors(*codes: int, seconds: int = 10) -> dict[str, Any]:
    return block({"ErrorCode": code, "ErrorCachingMinTTL": seconds} for code in codes)


FUTURE = (None, 0, 1, False, True, [], [1, True], ["b", "a"], {"Quantity": 7, "Items": ["b", "a"]}, {"x~/": {"y": ""}})
"""Values of a member that the product does not know."""
FUTURE_MEMBERS = tuple({"FutureMember": value} for value in FUTURE)

BEHAVIOR_TRAITS: tuple[dict[str, Any], ...] = (
    {"TrustedKeyGroups": block([], Enabled=False)},
    {"TrustedKeyGroups": block(["group-1"], Enabled=True)},
    {"TrustedKeyGroups": block(["group-2", "group-1"], Enabled=True)},
    {"AllowedMethods": block(["HEAD", "GET"])},
    {"AllowedMethods": block(["GET", "HEAD"], CachedMethods=block(["HEAD", "GET"]))},
    {"AllowedMethods": block(["OPTIONS", "GET", "HEAD"])},
    {"AllowedMethods": block(["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"])},
    {"Compress": True},
    {"Compress": False},
    {"FieldLevelEncryptionId": ""},
    {"FunctionAssociations": block([])},
    {"FunctionAssociations": _functions(("viewer-request", "f"))},
    {"FunctionAssociations": _functions(("viewer-request", "g"), ("viewer-response", "f"))},
    {"LambdaFunctionAssociations": _at_edge(("origin-request", 7))},
    {"LambdaFunctionAssociations": _at_edge(("origin-response", 7), ("origin-request", 8))},
    {"OriginRequestPolicyId": "request-1"},
    *FUTURE_MEMBERS,
)
CACHING: tuple[dict[str, Any], ...] = (
    {"CachePolicyId": "policy-1"},
    {"CachePolicyId": "policy-2"},
    {"MinTTL": 0, "ForwardedValues": {"QueryString": True, "Cookies": {"Forward": "all"}}},
    {
        "MinTTL": 0,
        "ForwardedValues": {
            "QueryString": False,
            "Cookies": {"Forward": "whitelist", "WhitelistedNames": block(["b", "a"])},
            "Headers": block(["Host", "Accept"]),
        },
    },
)
ORIGIN_KINDS: tuple[dict[str, Any], ...] = (
    {"S3OriginConfig": {"OriginAccessIdentity": ""}},
    {"CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "match-viewer"}},
    {
        "CustomOriginConfig": {
            "HTTPPort": 80,
            "HTTPSPort": 443,
            "OriginProtocolPolicy": "https-only",
            "OriginSslProtocols": block(["TLSv1.2", "TLSv1.1"]),
            "OriginReadTimeout": 30,
        }
    },
)
ORIGIN_TRAITS: tuple[dict[str, Any], ...] = (
    {"OriginPath": ""},
    {"OriginPath": "/public"},
    {"CustomHeaders": _headers(X_Key="a")},
    {"CustomHeaders": _headers(X_Env="b", X_Key="b")},
    {"ConnectionAttempts": 3},
    {"OriginShield": {"Enabled": True, "OriginShieldRegion": "eu-central-1"}},
    {"OriginAccessControlId": "E2ACCESS"},
    *FUTURE_MEMBERS,
)
TRAITS: tuple[dict[str, Any], ...] = (
    {"DefaultRootObject": ""},
    {"DefaultRootObject": "index.html"},
    {"CustomErrorResponses": _errors(404, 403)},
    {"CustomErrorResponses": _errors(503, 404, seconds=0)},
    {"Logging": {"Enabled": False, "IncludeCookies": False, "Bucket": "", "Prefix": ""}},
    {"Logging": {"Enabled": True, "IncludeCookies": False, "Bucket": "logs.s3.amazonaws.com", "Prefix": "x/"}},
    {"PriceClass": "PriceClass_All"},
    {"PriceClass": "PriceClass_100"},
    {"Restrictions": {"GeoRestriction": block([], RestrictionType="none")}},
    {"Restrictions": {"GeoRestriction": block(["KP", "DE"], RestrictionType="blacklist")}},
    {"WebACLId": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/shops/1"},
    {"HttpVersion": "http2"},
    {"HttpVersion": "http1.1"},
    {"IsIPV6Enabled": True},
    {"Comment": "Größe\u202e"},
    *FUTURE_MEMBERS,
)
_OWN = {"CloudFrontDefaultCertificate": True}
_ACM = {
    "ACMCertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1",
    "SSLSupportMethod": "sni-only",
    "MinimumProtocolVersion": "TLSv1.2_2021",
}
CERTIFICATES: tuple[dict[str, Any], ...] = (
    _OWN,
    {**_OWN, "SSLSupportMethod": "vip", "MinimumProtocolVersion": "TLSv1", "CertificateSource": "cloudfront"},
    _ACM,
    {
        **_ACM,
        "CloudFrontDefaultCertificate": False,
        "Certificate": _ACM["ACMCertificateArn"],
        "CertificateSource": "acm",
    },
    {**_ACM, "ACMCertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/2"},
)
"""CloudFront's own certificate and one of ACM, each as it is sent and as it is answered; and another one."""


def subsets(pool: Iterable[Any], min_size: int = 0) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(list(pool)), unique=True, min_size=min_size)


def _traits(pool: tuple[dict[str, Any], ...]) -> st.SearchStrategy[dict[str, Any]]:
    """Some of the traits; of two with the same member the later counts."""
    some = st.lists(st.sampled_from(pool), max_size=5)
    return some.map(lambda chosen: {name: value for trait in chosen for name, value in trait.items()})


_behavior_traits, _origin_traits, _config_traits = _traits(BEHAVIOR_TRAITS), _traits(ORIGIN_TRAITS), _traits(TRAITS)
_caching, _kinds, _certificates = st.sampled_from(CACHING), st.sampled_from(ORIGIN_KINDS), st.sampled_from(CERTIFICATES)
_viewer_policies = st.sampled_from(["redirect-to-https", "allow-all"])


@st.composite
def configs(draw: st.DrawFn) -> Config:
    """A configuration that `check_config` passes."""
    origin_ids = draw(subsets(ORIGIN_IDS, 1))
    groups = [
        {
            "Id": "failover",
            "FailoverCriteria": {"StatusCodes": block([503, 500])},
            "Members": block({"OriginId": identifier} for identifier in origin_ids[:2]),
        }
        for _ in range(len(origin_ids) > 1 and draw(st.integers(0, 1)))
    ]
    targets = st.sampled_from([*origin_ids, *(group["Id"] for group in groups)])

    def behavior(**own: str) -> dict[str, Any]:
        members = {"TargetOriginId": draw(targets), "ViewerProtocolPolicy": draw(_viewer_policies)}
        return {**own, **members, **draw(_caching), **draw(_behavior_traits)}

    certificate, staging = draw(_certificates), draw(st.booleans())
    may_have_aliases = "ACMCertificateArn" in certificate and not staging
    config = {
        "CallerReference": "reference",
        "Comment": "",
        "Enabled": True,
        "Origins": block(
            {"Id": identifier, "DomainName": f"{identifier}.net", **draw(_kinds), **draw(_origin_traits)}
            for identifier in origin_ids
        ),
        "OriginGroups": block(groups),
        "DefaultCacheBehavior": behavior(),
        "CacheBehaviors": block(behavior(PathPattern=pattern) for pattern in draw(subsets(PATTERNS))),
        "ViewerCertificate": certificate,
        "Aliases": block(draw(subsets(ALIASES)) if may_have_aliases else []),
        "Staging": staging,
        **draw(_config_traits),
    }
    return copy.deepcopy(config)  # what is drawn may be changed, and the pools may not


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Config, Config]:
    """Two configurations that share members, as two versions of one distribution do."""
    before, other = draw(configs()), draw(configs())
    taken = draw(subsets(sorted({*before, *other})))
    after = copy.deepcopy(before)
    for name in taken:
        after.pop(name, None)
        if name in other:
            after[name] = copy.deepcopy(other[name])
    return before, after


@st.composite
def spoiled(draw: st.DrawFn) -> Config:
    """A configuration with some of it replaced, removed or doubled, so that it may be none."""
    config = draw(configs())
    for _ in range(draw(st.integers(0, 4))):
        places = list(_places(config))
        holder, step = places[draw(st.integers(0, len(places) - 1))]
        how = draw(st.sampled_from(["replace", "remove", "double"]))
        if how == "replace":
            holder[step] = draw(json_values)
        elif how == "remove":
            del holder[step]
        elif isinstance(holder, list):
            holder.insert(0, copy.deepcopy(holder[step]))
    return config


def shuffled(value: Any, seed: Random, name: str = "") -> Any:
    """The same with everything whose order means nothing in another order, and every Quantity wrong."""
    if isinstance(value, dict):
        members = list(value.items())
        seed.shuffle(members)
        return {
            key: member if name.startswith("Future") else _shuffled_member(key, member, name, seed)
            for key, member in members
        }
    return [shuffled(element, seed) for element in value] if isinstance(value, list) else value


def _shuffled_member(key: str, member: Any, holder: str, seed: Random) -> Any:
    if key.startswith("Future"):
        return member
    if key == "Quantity":
        return seed.randrange(9)
    shuffled_member = shuffled(member, seed, key)
    if key == "Items" and holder not in ORDERED:
        seed.shuffle(shuffled_member)
    return shuffled_member


def with_other_numbers(value: Any, seed: Random) -> Any:
    """The same by value: some true are 1, some 1 are 1.0 and the like."""
    if isinstance(value, dict):
        return {name: with_other_numbers(member, seed) for name, member in value.items()}
    if isinstance(value, list):
        return [with_other_numbers(element, seed) for element in value]
    kinds = [kind for kind in (int, float, bool) if isinstance(value, int) and kind(value) == value]
    return seed.choice(kinds)(value) if kinds else value


def _places(value: Any) -> Iterable[tuple[Any, Any]]:
    """Every member and element below a value, as what holds it and the step to it."""
    steps = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    for step in steps:
        yield value, step
        yield from _places(value[step])
