"""An invalidation is InProgress for a while, then Completed. MiniStack keeps it, and knows it again by its caller reference."""

from __future__ import annotations

import time
from typing import Any

from localaws.server.cloudfront.answers import Answer, RefusedError
from localaws.server.cloudfront.request import parsed
from localaws.server.settings import Settings

IN_PROGRESS, COMPLETED = "InProgress", "Completed"
DURATION = 60.0
"""Simulated seconds. CloudFront's guide says that one typically takes less than a minute or two."""


def check(body: bytes) -> None:
    """Raises RefusedError."""
    paths = [path.text or "" for path in parsed(body).iter() if path.tag.endswith("Path")]
    if not paths:
        raise RefusedError(
            "InvalidArgument", "Your request contains one or more invalid invalidation paths: it has none."
        )
    for path in paths:
        if not path.startswith("/"):
            raise RefusedError(
                "InvalidArgument", f"Your request contains one or more invalid invalidation paths: {path}"
            )


def count(distribution_id: str) -> int:
    return len(_of(distribution_id))


def begun(distribution_id: str, answer: Answer, settings: Settings) -> Answer:
    """The answer to the invalidation that was just made last, which has begun now."""
    newest = _of(distribution_id)[-1]
    newest["Status"] = IN_PROGRESS
    newest["_completed_at"] = time.time() + settings.wall_seconds(DURATION)
    status, headers, body = answer
    return status, headers, body.replace(f"<Status>{COMPLETED}".encode(), f"<Status>{IN_PROGRESS}".encode())


def settle(distribution_id: str) -> None:
    """Complete those of a distribution whose time has come; to be called before anybody reads them."""
    for one in _of(distribution_id):
        if one["Status"] == IN_PROGRESS and time.time() >= one["_completed_at"]:
            one["Status"] = COMPLETED


def _of(distribution_id: str) -> list[dict[str, Any]]:
    from ministack.services import cloudfront

    found: list[dict[str, Any]] = cloudfront._invalidations.get(distribution_id, [])
    return found
