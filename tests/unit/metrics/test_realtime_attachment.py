"""A real-time log configuration is attached to behaviors that have none, and taken from those that have it."""

from __future__ import annotations

import copy
from typing import Any

from cloudfront_extensions.metrics.log_delivery import Mode, Outcome
from cloudfront_extensions.metrics.realtime_attachment import (
    attached,
    changed,
    detached,
    is_attached,
)

OURS = "arn:aws:cloudfront::111122223333:realtime-log-config/ours"
THEIRS = "arn:aws:cloudfront::111122223333:realtime-log-config/theirs"


def config(default: str | None = None, **others: str | None) -> dict[str, Any]:
    """A configuration with these ARNs in the default behavior and in others, by path pattern; "" for an empty text."""
    made: dict[str, Any] = {"Comment": "", "DefaultCacheBehavior": behavior(default), "CacheBehaviors": {"Quantity": 0}}
    if others:
        items = [{"PathPattern": f"/{path}/*", **behavior(arn)} for path, arn in others.items()]
        made["CacheBehaviors"] = {"Quantity": len(items), "Items": items}
    return made


def behavior(arn: str | None) -> dict[str, Any]:
    return {"TargetOriginId": "origin"} | ({} if arn is None else {"RealtimeLogConfigArn": arn})


def test_every_behavior_without_one_gets_it() -> None:
    made = attached(config(None, api="", images=None), OURS)
    assert (made.config, made.changed, made.foreign) == (config(OURS, api=OURS, images=OURS), True, ())


def test_a_behavior_with_another_one_keeps_it_and_is_named() -> None:
    made = attached(config(THEIRS, api=THEIRS, images=None), OURS)
    assert made.config == config(THEIRS, api=THEIRS, images=OURS)
    assert made.foreign == ("*", "/api/*")


def test_attaching_again_changes_nothing() -> None:
    made = attached(config(OURS, api=THEIRS), OURS)
    assert (made.config, made.changed, made.foreign) == (config(OURS, api=THEIRS), False, ("/api/*",))


def test_detaching_takes_it_away_and_leaves_others() -> None:
    made = detached(config(OURS, api=THEIRS, images=OURS), OURS)
    assert (made.config, made.changed, made.foreign) == (config(None, api=THEIRS, images=None), True, ("/api/*",))


def test_detaching_where_it_is_not_changes_nothing() -> None:
    before = config("", api=THEIRS)
    made = detached(before, OURS)
    assert (made.config, made.changed) == (before, False)


def test_attaching_and_detaching_brings_back_what_was() -> None:
    before = config(None, api=THEIRS, images=None)
    assert detached(attached(before, OURS).config, OURS).config == before


def test_the_configuration_that_was_given_is_left_alone() -> None:
    before = config(None, api=None)
    kept = copy.deepcopy(before)
    attached(before, OURS)
    assert before == kept


def test_a_configuration_without_other_behaviors_will_do() -> None:
    assert attached({"DefaultCacheBehavior": {}}, OURS).config == {
        "DefaultCacheBehavior": {"RealtimeLogConfigArn": OURS}
    }


def test_it_is_attached_when_one_behavior_has_it() -> None:
    assert is_attached(config(None, api=OURS), OURS)
    assert not is_attached(config("", api=THEIRS), OURS)


def test_a_distribution_that_is_attached_gets_another_configuration() -> None:
    assert changed(Mode.ATTACH, config(None, api=None), OURS) == (Outcome.ATTACHED, config(OURS, api=OURS), None)


def test_a_distribution_that_is_detached_gets_the_configuration_that_it_had() -> None:
    assert changed(Mode.DETACH, config(OURS, api=THEIRS), OURS) == (Outcome.DETACHED, config(None, api=THEIRS), None)


def test_a_distribution_that_is_as_wanted_stays() -> None:
    assert changed(Mode.ATTACH, config(OURS), OURS) == (Outcome.UNCHANGED, None, None)
    assert changed(Mode.DETACH, config(THEIRS), OURS) == (Outcome.UNCHANGED, None, None)


def test_what_behaviors_log_elsewhere_is_told_where_it_is_some_of_them_or_all() -> None:
    outcome, after, reason = changed(Mode.ATTACH, config(None, api=THEIRS), OURS)
    assert (outcome, after) == (Outcome.ATTACHED, config(OURS, api=THEIRS))
    assert reason == "its cache behaviors /api/* have another real-time log configuration, which they keep"
    outcome, after, reason = changed(Mode.ATTACH, config(THEIRS, **{f"p{n}": THEIRS for n in range(6)}), OURS)
    assert (outcome, after) == (Outcome.ELSEWHERE, None)
    assert reason is not None
    assert "behaviors *, /p0/*, /p1/*, /p2/*, /p3/* and 2 more have" in reason
