"""Moments as CloudFront tells them: to the millisecond, where MiniStack tells the second alone."""

from __future__ import annotations

from datetime import UTC, datetime


def present() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
