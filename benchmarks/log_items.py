"""How many items of the metrics table figures become, and what writing them costs in DynamoDB's units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from cloudfront_extensions.metrics.domain_figures import DomainFigures
from cloudfront_extensions.metrics.known_domains import ALL_DISTRIBUTIONS
from cloudfront_extensions.metrics.stored_items import StoredItem, items_of

UNIT = 1024
"""Bytes that one write unit writes."""
NAMES_AND_NUMBERS = 40
"""Bytes of an item beside its keys and its content: the names of its attributes, and when it expires."""


class Stored:
    """Sums over the domains that are asked for.

    Left out are all distributions together, which are but one domain more, and distributions under whose id only odd hosts are
    counted, which would make the mean small.
    """

    def __init__(self, domains: Collection[str]) -> None:
        self.requests = 0
        """Of all distributions together."""
        self.rejected = 0
        """Lines that could not be counted."""
        self._asked, self._found = frozenset(domains), set[str]()
        self._items, self._units, self._bytes = Counter[str](), Counter[str](), Counter[str]()
        self._largest = 0

    def add(self, figures: DomainFigures) -> None:
        items = list(items_of(figures))
        self.rejected += figures.rejected
        if figures.domain == ALL_DISTRIBUTIONS:
            self.requests += sum(cell.requests for facts in figures.windows.values() for cell in facts.values())
        if figures.domain not in self._asked:
            return
        self._found.add(figures.domain)
        for item in items:
            size = size_of(item)
            self._items[item.kind] += 1
            self._units[item.kind] += -(-size // UNIT)
            self._bytes[item.kind] += size
            self._largest = max(self._largest, size)

    def told(self) -> dict[str, Any]:
        return {
            "requests": self.requests,
            "rejected": self.rejected,
            "domains": len(self._found),
            "items": self._items,
            "units": self._units,
            "bytes": self._bytes,
            "largest": self._largest,
        }


def size_of(item: StoredItem) -> int:
    return len(item.domain) + len(item.sort_key) + len(item.content) + NAMES_AND_NUMBERS
