"""How long certificates last, by the day on which they are issued, and how long before their end they are renewed.

The numbers and their sources are in `lifetimes.json`: a new ballot of the CA/Browser Forum is a change of that file.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Lifetime:
    """In force for what is issued from a day on."""

    start: date
    days: int


@dataclass(frozen=True, slots=True)
class Assumption:
    text: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Lifetimes:
    steps: Sequence[Lifetime]
    """By their start, earliest first; the first holds for all days before it, too."""
    managed_lead: int
    """Days before the end at which ACM renews."""
    imported_lead: int
    """Days before the end at which an import is made again."""
    part: int
    """Nothing is renewed earlier than in the last 1/part of its lifetime, or 45 of 47 days would be thrown away."""
    assumptions: Sequence[Assumption] = ()

    def on(self, day: date) -> int:
        """Days that a certificate lasts which is issued on this day."""
        return next((step.days for step in reversed(self.steps) if step.start <= day), self.steps[0].days)

    def lead(self, days_before_end: int, day: date) -> int:
        """How many days before its end a certificate is renewed that was issued on this day."""
        return min(days_before_end, self.on(day) // self.part)


@cache
def published_lifetimes() -> Lifetimes:
    document = json.loads(files(__package__).joinpath("lifetimes.json").read_text(encoding="utf-8"))
    renewal = document["renewal"]
    return Lifetimes(
        steps=tuple(Lifetime(date.fromisoformat(step["from"]), step["days"]) for step in document["lifetimes"]),
        managed_lead=renewal["managedDaysBeforeEnd"],
        imported_lead=renewal["importedDaysBeforeEnd"],
        part=renewal["atMostOneInLifetime"],
        assumptions=tuple(Assumption(entry["text"], entry["url"]) for entry in document["assumptions"]),
    )
