"""Facts: additive integers by country, status, result type and use of the origin.

Facts are the only truth that is stored. They add up over windows, domains, countries and files, in any order and without
rounding; every metric is a view of some sum of them (`definitions`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

UNKNOWN = "-"
"""What a log does not tell: a country, a host, a network. It is counted under this name, never guessed."""


class OriginUse(StrEnum):
    """What CloudFront did with the origin to answer a request, by x-edge-detailed-result-type."""

    NONE = "none"
    FETCHED = "fetched"
    """`Miss`, or a type with `Origin` in it that is not `OriginShieldHit`."""
    REVALIDATED = "revalidated"
    """`RefreshHit`: the origin was asked whether the copy is still good."""


class Cell(NamedTuple):
    """What requests are told apart by."""

    country: str
    """ISO 3166-1 alpha-2, or UNKNOWN."""
    status: str
    """Three digits; `000`: the viewer was gone before the answer."""
    result: str
    """x-edge-response-result-type, such as `Hit`, `RefreshHit`, `Miss`, `Error`."""
    origin: OriginUse


class Measures(NamedTuple):
    """What is summed. Times are of `time-taken`, from the request's first byte to the answer's last."""

    requests: int
    bytes: int
    """sc-bytes: sent to viewers, headers included."""
    taken_ms: int
    """Each request's time rounded to milliseconds."""
    slow_1000: int
    """Requests that took 1,000 ms or longer."""
    slow_600: int
    """From 600 up to, but not, 1,000 ms."""
    slow_300: int
    """From 300 up to, but not, 600 ms."""

    def plus(self, other: Measures) -> Measures:
        requests, sent, taken, slow_1000, slow_600, slow_300 = other
        return Measures(
            self.requests + requests,
            self.bytes + sent,
            self.taken_ms + taken,
            self.slow_1000 + slow_1000,
            self.slow_600 + slow_600,
            self.slow_300 + slow_300,
        )


Facts = Mapping[Cell, Measures]

NOTHING = Measures(0, 0, 0, 0, 0, 0)


def added(parts: Iterable[Facts]) -> dict[Cell, Measures]:
    """The sum of facts, cell by cell."""
    total: dict[Cell, Measures] = {}
    for part in parts:
        for cell, measures in part.items():
            total[cell] = total[cell].plus(measures) if cell in total else measures
    return total


def total(facts: Facts) -> Measures:
    """All cells together."""
    return Measures(*map(sum, zip(*facts.values(), strict=True))) if facts else NOTHING


def without_countries(facts: Facts) -> dict[Cell, Measures]:
    """The same facts, countries not told apart: UNKNOWN stands for all of them."""
    return added({cell._replace(country=UNKNOWN): measures} for cell, measures in facts.items())
