"""The clock: read here and nowhere else in the layer."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


def now() -> str:
    """The present moment, RFC 3339 in UTC, to the millisecond."""
    return days_ago(0)


def days_ago(days: float) -> str:
    """The moment so many days before the present one, written as `now` writes it."""
    return rfc3339(datetime.now(UTC) - timedelta(days=days))


def seconds_from_now(seconds: float) -> str:
    """The moment so many seconds after the present one, written as `now` writes it."""
    return rfc3339(datetime.now(UTC) + timedelta(seconds=seconds))


def rfc3339(moment: datetime) -> str:
    """A moment written as `now` writes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds_since(moment: str) -> float:
    """How long ago a moment was, which is written as `now` writes it."""
    return (datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds()


def epoch_seconds() -> int:
    """The present moment as DynamoDB counts it for items that expire."""
    return int(time.time())


def epoch_milliseconds() -> int:
    return time.time_ns() // 1_000_000
