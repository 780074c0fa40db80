"""The clock: read here and nowhere else in the layer."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """The present moment, RFC 3339 in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
