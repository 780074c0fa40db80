"""Retries wait as their retrier says: exponentially, at most MaxDelaySeconds, with full jitter, at the instance's
speed.

MiniStack ignores MaxDelaySeconds and JitterStrategy and caps every delay at 60 seconds, a limit that AWS does not have.
Jitter comes from a seeded generator, so that one instance repeats the delays of another.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from typing import Any

from ministack.services import stepfunctions

from localaws.server.settings import Settings

Retrier = dict[str, Any]


def install(settings: Settings) -> None:
    find_stock = stepfunctions._find_matching_retrier
    chance = random.Random(0)  # noqa: S311 - jitter, which is to repeat

    def find(retriers: Sequence[Retrier], error: str, retry_counts: Mapping[int, int]) -> tuple[Retrier | None, int]:
        """The retrier that takes the error, after its delay: what asks for it would sleep, and is left nothing to
        wait."""
        retrier, index = find_stock(retriers, error, retry_counts)
        if retrier is None:
            return None, index
        time.sleep(settings.wall_seconds(delay(retrier, retry_counts.get(index, 0), chance)))
        return {**retrier, "IntervalSeconds": 0}, index

    stepfunctions._find_matching_retrier = find


def delay(retrier: Mapping[str, Any], retries_before: int, chance: random.Random) -> float:
    """Simulated seconds to wait before the next attempt."""
    seconds: float = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** retries_before
    seconds = min(seconds, retrier.get("MaxDelaySeconds", seconds))
    return chance.uniform(0, seconds) if retrier.get("JitterStrategy") == "FULL" else seconds
