"""What an engine is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""When it is, where nobody says otherwise."""
TIME_LIMIT = 5.0
"""Seconds that a call may take before it is ended."""


@dataclass(frozen=True, slots=True)
class Call:
    event: Mapping[str, Any]
    """As the runtime has it."""
    key_value_store: Mapping[str, str] | None = field(default_factory=dict)
    """None: reading it fails."""
    now: datetime = NOW
    """The clock stands still there."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """In Secrets Manager, by ARN or name."""
    network: Sequence[Mapping[str, Any]] = ()
    """Answers to requests, each `{"request": "GET https://…", "status", "headers", "body"}`."""
    raw_query: str = ""
    """What `request.rawQueryString()` says."""
    continues: bool = False
    """Whether a Python function keeps what it has in memory from the call before, as a warm one does."""


@dataclass(frozen=True, slots=True)
class Outcome:
    value: Any | None
    """What the function returned, as JSON has it."""
    error: str | None = None
    """Why there is no value: what was thrown, a crash, or the time limit."""
    log: tuple[str, ...] = ()
    origin_calls: tuple[Any, ...] = ()
    """Calls of the origin helpers in order, each `{name: argument}`."""
    microseconds: float = 0.0
    unanswered: tuple[str, ...] = ()
    """Requests to which `network` and `secrets` had no answer."""


class Engine(Protocol):
    @property
    def name(self) -> str: ...

    def run(self, code: str, calls: Sequence[Call]) -> list[Outcome]:
        """An outcome for each call, in one process; a process that ends before its time is started anew."""
        ...
