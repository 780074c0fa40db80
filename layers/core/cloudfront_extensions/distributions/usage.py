"""What a configuration shares with other distributions. Each such thing serves a limited number of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from cloudfront_extensions.distributions.config import items_of

DISTRIBUTIONS_PER_SHARED_THING = 100
"""Default quota for every kind below (Developer Guide, "Quotas")."""


class SharedKind(StrEnum):
    CACHE_POLICY = "cache policy"
    ORIGIN_REQUEST_POLICY = "origin request policy"
    RESPONSE_HEADERS_POLICY = "response headers policy"
    ORIGIN_ACCESS_CONTROL = "origin access control"
    FUNCTION = "function"


class SharedThing(NamedTuple):
    kind: SharedKind
    id: str
    """Id of a policy or an origin access control; ARN of a function."""


_POLICIES = (
    ("CachePolicyId", SharedKind.CACHE_POLICY),
    ("OriginRequestPolicyId", SharedKind.ORIGIN_REQUEST_POLICY),
    ("ResponseHeadersPolicyId", SharedKind.RESPONSE_HEADERS_POLICY),
)


def shared_things(config: Mapping[str, Any]) -> frozenset[SharedThing]:
    """Everything of `SharedKind` that a distribution uses, each once, however many of its behaviors use it.

    Takes a DistributionConfig or a summary from ListDistributions: both name these things in the same places.
    """
    return frozenset(_found(config))


def _found(config: Mapping[str, Any]) -> Iterator[SharedThing]:
    for behavior in (config["DefaultCacheBehavior"], *items_of(config.get("CacheBehaviors"))):
        for member, kind in _POLICIES:
            if behavior.get(member):
                yield SharedThing(kind, behavior[member])
        for association in items_of(behavior.get("FunctionAssociations")):
            yield SharedThing(SharedKind.FUNCTION, association["FunctionARN"])
    for origin in items_of(config["Origins"]):
        if origin.get("OriginAccessControlId"):
            yield SharedThing(SharedKind.ORIGIN_ACCESS_CONTROL, origin["OriginAccessControlId"])
