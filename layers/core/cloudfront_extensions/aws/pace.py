"""Calls made no faster than so many a second, where an account's rate is to be shared with others."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

Thing = TypeVar("Thing")


def paced(things: Iterable[Thing], a_second: float) -> Iterator[Thing]:
    """The things, one after the other, each at least 1/a_second after the one before was handed out."""
    due = time.monotonic()
    for thing in things:
        time.sleep(max(0.0, due - time.monotonic()))
        due = time.monotonic() + 1 / a_second
        yield thing
