"""A distribution as the emulator knows it: origins, and behaviors with a function for some of their events."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from extensions.harness.emulator.origins import Origin
from extensions.harness.emulator.policies import CachePolicy, OriginRequestPolicy
from extensions.harness.folders import Language
from extensions.harness.rules import Association, Violation, association_violations

METHODS = ("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class AttachedFunction:
    """A function as it is deployed: its parameters are in its code."""

    name: str
    language: Language
    code: str
    key_value_store: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    """In Secrets Manager, by ARN or name."""
    network: Sequence[Mapping[str, Any]] = ()
    """What other hosts answer, as in a case: no function reaches a real one."""
    timeout: float = 5
    """Seconds that Lambda@Edge gives it."""


@dataclass(frozen=True, slots=True)
class Behavior:
    origin: str
    """The id of the origin."""
    path_pattern: str = "*"
    functions: Mapping[str, AttachedFunction] = field(default_factory=dict)
    """By event."""
    cache: CachePolicy = field(default_factory=CachePolicy)
    origin_request: OriginRequestPolicy = field(default_factory=OriginRequestPolicy)
    methods: Sequence[str] = METHODS

    def matches(self, path: str) -> bool:
        """Whether a path is one of this behavior's; upper and lower case differ, and a first slash may be left out."""
        pattern = self.path_pattern if self.path_pattern.startswith(("/", "*")) else f"/{self.path_pattern}"
        parts = (".*" if sign == "*" else "." if sign == "?" else re.escape(sign) for sign in pattern)
        return re.fullmatch("".join(parts), path, re.DOTALL) is not None


@dataclass(frozen=True, slots=True)
class Distribution:
    origins: Mapping[str, Origin]
    behaviors: Sequence[Behavior]
    """The first that matches a path has it; the last one's pattern is `*`."""
    domain_name: str = "d111111abcdef8.cloudfront.net"
    id: str = "EDFDVBD6EXAMPLE"

    @property
    def via(self) -> str:
        return f"1.1 {self.domain_name} (CloudFront)"

    def behavior_of(self, path: str) -> Behavior:
        return next(behavior for behavior in self.behaviors if behavior.matches(path))

    def violations(self) -> list[Violation]:
        """What CloudFront would refuse in this configuration."""
        return list(
            association_violations(
                Association(behavior.path_pattern, event, function.language, function.name)
                for behavior in self.behaviors
                for event, function in behavior.functions.items()
            )
        )
