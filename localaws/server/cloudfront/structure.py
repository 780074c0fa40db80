"""Checks of a configuration by itself: counts, origins, behaviors, names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from localaws.server import quotas
from localaws.server.cloudfront.answers import RefusedError
from localaws.server.cloudfront.configuration import Config, aliases, behaviors, items

HOST_NAME = re.compile(r"(?=.{1,253}$)(\*\.)?([a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
ORIGIN_KINDS = ("S3OriginConfig", "CustomOriginConfig", "VpcOriginConfig")


def check(config: Config) -> None:
    """Raises RefusedError."""
    _check_quantities(config)
    _check_limits(config)
    _check_origins(config)
    _check_behaviors(config)
    _check_aliases(config)
    if config.get("DefaultRootObject", "").startswith("/"):
        raise RefusedError("InvalidDefaultRootObject", "The default root object must not begin with a slash")


def _check_quantities(config: Config) -> None:
    for path, block in _blocks(config, ""):
        if block["Quantity"] != len(items(block)):
            raise RefusedError(
                "InconsistentQuantities", f"{path}: {block['Quantity']} announced, {len(items(block))} given"
            )


def _blocks(value: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every `{Quantity, Items}` block below a value, with its path."""
    if isinstance(value, dict):
        if "Quantity" in value:
            yield path, value
        for name, member in value.items():
            yield from _blocks(member, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for member in value:
            yield from _blocks(member, path)


def _check_limits(config: Config) -> None:
    counted = (
        (len(aliases(config)), quotas.ALIASES_PER_DISTRIBUTION, "TooManyDistributionCNAMEs"),
        (sum(1 for _ in behaviors(config)), quotas.BEHAVIORS_PER_DISTRIBUTION, "TooManyCacheBehaviors"),
        (len(items(config["Origins"])), quotas.ORIGINS_PER_DISTRIBUTION, "TooManyOrigins"),
    )
    for number, quota, code in counted:
        if number > quotas.limit(quota):
            raise RefusedError(code, f"{number} exceed the quota of {quotas.limit(quota)}: {quota[1]}")


def _check_origins(config: Config) -> None:
    origins = items(config["Origins"])
    for origin in origins:
        kinds = [kind for kind in ORIGIN_KINDS if kind in origin]
        if len(kinds) != 1:
            raise RefusedError(
                "InvalidArgument", f"Origin {origin['Id']} needs exactly one of {', '.join(ORIGIN_KINDS)}"
            )
    groups = items(config.get("OriginGroups"))
    _refuse_repetition("Origin id", [*(origin["Id"] for origin in origins), *(group["Id"] for group in groups)])
    known = {origin["Id"] for origin in origins}
    for group in groups:
        for member in items(group["Members"]):
            if member["OriginId"] not in known:
                raise RefusedError("NoSuchOrigin", f"Origin group {group['Id']} names no origin: {member['OriginId']}")


def _check_behaviors(config: Config) -> None:
    targets = {target["Id"] for block in ("Origins", "OriginGroups") for target in items(config.get(block))}
    _refuse_repetition("Path pattern", [behavior["PathPattern"] for behavior in items(config.get("CacheBehaviors"))])
    for behavior in behaviors(config):
        pattern = behavior.get("PathPattern", "the default behavior")
        if behavior["TargetOriginId"] not in targets:
            raise RefusedError(
                "NoSuchOrigin", f"{pattern}: TargetOriginId {behavior['TargetOriginId']} is no origin here"
            )
        if ("CachePolicyId" in behavior) == ("ForwardedValues" in behavior):
            raise RefusedError(
                "InvalidArgument", f"{pattern}: exactly one of CachePolicyId and ForwardedValues is required"
            )
        if "ForwardedValues" in behavior:
            _check_times(behavior, pattern)


def _check_times(behavior: dict[str, Any], pattern: str) -> None:
    """MinTTL <= DefaultTTL <= MaxTTL, as far as they are given: a default gives way to what is given."""
    times = [behavior[name] for name in ("MinTTL", "DefaultTTL", "MaxTTL") if name in behavior]
    if times != sorted(times):
        raise RefusedError("InvalidTTLOrder", f"{pattern}: MinTTL, DefaultTTL and MaxTTL must not decrease: {times}")


def _check_aliases(config: Config) -> None:
    _refuse_repetition("Alias", aliases(config))
    for alias in aliases(config):
        if not HOST_NAME.fullmatch(alias):
            raise RefusedError("InvalidArgument", f"The alias {alias!r} is not a domain name")


def _refuse_repetition(what: str, names: list[str]) -> None:
    repeated = [name for name, number in Counter(names).items() if number > 1]
    if repeated:
        raise RefusedError("InvalidArgument", f"{what} is given twice: {', '.join(repeated)}")
