"""What of a target stays its own when it gets the configuration of a version: by rule, or because it was asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cloudfront_extensions.distributions.config import DistributionConfig
from cloudfront_extensions.errors import VersionIncomplete


class Kept(StrEnum):
    """When a field stays the target's own, unless the request's `keep` says otherwise."""

    ALWAYS = "always"
    """Whatever the request says."""
    UNLESS_GIVEN_UP = "unless given up"
    """Also where a distribution gets a version of its own back."""
    ACROSS = "across distributions"
    """Where the configuration comes from another distribution, or from a file."""
    ON_REQUEST = "on request"
    """Nowhere, but for those who name it."""


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    """In a request's `keep`."""
    members: tuple[str, ...]
    """Of the DistributionConfig."""
    kept: Kept
    reason: str


FIELDS = (
    Field("callerReference", ("CallerReference",), Kept.ALWAYS, "CloudFront refuses to change it"),
    Field("staging", ("Staging",), Kept.ALWAYS, "a staging distribution stays one, and a primary one too"),
    Field(
        "continuousDeploymentPolicy",
        ("ContinuousDeploymentPolicyId",),
        Kept.ALWAYS,
        "it says where viewers go now, and belongs to one distribution",
    ),
    Field("connectionMode", ("ConnectionMode",), Kept.ALWAYS, "a distribution is made for tenants or for itself"),
    Field("aliases", ("Aliases",), Kept.UNLESS_GIVEN_UP, "a name that goes is a site that is down"),
    Field("certificate", ("ViewerCertificate",), Kept.UNLESS_GIVEN_UP, "it has to cover the aliases, and was renewed"),
    Field("logging", ("Logging",), Kept.ACROSS, "each distribution logs to its own place"),
    Field("comment", ("Comment",), Kept.ACROSS, "it tells a person which distribution this is"),
    Field("webAcl", ("WebACLId",), Kept.ACROSS, "what protects a site was chosen for that site"),
    Field("enabled", ("Enabled",), Kept.ON_REQUEST, "a version may have been disabled"),
    Field("origins", ("Origins", "OriginGroups"), Kept.ON_REQUEST, "behaviours name origins by their ids"),
    Field("defaultBehavior", ("DefaultCacheBehavior",), Kept.ON_REQUEST, "it is what a version is mostly about"),
    Field("behaviors", ("CacheBehaviors",), Kept.ON_REQUEST, "they are what a version is mostly about"),
    Field("defaultRootObject", ("DefaultRootObject",), Kept.ON_REQUEST, "it goes with the origin"),
    Field("errorResponses", ("CustomErrorResponses",), Kept.ON_REQUEST, "they go with the origin"),
    Field("geoRestriction", ("Restrictions",), Kept.ON_REQUEST, "countries may be a matter of the site"),
    Field("priceClass", ("PriceClass",), Kept.ON_REQUEST, "what is paid for may be a matter of the site"),
    Field("httpVersion", ("HttpVersion",), Kept.ON_REQUEST, "HTTP/3 and canaries exclude each other"),
    Field("ipv6", ("IsIPV6Enabled",), Kept.ON_REQUEST, "it goes with the site's DNS records"),
    Field("anycastIpList", ("AnycastIpListId",), Kept.ON_REQUEST, "it goes with the site's DNS records"),
    Field("tenants", ("TenantConfig",), Kept.ON_REQUEST, "it goes with the tenants' own parameters"),
    Field("viewerMtls", ("ViewerMtlsConfig",), Kept.ON_REQUEST, "whom a site trusts may be its own affair"),
    Field("connectionFunction", ("ConnectionFunctionAssociation",), Kept.ON_REQUEST, "it goes with viewerMtls"),
    Field("cacheTag", ("CacheTagConfig",), Kept.ON_REQUEST, "it goes with the origin"),
)
"""Every member of a DistributionConfig. One that is newer than this table comes with the version, as all content does."""

ALWAYS_KEPT, KEPT_ON_ITSELF, KEPT_ACROSS = (
    frozenset(field.name for field in FIELDS if field.kept in kinds)
    for kinds in (
        {Kept.ALWAYS},
        {Kept.ALWAYS, Kept.UNLESS_GIVEN_UP},
        {Kept.ALWAYS, Kept.UNLESS_GIVEN_UP, Kept.ACROSS},
    )
)
NAMES = tuple(field.name for field in FIELDS)


def kept_fields(
    asked_for: Iterable[str] | None, *, same_distribution: bool, besides: Iterable[str] = ()
) -> tuple[str, ...]:
    """Names of what a target keeps, in the table's order.

    `asked_for` is the request's `keep`, which takes the place of the default; None: it names none. The default depends on
    whether the configuration is one that the target itself once had. `besides` is kept whatever was asked for.
    """
    wanted = (KEPT_ON_ITSELF if same_distribution else KEPT_ACROSS) if asked_for is None else frozenset(asked_for)
    kept = wanted | ALWAYS_KEPT | frozenset(besides)
    return tuple(name for name in NAMES if name in kept)


def kept_for_want(hidden: Iterable[str]) -> tuple[str, ...]:
    """What a target has to keep because a version lacks it: CloudTrail, which some versions are known by alone, hides texts.

    Raises:
        VersionIncomplete: what is hidden is a part of something that can't be kept apart from the rest.
    """
    wanted = set(hidden)
    names = tuple(field.name for field in FIELDS if wanted >= set(field.members))
    if rest := wanted - {member for field in FIELDS if field.name in names for member in field.members}:
        raise VersionIncomplete(f"CloudTrail did not tell {', '.join(sorted(rest))}")
    return names


def planned_config(target: Mapping[str, Any], source: Mapping[str, Any], keep: Collection[str]) -> DistributionConfig:
    """The source's configuration with what the target keeps; `keep` as `kept_fields` gives it.

    What the target does not have of a kept field is not taken from the source either.
    """
    members = [member for field in FIELDS if field.name in keep for member in field.members]
    config = {name: value for name, value in source.items() if name not in members}
    config.update({name: target[name] for name in members if name in target})
    return deepcopy(config)
