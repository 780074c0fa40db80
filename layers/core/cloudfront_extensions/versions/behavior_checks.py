"""What must hold for each cache behavior of a configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cloudfront_extensions.versions.blocks import ids_in, structure, structures_in, values_in
from cloudfront_extensions.versions.edge_functions import LAMBDA_VERSION, VIEWER_EVENTS

METHODS = ({"GET", "HEAD"}, {"GET", "HEAD", "OPTIONS"}, {"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"})


def behavior_complaints(config: Mapping[str, Any]) -> Iterator[str]:
    for path, behavior in _behaviors(config):
        yield from _target(config, behavior, path)
        yield from _caching(behavior, path)
        yield from _methods(behavior, path)
        yield from _code(behavior, path)


def _behaviors(config: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    if "DefaultCacheBehavior" in config:
        yield "DefaultCacheBehavior", structure(config["DefaultCacheBehavior"])
    for behavior in structures_in(config.get("CacheBehaviors")):
        yield f"CacheBehaviors[{behavior.get('PathPattern')}]", behavior


def _target(config: Mapping[str, Any], behavior: Mapping[str, Any], path: str) -> Iterator[str]:
    target = behavior.get("TargetOriginId")
    if target not in (*ids_in(config.get("Origins")), *ids_in(config.get("OriginGroups"))):
        yield f"{path}.TargetOriginId: there is no origin or origin group {target}"
    for name in ("TrustedSigners", "TrustedKeyGroups"):
        trusted = structure(behavior.get(name))
        if trusted.get("Enabled") and not values_in(trusted):
            yield f"{path}.{name} is enabled without Items"


def _caching(behavior: Mapping[str, Any], path: str) -> Iterator[str]:
    if bool(behavior.get("CachePolicyId")) == ("ForwardedValues" in behavior):
        yield f"{path} must have exactly one of CachePolicyId, ForwardedValues"
    times = [behavior[name] for name in ("MinTTL", "DefaultTTL", "MaxTTL") if isinstance(behavior.get(name), int)]
    if times != sorted(times):
        yield f"{path}: MinTTL, DefaultTTL and MaxTTL must not decrease"


def _methods(behavior: Mapping[str, Any], path: str) -> Iterator[str]:
    if "AllowedMethods" not in behavior:
        return
    allowed = set(values_in(behavior["AllowedMethods"]))
    if allowed not in METHODS:
        yield f"{path}.AllowedMethods must be one of CloudFront's three sets: reading, with OPTIONS, or all"
    cached = structure(behavior["AllowedMethods"]).get("CachedMethods")
    if cached is not None and (set(values_in(cached)) not in METHODS[:2] or not set(values_in(cached)) <= allowed):
        yield f"{path}.AllowedMethods.CachedMethods must be GET and HEAD, with OPTIONS where that is allowed"


def _code(behavior: Mapping[str, Any], path: str) -> Iterator[str]:
    functions = structures_in(behavior.get("FunctionAssociations"))
    at_edge = structures_in(behavior.get("LambdaFunctionAssociations"))
    for function in functions:
        if function.get("EventType") not in VIEWER_EVENTS:
            yield f"{path}.FunctionAssociations[{function.get('EventType')}]: functions run at viewer events alone"
    if functions and any(association.get("EventType") in VIEWER_EVENTS for association in at_edge):
        yield f"{path}: at viewer events either functions or Lambda@Edge can run, not both"
    for association in at_edge:
        if not LAMBDA_VERSION.fullmatch(str(association.get("LambdaFunctionARN"))):
            yield (
                f"{path}.LambdaFunctionAssociations[{association.get('EventType')}] must name a numbered version of a "
                "function in us-east-1"
            )
