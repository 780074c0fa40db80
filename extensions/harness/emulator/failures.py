"""Why CloudFront itself answers a request."""

from __future__ import annotations


class Refused(Exception):
    """The viewer gets this status instead of an answer; the reason is for whoever develops."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
