"""How long to wait for a certificate before looking at it, and when to give up.

ACM's event ends a wait early; the schedule is for events that never come. Waited time is the sum of the waits that
passed, so that an execution that stood still does not lose its chances.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict


class WaitJson(TypedDict):
    seconds: int
    """Length of the present wait."""
    waitedSeconds: int
    """The waits before it, together."""


@dataclass(frozen=True, slots=True)
class WaitSchedule:
    """In seconds, each at least 1."""

    first: int = 300
    longest: int = 3_600
    limit: int = 259_200
    """All waits together: ACM gives up on a validation after 72 hours."""


def first_wait(schedule: WaitSchedule) -> WaitJson:
    return WaitJson(seconds=min(schedule.first, schedule.longest, schedule.limit), waitedSeconds=0)


def next_wait(schedule: WaitSchedule, passed: WaitJson) -> WaitJson | None:
    """The wait that follows one that passed in vain: twice as long, under the cap; None when the limit is reached.

    The last wait is as long as the limit leaves it.
    """
    waited = passed["waitedSeconds"] + passed["seconds"]
    if waited >= schedule.limit:
        return None
    return WaitJson(seconds=min(2 * passed["seconds"], schedule.longest, schedule.limit - waited), waitedSeconds=waited)
