"""How a distribution's configuration says that its requests are logged in real time: by an ARN in each cache behavior.

A behavior that has another real-time log configuration is somebody else's doing and stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from cloudfront_extensions.metrics.log_delivery import Mode, Outcome

MEMBER = "RealtimeLogConfigArn"
DEFAULT_BEHAVIOR = "*"
"""What the default cache behavior is called among path patterns."""

MOST_NAMED = 5

Behavior = dict[str, Any]


class Attachment(NamedTuple):
    """What a configuration becomes."""

    config: dict[str, Any]
    """As UpdateDistribution takes it; a copy, also where nothing changes."""
    changed: bool
    """Whether it differs from what it was."""
    foreign: tuple[str, ...]
    """Path patterns of the behaviors that log in real time to somewhere else, the default one's being `*`."""


def attached(config: Mapping[str, Any], arn: str) -> Attachment:
    """The configuration with the ARN in every behavior that has none."""
    return _with(config, arn, lambda behavior: behavior | {MEMBER: arn} if not behavior.get(MEMBER) else behavior)


def detached(config: Mapping[str, Any], arn: str) -> Attachment:
    """The configuration without the ARN in any behavior."""
    return _with(config, arn, lambda behavior: _without(behavior) if behavior.get(MEMBER) == arn else behavior)


def changed(mode: Mode, config: Mapping[str, Any], arn: str) -> tuple[Outcome, dict[str, Any] | None, str | None]:
    """What becomes of a distribution, what its configuration is to be (None: stays as it is), and what people should know."""
    made = attached(config, arn) if mode is Mode.ATTACH else detached(config, arn)
    reason = _foreign(made.foreign) if mode is Mode.ATTACH and made.foreign else None
    if made.changed:
        return Outcome.ATTACHED if mode is Mode.ATTACH else Outcome.DETACHED, made.config, reason
    is_elsewhere = mode is Mode.ATTACH and not is_attached(config, arn)
    return Outcome.ELSEWHERE if is_elsewhere else Outcome.UNCHANGED, None, reason


def is_attached(config: Mapping[str, Any], arn: str) -> bool:
    """Whether some behavior logs in real time to this real-time log configuration."""
    return any(behavior.get(MEMBER) == arn for _, behavior in _behaviors(config))


def _with(config: Mapping[str, Any], arn: str, change: Callable[[Behavior], Behavior]) -> Attachment:
    after = {**config, "DefaultCacheBehavior": change(dict(config["DefaultCacheBehavior"]))}
    others = config.get("CacheBehaviors") or {}
    if others.get("Items"):
        after["CacheBehaviors"] = {**others, "Items": [change(dict(each)) for each in others["Items"]]}
    foreign = tuple(path for path, behavior in _behaviors(after) if behavior.get(MEMBER) not in (None, "", arn))
    return Attachment(after, after != dict(config), foreign)


def _foreign(paths: tuple[str, ...]) -> str:
    named = ", ".join(paths[:MOST_NAMED]) + (f" and {len(paths) - MOST_NAMED} more" if len(paths) > MOST_NAMED else "")
    return f"its cache behaviors {named} have another real-time log configuration, which they keep"


def _without(behavior: Behavior) -> Behavior:
    return {name: value for name, value in behavior.items() if name != MEMBER}


def _behaviors(config: Mapping[str, Any]) -> list[tuple[str, Behavior]]:
    others = (config.get("CacheBehaviors") or {}).get("Items") or []
    named = [(str(behavior["PathPattern"]), behavior) for behavior in others]
    return [(DEFAULT_BEHAVIOR, config["DefaultCacheBehavior"]), *named]
