"""What a canary can't bring about: CloudFront's own limits of continuous deployment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cloudfront_extensions.versions.checks import HTTP_3
from cloudfront_extensions.versions.diff import Change

CHANGEABLE = frozenset(
    {
        "CacheBehaviors",
        "Comment",
        "CustomErrorResponses",
        "DefaultCacheBehavior",
        "DefaultRootObject",
        "Logging",
        "OriginGroups",
        "Origins",
        "Restrictions",
    }
)
"""Members that may differ between a primary and its staging distribution while a policy joins them; all others are the same
in both (Developer Guide, "Update primary and staging distributions")."""


def why_no_canary(live: Mapping[str, Any], changes: Iterable[Change]) -> Iterator[str]:
    """Each reason why these changes can't come to a distribution by way of a staging distribution."""
    if not live.get("Enabled", True):
        yield "it is disabled: nobody would try anything out, and promotion would enable it"
    if live.get("Staging"):
        yield "it is a staging distribution itself"
    if live.get("ConnectionMode") == "tenant-only":
        yield "a multi-tenant distribution can't have a staging distribution (API reference, DistributionConfig)"
    if live.get("ContinuousDeploymentPolicyId"):
        yield "it has a continuous deployment policy: another canary is at work there; end that one first"
    if live.get("HttpVersion") in HTTP_3:
        yield 'HttpVersion: HTTP/3 excludes it (Developer Guide, "Quotas and considerations for continuous deployment")'
    for member in sorted({str(change.path[0]) for change in changes} - CHANGEABLE):
        yield f"{member}: CloudFront does not let it change during continuous deployment"


def staged(planned: Mapping[str, Any], staging: Mapping[str, Any]) -> dict[str, Any]:
    """What a staging distribution gets: the planned configuration, as one without aliases can have it."""
    own = {"CallerReference": staging["CallerReference"], "Staging": True, "Enabled": True}
    return {**planned, **own, "Aliases": {"Quantity": 0}, "ContinuousDeploymentPolicyId": ""}


def detached(config: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration that sends nobody to a staging distribution."""
    return {**config, "ContinuousDeploymentPolicyId": ""}
