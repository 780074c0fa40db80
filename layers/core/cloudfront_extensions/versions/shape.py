"""What each list of a DistributionConfig is, and what CloudFront fills in where a member is left out.

A place in a configuration is written as its path: members joined by dots, `[]` for any element of a list. `Quantity` and
`Items` are never part of it, for CloudFront's `{Quantity, Items}` block is the list itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

BEHAVIORS = ("DefaultCacheBehavior", "CacheBehaviors[]")
"""The two places of a cache behavior, which have the same members (but for PathPattern)."""

T = TypeVar("T")


class ListKind(StrEnum):
    SET = "set"
    """Elements are plain values; their order means nothing."""
    KEYED = "keyed"
    """One member tells the elements apart; their order means nothing."""
    PRECEDENCE = "keyed, in order of precedence"
    """One member tells the elements apart, and of two that fit, CloudFront takes the first."""
    SEQUENCE = "in order"
    """Compared as a whole."""


@dataclass(frozen=True, slots=True)
class Listed:
    kind: ListKind
    key: str | None = None
    """The member that tells the elements apart; None where they are plain values."""


SET = Listed(ListKind.SET)
SEQUENCE = Listed(ListKind.SEQUENCE)


def keyed(key: str) -> Listed:
    return Listed(ListKind.KEYED, key)


def of_each_behavior(table: Mapping[str, T]) -> dict[str, T]:
    """A table for a cache behavior (`""`) and its members, made one for both places where behaviors stand."""
    return {f"{place}.{path}" if path else place: entry for place in BEHAVIORS for path, entry in table.items()}


LISTS: Mapping[str, Listed] = {
    "Aliases": SET,
    "Origins": keyed("Id"),
    "Origins[].CustomHeaders": keyed("HeaderName"),
    "Origins[].CustomOriginConfig.OriginSslProtocols": SET,
    "OriginGroups": keyed("Id"),
    "OriginGroups[].FailoverCriteria.StatusCodes": SET,
    "OriginGroups[].Members": SEQUENCE,  # the primary origin first
    "CacheBehaviors": Listed(ListKind.PRECEDENCE, "PathPattern"),
    "CustomErrorResponses": keyed("ErrorCode"),
    "Restrictions.GeoRestriction": SET,
    "TenantConfig.ParameterDefinitions": keyed("Name"),
    **of_each_behavior(
        {
            "TrustedSigners": SET,
            "TrustedKeyGroups": SET,
            "AllowedMethods": SET,
            "AllowedMethods.CachedMethods": SET,
            "LambdaFunctionAssociations": keyed("EventType"),
            "FunctionAssociations": keyed("EventType"),
            "ForwardedValues.Cookies.WhitelistedNames": SET,
            "ForwardedValues.Headers": SET,
            "ForwardedValues.QueryStringCacheKeys": SET,
        }
    ),
}
"""A list that is not named here, of a field newer than this table, is a SEQUENCE: nothing about it is taken for granted."""

_NONE = {"Quantity": 0}
_METHODS = {"Quantity": 2, "Items": ["GET", "HEAD"]}
_NOBODY = {"Enabled": False, "Quantity": 0}
_NO_LOGGING = {"Enabled": False, "IncludeCookies": False, "Bucket": "", "Prefix": ""}

FILLED_IN: Mapping[str, Mapping[str, Any]] = {
    "": {
        "Aliases": _NONE,
        "DefaultRootObject": "",
        "OriginGroups": _NONE,
        "CacheBehaviors": _NONE,
        "CustomErrorResponses": _NONE,
        "Logging": _NO_LOGGING,
        "PriceClass": "PriceClass_All",
        "ViewerCertificate": {},
        "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}},
        "WebACLId": "",
        "HttpVersion": "http2",
        "ContinuousDeploymentPolicyId": "",
        "Staging": False,
    },
    "Logging": _NO_LOGGING,
    "ViewerCertificate": {},  # depends on what else it says: see content.plain_certificate
    "Origins[]": {
        "OriginPath": "",
        "CustomHeaders": _NONE,
        "ConnectionAttempts": 3,
        "ConnectionTimeout": 10,
        "OriginShield": {"Enabled": False},
        "OriginAccessControlId": "",
    },
    "Origins[].CustomOriginConfig": {"OriginReadTimeout": 30, "OriginKeepaliveTimeout": 5},
    **of_each_behavior(
        {
            "": {
                "TrustedSigners": _NOBODY,
                "TrustedKeyGroups": _NOBODY,
                "AllowedMethods": {**_METHODS, "CachedMethods": _METHODS},
                "SmoothStreaming": False,
                "Compress": False,
                "LambdaFunctionAssociations": _NONE,
                "FunctionAssociations": _NONE,
                "FieldLevelEncryptionId": "",
                "GrpcConfig": {"Enabled": False},
            },
            "AllowedMethods": {"CachedMethods": _METHODS},
        }
    ),
}
"""Place of a structure → the members that CloudFront's answers always have, and their values where nobody set them.

These alone are the same absent and present, since the one turns into the other on its way through CloudFront (API reference,
"DistributionConfig" and the examples of its operations). Any other member that is absent differs from one that is empty.
"""


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of one place: of a structure, a list, or a block that is both."""

    listed: Listed | None = None
    members: Mapping[str, Shape] = field(default_factory=dict)
    """Those that are known to hold lists, or to be filled in."""
    element: Shape | None = None
    filled_in: Mapping[str, Any] = field(default_factory=dict)


UNKNOWN = Shape()


def _shape(path: str, places: Iterable[str]) -> Shape:
    start = f"{path}." if path else ""
    below = [place.removeprefix(start) for place in places if place.startswith(start)]
    names = {place.partition(".")[0].removesuffix("[]") for place in below if place}
    listed = LISTS.get(path)
    return Shape(
        listed,
        {name: _shape(f"{start}{name}", places) for name in names},
        _shape(f"{path}[]", places) if listed and listed.key else None,
        FILLED_IN.get(path, {}),
    )


CONFIG = _shape("", (*LISTS, *FILLED_IN))
"""The shape of a whole DistributionConfig."""


def keys_of(items: Any, listed: Listed | None) -> list[Any] | None:
    """What tells the elements of a list apart, in their order.

    None where they can't be told apart: a sequence, or a list that is not what the table says (no key, the same key twice,
    no list at all). Such a list is compared as it stands.
    """
    if listed is None or listed.kind is ListKind.SEQUENCE or not isinstance(items, list):
        return None
    try:
        keys = items if listed.key is None else [item[listed.key] for item in items]
        can_be_sorted = any(all(isinstance(key, kind) for key in keys) for kind in (str, int | float))
        return keys if can_be_sorted and len(set(keys)) == len(keys) else None
    except (KeyError, TypeError):
        return None
