"""One page of a list, as every list answers."""

from __future__ import annotations

from typing import Generic, TypedDict, TypeVar

from cloudfront_extensions.errors import InvalidInput

DEFAULT_LIMIT = 50
MAXIMUM_LIMIT = 100

ItemT = TypeVar("ItemT")


class Page(TypedDict, Generic[ItemT]):
    items: list[ItemT]
    """At most as many as were asked for; fewer, even none, do not mean that the list ends."""
    nextCursor: str | None
    """What to ask for the next page with; None: the list ends here."""


def checked_limit(limit: object) -> int:
    """Raises InvalidInput unless it is a whole number from 1 to 100."""
    if isinstance(limit, int) and not isinstance(limit, bool) and 1 <= limit <= MAXIMUM_LIMIT:
        return limit
    raise InvalidInput(f"limit: give a whole number from 1 to {MAXIMUM_LIMIT}")
