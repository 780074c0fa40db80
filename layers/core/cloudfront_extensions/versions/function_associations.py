"""Attach, replace and detach edge functions in a configuration; everything else stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from cloudfront_extensions.distributions.config import DistributionConfig, items_of
from cloudfront_extensions.errors import (
    BehaviorNotFound,
    CloudFrontExtensionsError,
    ForeignFunctionAttached,
    QuotaWouldBeExceeded,
    with_next_action,
)
from cloudfront_extensions.versions.edge_functions import EdgeEvent, is_lambda
from cloudfront_extensions.versions.function_source import ANYTHING, DEFAULT_BEHAVIOR, WantedFunction

FUNCTIONS, LAMBDA_FUNCTIONS = "FunctionAssociations", "LambdaFunctionAssociations"
ARN_IN = {FUNCTIONS: "FunctionARN", LAMBDA_FUNCTIONS: "LambdaFunctionARN"}
"""Block of associations → where an element has its function."""
LAMBDA_QUOTA = 100
"""Associations of Lambda@Edge that a distribution may have (Developer Guide, "Quotas on Lambda@Edge")."""

Behavior = dict[str, Any]


def with_associations(config: Mapping[str, Any], wanted: Iterable[WantedFunction]) -> DistributionConfig:
    """The configuration with what is wanted; of behaviors that it does not have, nothing."""
    edited = deepcopy(dict(config))
    behaviors = _behaviors(edited)
    for one in wanted:
        if one.path_pattern in behaviors:
            _set(behaviors[one.path_pattern], one)
    return edited


def reasons_against_functions(
    config: Mapping[str, Any], wanted: Iterable[WantedFunction]
) -> Iterator[CloudFrontExtensionsError]:
    """Why a configuration can't, or should not, be given what is wanted: each reason, all of them at once."""
    wanted, behaviors = tuple(wanted), _behaviors(config)
    for one in wanted:
        behavior = behaviors.get(one.path_pattern)
        if behavior is None:
            yield _no_such_behavior(one, behaviors)
            continue
        for arn in _standing(behavior, one.event):
            if arn != one.function_arn and not one.may_replace(arn):
                yield _foreign(one, arn)
    yield from _too_many(config, with_associations(config, wanted))


def _behaviors(config: Mapping[str, Any]) -> dict[str, Behavior]:
    """By path pattern, the default one by that which no other can have."""
    others = {behavior["PathPattern"]: behavior for behavior in items_of(config.get("CacheBehaviors"))}
    return {**others, DEFAULT_BEHAVIOR: config["DefaultCacheBehavior"]}


def _standing(behavior: Behavior, event: EdgeEvent) -> tuple[str, ...]:
    """The functions at an event: one, or none."""
    return tuple(one[arn] for block, arn in ARN_IN.items() for one in _at(behavior, block, event))


def _at(behavior: Behavior, block: str, event: EdgeEvent) -> list[dict[str, Any]]:
    return [one for one in items_of(behavior.get(block)) if one["EventType"] == event]


def _set(behavior: Behavior, wanted: WantedFunction) -> None:
    if _standing(behavior, wanted.event) == (wanted.function_arn,):
        if wanted.include_body is not None:
            for one in _at(behavior, LAMBDA_FUNCTIONS, wanted.event):
                one["IncludeBody"] = wanted.include_body
        return
    for block in ARN_IN:
        if found := _at(behavior, block, wanted.event):
            _fill(behavior, block, [one for one in items_of(behavior[block]) if one not in found])
    if arn := wanted.function_arn:
        block = LAMBDA_FUNCTIONS if is_lambda(arn) else FUNCTIONS
        association: dict[str, Any] = {"EventType": wanted.event.value, ARN_IN[block]: arn}
        if block == LAMBDA_FUNCTIONS:
            association["IncludeBody"] = bool(wanted.include_body)
        _fill(behavior, block, [*items_of(behavior.get(block)), association])


def _fill(behavior: Behavior, block: str, items: list[Any]) -> None:
    behavior[block] = {"Quantity": len(items), **({"Items": items} if items else {})}


def _no_such_behavior(one: WantedFunction, behaviors: Iterable[str]) -> BehaviorNotFound:
    return BehaviorNotFound(
        f"distribution {one.distribution_id} has no behavior with the path pattern {one.path_pattern}; "
        f"it has {', '.join(sorted(behaviors))}"
    )


def _foreign(one: WantedFunction, arn: str) -> ForeignFunctionAttached:
    allow = (
        f"If it may go, add {arn} to `replaces` of this event"
        + (", without its number if any version may go" if is_lambda(arn) else "")
        + f' ("{ANYTHING}" lets anything go); else leave this event out'
    )
    return ForeignFunctionAttached(
        with_next_action(
            f"at {one.event} of the behavior {one.path_pattern} of distribution {one.distribution_id} stands {arn}, "
            "which the request does not name",
            f"{allow}, and start again with a new request token.",
        )
    )


def _too_many(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[QuotaWouldBeExceeded]:
    """A distribution that has more than usual has a higher quota."""
    number = _lambda_associations(after)
    if number > max(LAMBDA_QUOTA, _lambda_associations(before)):
        yield QuotaWouldBeExceeded(
            f"it would have {number} associations of Lambda@Edge; CloudFront takes {LAMBDA_QUOTA} of a distribution"
        )


def _lambda_associations(config: Mapping[str, Any]) -> int:
    return sum(len(items_of(behavior.get(LAMBDA_FUNCTIONS))) for behavior in _behaviors(config).values())
