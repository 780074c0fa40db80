"""Cursors: where the next page of a list begins, as an opaque text.

A cursor holds the last position that was answered, and the fingerprint of its list with all filters. It holds no partition
and no table: what it leads to is always in the list that is asked for, so that a forged one can do no more than skip. A
position is checked again by the list that reads it, for it comes back from outside.
"""

from __future__ import annotations

import base64
import json
from hashlib import sha256

from cloudfront_extensions.errors import InvalidCursor

LONGEST = 1_024
"""Characters; no position of any list needs more."""


def cursor_after(position: str, *of_list: str | None) -> str:
    """The cursor that goes on behind a position of a list, which its name and filters make out."""
    content = json.dumps([_fingerprint(of_list), position], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")


def position_of(cursor: str | None, *of_list: str | None) -> str | None:
    """The position that a cursor holds; None without a cursor.

    Raises:
        InvalidCursor: it is none, or one of another list or of other filters.
    """
    if cursor is None:
        return None
    try:
        if len(cursor) > LONGEST:
            raise ValueError
        content = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), b"-_", validate=True)
        fingerprint, position = json.loads(content)
        belongs = fingerprint == _fingerprint(of_list) and isinstance(position, str) and position
        # What one text means, no other text means: nothing is read into a cursor that was not written into it.
        if not belongs or cursor_after(position, *of_list) != cursor:
            raise InvalidCursor("cursor: it belongs to another list, or to other filters")
    except (AttributeError, TypeError, ValueError, RecursionError):
        raise InvalidCursor("cursor: it is not one that a list answered") from None
    return str(position)


def _fingerprint(of_list: tuple[str | None, ...]) -> str:
    return sha256(json.dumps(of_list).encode()).hexdigest()[:16]
