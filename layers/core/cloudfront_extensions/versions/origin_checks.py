"""What must hold for the origins of a configuration, and the groups they form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cloudfront_extensions.versions.blocks import ids_in, structure, structures_in, values_in

KINDS = ("S3OriginConfig", "CustomOriginConfig", "VpcOriginConfig")


def origin_complaints(config: Mapping[str, Any]) -> Iterator[str]:
    origins = structures_in(config.get("Origins"))
    if "Origins" in config and not origins:
        yield "Origins has no element"
    for origin in origins:
        path = f"Origins[{origin.get('Id')}]"
        if sum(kind in origin for kind in KINDS) != 1:
            yield f"{path} must have exactly one of {', '.join(KINDS)}"
        origin_path = origin.get("OriginPath") or ""
        if origin_path and (not origin_path.startswith("/") or origin_path.endswith("/")):
            yield f"{path}.OriginPath must begin with a slash and not end with one"
        shield = structure(origin.get("OriginShield"))
        if shield.get("Enabled") and not shield.get("OriginShieldRegion"):
            yield f"{path}.OriginShield is enabled without OriginShieldRegion"


def group_complaints(config: Mapping[str, Any]) -> Iterator[str]:
    groups, origins = ids_in(config.get("OriginGroups")), ids_in(config.get("Origins"))
    for identifier in sorted(set(groups) & set(origins)):
        yield f"OriginGroups[{identifier}] has the id of an origin"
    for group in structures_in(config.get("OriginGroups")):
        path = f"OriginGroups[{group.get('Id')}]"
        members = [member.get("OriginId") for member in structures_in(group.get("Members"))]
        if len(members) != 2 or len(set(members)) != 2:
            yield f"{path}.Members must be two origins"
        for member in members:
            if member in groups:
                yield f"{path}.Members: {member} is an origin group, and groups don't nest"
            elif member not in origins:
                yield f"{path}.Members: there is no origin {member}"
        if not values_in(structure(group.get("FailoverCriteria")).get("StatusCodes")):
            yield f"{path}.FailoverCriteria.StatusCodes has no element"
