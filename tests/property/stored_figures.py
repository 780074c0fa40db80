"""Figures in items and out of them again, as the metrics table has them, without the table; and the same from raw lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from cloudfront_extensions.metrics.domain_figures import figures
from cloudfront_extensions.metrics.facts import Facts, added
from cloudfront_extensions.metrics.known_domains import KnownDomains
from cloudfront_extensions.metrics.rows import Row
from cloudfront_extensions.metrics.sources import Folder
from cloudfront_extensions.metrics.stored_items import LARGEST_CONTENT, Kind, StoredItem, facts_of, item_from, items_of
from cloudfront_extensions.metrics.windows import Interval, start_of
from tests.unit.metrics.lines import Line, rows_of

KNOWN = KnownDomains(
    [
        {"distributionId": "E1", "edgeDomain": "d1.cloudfront.net", "aliases": ["shop.example.com", "*.example.com"]},
        {"distributionId": "E2", "edgeDomain": "d2.cloudfront.net", "aliases": ["*.shop.example.com"]},
        {"distributionId": "E3", "edgeDomain": "d3.cloudfront.net", "aliases": []},
    ]
)
Table = dict[tuple[str, str], StoredItem]


def written(table: Table, logged: list[Line], folder: Folder, largest: int = LARGEST_CONTENT) -> None:
    """What the scan of a folder puts into the table, over what it had."""
    store(table, rows_of(logged, folder), largest)


def store(table: Table, rows: Iterable[Row], largest: int = LARGEST_CONTENT) -> None:
    for each in figures(rows, KNOWN):
        for item in items_of(each, largest):
            table[item.domain, item.sort_key] = item_from(item.domain, item.sort_key, item.content, item.parts)


def read(table: Table, domain: str, kind: Kind, interval: Interval, *, countries: bool) -> dict[int, Facts]:
    own = [item for item in table.values() if (item.domain, item.kind) == (domain, kind)]
    windows: dict[int, list[Facts]] = defaultdict(list)
    for item in without_left_overs(own):
        windows[start_of(item.start, interval)].append(facts_of(item, countries=countries))
    return {start: added(parts) for start, parts in windows.items()}


def without_left_overs(items: Iterable[StoredItem]) -> Iterator[StoredItem]:
    """Without the last parts of an earlier item that had more of them."""
    every = list(items)
    parts = {(item.start, item.folder): item.parts for item in every if item.part == 1}
    return (item for item in every if item.part <= parts[item.start, item.folder])


def by_hand(logged: list[Line], domain: str, interval: Interval) -> dict[int, list[Line]]:
    windows: dict[int, list[Line]] = defaultdict(list)
    for line in logged:
        if domain in ("*", KNOWN.fold(line.edge_domain, line.host)):
            windows[line.second - line.second % interval.seconds].append(line)
    return windows


DOMAINS = ("*", "shop.example.com", "*.example.com", "*.shop.example.com", "E1", "E2", "E3", "unknown.cloudfront.net")
