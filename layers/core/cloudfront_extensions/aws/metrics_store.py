"""The metrics table in DynamoDB: figures of domains, written whole and read by key alone.

Which items there are says `metrics.stored_items`; the partition `refresh` is that of `metrics_refresh`. A domain's windows
lie behind each other: a month of hours is one query.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from cloudfront_extensions.aws.attributes import to_attributes
from cloudfront_extensions.aws.table import BATCH_WRITE_LIMIT, Attributes, Table
from cloudfront_extensions.metrics.coverage import Coverage
from cloudfront_extensions.metrics.domain_figures import DomainFigures
from cloudfront_extensions.metrics.download_speeds import SpeedCell, added_speeds
from cloudfront_extensions.metrics.facts import Facts, added, total
from cloudfront_extensions.metrics.known_domains import ALL_DISTRIBUTIONS
from cloudfront_extensions.metrics.sources import Folder, Source
from cloudfront_extensions.metrics.speaking_sources import spoken
from cloudfront_extensions.metrics.stored_items import (
    Kind,
    Retention,
    StoredItem,
    counted_of,
    facts_of,
    item_from,
    items_of,
    rejected_of,
    sort_keys,
    speeds_of,
    urls_of,
)
from cloudfront_extensions.metrics.top_urls import UrlList, added_urls
from cloudfront_extensions.metrics.windows import Interval, start_of

REFRESH = "refresh"
"""The partition in which `metrics_refresh` keeps which folders have changed."""
PENDING = "pending#"
"""What the sort key begins with of a folder that is to be scanned: `pending#<hour>#<source>`."""


class Series(NamedTuple):
    """The facts of a domain between two moments."""

    facts: dict[int, Facts]
    """By start of the window; windows of which nothing is stored are not in it."""
    sources: frozenset[Source]
    """The kinds of logs that any of it is from."""


class MetricsStore:
    """`table`: the table, or its name; without either that of the environment."""

    def __init__(self, table: Table | str | None = None, retention: Retention | None = None) -> None:
        if table is None or isinstance(table, str):
            table = Table(table or os.environ["METRICS_TABLE"])
        self._table = table
        self._retention = retention or Retention()

    def write(self, figures: Iterable[DomainFigures]) -> None:
        """Put the figures of domains in the place of what their folders had before.

        They are taken as they come, 25 items at a time. Writing the same once more changes nothing, so a write that stopped
        halfway is done again whole.
        """
        items = (self._attributes(item) for of_domain in figures for item in items_of(of_domain))
        while batch := list(islice(items, BATCH_WRITE_LIMIT)):
            self._table.put_many(batch)

    def facts(
        self,
        domain: str,
        first: int,
        end: int,
        interval: Interval,
        *,
        countries: bool = False,
        consistent: bool = False,
    ) -> Series:
        """A domain's facts in windows that start from `first` up to, but not at, `end`, both starts of windows.

        In five minutes for as long as those are kept, else in hours or sums of them. `countries` tells countries apart;
        `consistent` reads what was written a moment ago, and costs double.
        """
        of_hours = Kind.HOUR_COUNTRIES if countries else Kind.HOUR
        kind = Kind.FIVE_MINUTES if interval is Interval.FIVE_MINUTES else of_hours
        # Whole hours, for it is by hours that the source is chosen that speaks.
        last = start_of(end + Interval.HOUR.seconds - 1, Interval.HOUR)
        items = list(self._items(domain, kind, start_of(first, Interval.HOUR), last, consistent=consistent))
        found: dict[int, list[Facts]] = {}
        for start, parts in spoken(items, lambda item: facts_of(item, countries=countries), _requests).items():
            if first <= start < end:
                found.setdefault(start_of(start, interval), []).extend(parts)
        sources = frozenset(item.folder.source for item in items)
        return Series({start: _sum(parts) for start, parts in found.items()}, sources)

    def urls(self, domain: str, first: int, end: int) -> dict[int, UrlList]:
        """The top URLs of a domain by start of the hour, of each hour those of `top_urls.kept`."""
        items = self._items(domain, Kind.URLS, first, end)
        found = spoken(items, urls_of, lambda found: sum(url.requests for url in found.urls))
        return {start: added_urls(parts) for start, parts in found.items()}

    def speeds(self, domain: str, first: int, end: int) -> dict[SpeedCell, int]:
        """Answers of a domain in whole hours by country, network and class of download speed."""
        items = self._items(domain, Kind.SPEEDS, first, end)
        found = spoken(items, speeds_of, lambda speeds: sum(speeds.values()))
        return added_speeds(part for parts in found.values() for part in parts)

    def coverage(self, domain: str, first: int, end: int, now: int, sources: frozenset[Source]) -> Coverage:
        """What is known of the windows of a domain. `sources`: those that any of its figures there are from."""
        bounds = sort_keys(Kind.HOUR, 0, now + Interval.DAY.seconds)
        earliest = [_item(row) for row in self._table.page(domain, 1, between=bounds).rows]
        known = sources or {item.folder.source for item in earliest}
        of_account = self._items(
            ALL_DISTRIBUTIONS, Kind.COUNTED, start_of(first, Interval.HOUR), end + Interval.HOUR.seconds
        )
        marks = [item for item in of_account if item.folder.source in known]
        rejected = Counter[int]()
        for item in marks:
            rejected[item.start] += rejected_of(item)
        return Coverage(
            now=now,
            since=earliest[0].start if earliest else None,
            counted=frozenset().union(*map(counted_of, marks)),
            pending=self.pending(),
            rejected=rejected,
        )

    def pending(self) -> frozenset[int]:
        """Starts of the hours of the folders that have changed and were not scanned again yet."""
        rows = self._table.query(REFRESH, PENDING, consistent=False)
        return frozenset(_pending_hour(row["sk"]["S"]) for row in rows)

    def _items(
        self, domain: str, kind: Kind, first: int, end: int, *, consistent: bool = False
    ) -> Iterator[StoredItem]:
        return map(_item, self._table.query(domain, between=sort_keys(kind, first, end), consistent=consistent))

    def _attributes(self, item: StoredItem) -> Attributes:
        return to_attributes(
            {
                "pk": item.domain,
                "sk": item.sort_key,
                "facts": item.content,
                "parts": item.parts if item.parts > 1 else None,
                "expires_at": self._retention.ends(item),
            }
        )


def _item(row: Attributes) -> StoredItem:
    parts = int(row["parts"]["N"]) if "parts" in row else 1
    return item_from(row["pk"]["S"], row["sk"]["S"], row["facts"]["B"], parts)


def _pending_hour(sort_key: str) -> int:
    _, hour, source = sort_key.split("#")
    return int(Folder(Source(source), hour).begins.timestamp())


def _requests(facts: Facts) -> int:
    return total(facts).requests


def _sum(parts: list[Facts]) -> Facts:
    return parts[0] if len(parts) == 1 else added(parts)
