"""Lists come in pages, in the order of ids.

The marker is the id of the last one seen, so that a page stays right when things come and go in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from localaws.server.cloudfront.answers import RefusedError, query_value

GREATEST_PAGE = 100

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    marker: str
    size: int
    items: dict[str, Item]
    next_marker: str | None


def page_of(found: Mapping[str, Item], query: dict[str, Any]) -> Page[Item]:
    """The page that a query asks for of what was found, by id. Raises RefusedError."""
    marker, size = query_value(query, "Marker") or "", _size(query_value(query, "MaxItems"))
    following = sorted(each for each in found if each > marker)
    page = {each: found[each] for each in following[:size]}
    return Page(marker, size, page, following[size - 1] if len(following) > size else None)


def _size(text: str | None) -> int:
    if text is None:
        return GREATEST_PAGE
    if not text.isdecimal() or int(text) < 1:
        raise RefusedError("InvalidArgument", f"MaxItems must be a number from 1 up, not {text!r}")
    return min(int(text), GREATEST_PAGE)
