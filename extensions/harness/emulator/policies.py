"""What of a viewer's request belongs to the cache key, and what reaches the origin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

Value = TypeVar("Value")
DAY = 86_400
YEAR = 365 * DAY


@dataclass(frozen=True, slots=True)
class Selection:
    """Some names of query arguments, headers or cookies: none, a list, or all."""

    everything: bool = False
    names: frozenset[str] = frozenset()

    def holds(self, name: str) -> bool:
        return self.everything or name in self.names

    def __or__(self, other: Selection) -> Selection:
        return Selection(self.everything or other.everything, self.names | other.names)

    def of_query(self, query: str) -> str:
        """The arguments that are held, each as it was written."""
        if self.everything:
            return query
        return "&".join(argument for argument in query.split("&") if argument.partition("=")[0] in self.names)

    def of_values(self, values: Mapping[str, Value]) -> dict[str, Value]:
        return {name: value for name, value in values.items() if self.holds(name)}


NONE = Selection()
ALL = Selection(everything=True)


@dataclass(frozen=True, slots=True)
class CachePolicy:
    """The cache key beside the path, and the bounds of what Cache-Control may say, in seconds."""

    query: Selection = ALL
    headers: Selection = NONE
    cookies: Selection = NONE
    minimum: int = 0
    default: int = DAY
    maximum: int = YEAR


@dataclass(frozen=True, slots=True)
class OriginRequestPolicy:
    """What the origin gets besides the cache key. Host and Accept-Encoding must be named, being no part of all."""

    query: Selection = ALL
    headers: Selection = ALL
    cookies: Selection = ALL
