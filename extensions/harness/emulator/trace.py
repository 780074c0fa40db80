"""What happened to one request, for the line that is printed about it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Trace:
    cache: str = "Miss"
    """As in X-Cache: Hit, Miss, Error, or who made the response."""
    phases: list[str] = field(default_factory=list)
    """The functions that ran and the origins that were asked, in order."""
    microseconds: float = 0
    """What the functions took together."""
    notes: list[str] = field(default_factory=list)
    """Violations and failures, and what the functions logged."""
