"""Records gather until they are as large as a hint says, or the first of them has waited as long as one says."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Hints:
    size: float
    """Bytes."""
    seconds: float
    """Of this machine."""


class Batch(Generic[Item]):
    """What gathers goes on in a thread of its own: those who add never wait for it."""

    def __init__(self, go_on: Callable[[list[Item]], None]) -> None:
        self._go_on = go_on
        self._lock = threading.Lock()
        self._items: list[Item] = []
        self._size = 0
        self._due: threading.Timer | None = None

    def add(self, item: Item, size: int, hints: Hints) -> None:
        with self._lock:
            if self._items and self._size + size > hints.size:
                self._release()
            self._items.append(item)
            self._size += size
            if self._size >= hints.size:
                self._release()
            elif self._due is None:
                self._due = threading.Timer(hints.seconds, self._come_due)
                self._due.daemon = True
                self._due.start()

    def _come_due(self) -> None:
        with self._lock:
            self._release()

    def _release(self) -> None:
        items, self._items, self._size = self._items, [], 0
        if self._due is not None:
            self._due.cancel()
            self._due = None
        if items:
            threading.Thread(target=self._go_on, args=(items,), daemon=True).start()
