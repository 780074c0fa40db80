"""The items in which figures are stored, and back.

| partition key | sort key                                        | holds                                                    |
|---------------|-------------------------------------------------|----------------------------------------------------------|
| `<domain>`    | `5m#<start>#<source>#<folder hour>`             | facts of five minutes, with and without countries        |
| `<domain>`    | `1h#<start>#<source>#<folder hour>`             | facts of an hour without countries                       |
| `<domain>`    | `1h-countries#<start>#<source>#<folder hour>`   | facts of an hour with countries                          |
| `<domain>`    | `urls#<start>#<source>#<folder hour>`           | the top URLs of an hour, and what they lack              |
| `<domain>`    | `speeds#<start>#<source>#<folder hour>`         | classes of download speed of an hour                     |
| `*`           | `counted#<start>#<source>#<folder hour>`        | in which five minutes of an hour anything was counted;   |
|               |                                                 | of the folder's own hour, lines that could not be, too   |

What a folder has of a window is one item, which the next scan of that folder overwrites; a window is the sum of the items
that the folders of one source have of it. What would be too large for one item goes on in others, with `#2`, `#3` … at the
end of their sort keys; the first one says how many they are, so that what is left of an earlier, larger one is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cloudfront_extensions.metrics.domain_figures import DomainFigures
from cloudfront_extensions.metrics.download_speeds import Speed, SpeedCell
from cloudfront_extensions.metrics.facts import UNKNOWN, Cell, Facts, Measures, OriginUse, added, without_countries
from cloudfront_extensions.metrics.known_domains import ALL_DISTRIBUTIONS
from cloudfront_extensions.metrics.packing import Names, Numbers, packed, unpacked
from cloudfront_extensions.metrics.sources import Folder, Source
from cloudfront_extensions.metrics.top_urls import Lack, UrlFigures, UrlList, by_requests
from cloudfront_extensions.metrics.windows import SMALLEST, Interval, label, start_labelled, start_of

LARGEST_CONTENT = 350_000
"""Bytes of the content of one item; DynamoDB takes 400 KB with keys and names."""
_LENGTH_BYTES = 4
_REJECTED = b"\xff"
"""In an item of what was counted, what the number of rejected lines begins with. No place of five minutes is written so."""
_LACK = ""
"""In a list of URLs, the path under which it says what it lacks. No logged path is empty."""
_ORIGIN_USES = {str(use): use for use in OriginUse}


class Kind(StrEnum):
    """What an item holds: the beginning of its sort key."""

    FIVE_MINUTES = "5m"
    HOUR = "1h"
    HOUR_COUNTRIES = "1h-countries"
    URLS = "urls"
    SPEEDS = "speeds"
    COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class Retention:
    """For how long figures are kept, in days after the window."""

    five_minutes_days: int = 35
    hour_days: int = 400

    def ends(self, item: StoredItem) -> int:
        """When an item expires, in seconds since 1970: by its window, not by when it was written."""
        days = self.five_minutes_days if item.kind is Kind.FIVE_MINUTES else self.hour_days
        return item.start + days * Interval.DAY.seconds


@dataclass(frozen=True, slots=True)
class StoredItem:
    domain: str
    kind: Kind
    start: int
    """Of the window, in seconds since 1970."""
    folder: Folder
    content: bytes
    part: int = 1
    parts: int = 1
    """How many items this one and those that go on with it are. Known of the first part alone."""

    @property
    def sort_key(self) -> str:
        key = f"{self.kind}#{label(self.start)}#{self.folder.source}#{self.folder.hour}"
        return key if self.part == 1 else f"{key}#{self.part}"


def item_from(domain: str, sort_key: str, content: bytes, parts: int) -> StoredItem:
    kind, start, source, hour, *part = sort_key.split("#")
    number = int(part[0]) if part else 1
    return StoredItem(domain, Kind(kind), start_labelled(start), Folder(Source(source), hour), content, number, parts)


def sort_keys(kind: Kind, first: int, end: int) -> tuple[str, str]:
    """Two texts between which the sort keys of windows lie that start from `first` up to, but not at, `end`."""
    return f"{kind}#{label(first)}", f"{kind}#{label(end)}"


def items_of(figures: DomainFigures, largest: int = LARGEST_CONTENT) -> Iterator[StoredItem]:
    """The items of one domain of one folder; `largest` bytes of content in each at most."""
    domain, folder = figures.domain, figures.folder
    hours: dict[int, list[Facts]] = {}
    for start, facts in sorted(figures.windows.items()):
        hours.setdefault(start_of(start, Interval.HOUR), []).append(facts)
        yield from _facts_items(domain, Kind.FIVE_MINUTES, start, folder, facts, largest)
    for start, parts in sorted(hours.items()):
        facts = added(parts)
        yield from _facts_items(domain, Kind.HOUR, start, folder, without_countries(facts), largest)
        yield from _facts_items(domain, Kind.HOUR_COUNTRIES, start, folder, facts, largest)
    for start, urls in sorted(figures.urls.items()):
        table: dict[Names, Numbers] = {(url.path,): (url.requests, url.bytes) for url in urls.urls}
        if any(urls.lack):
            table[(_LACK,)] = urls.lack
        yield from _items(domain, Kind.URLS, start, folder, _contents(table, largest))
    for start, speeds in sorted(figures.speeds.items()):
        table = {_speed_names(cell): (requests,) for cell, requests in speeds.items()}
        yield from _items(domain, Kind.SPEEDS, start, folder, _contents(table, largest))
    if domain == ALL_DISTRIBUTIONS:
        begins = int(folder.begins.timestamp())
        for start in sorted({*hours, begins} if figures.rejected else hours):
            counted = sorted((window - start) // SMALLEST for window in figures.windows if 0 <= window - start < 3600)
            rejected = _REJECTED + figures.rejected.to_bytes(8, "big") if start == begins else b""
            yield StoredItem(domain, Kind.COUNTED, start, folder, bytes(counted) + rejected)


def facts_of(item: StoredItem, *, countries: bool) -> dict[Cell, Measures]:
    """Facts of a part of a window, without countries (UNKNOWN stands for all) unless they are wanted."""
    length = int.from_bytes(item.content[:_LENGTH_BYTES], "big")
    without, with_countries = (
        item.content[_LENGTH_BYTES : _LENGTH_BYTES + length],
        item.content[_LENGTH_BYTES + length :],
    )
    facts = _facts(with_countries if (countries and with_countries) or not without else without)
    return facts if countries or without else without_countries(facts)


def _facts(content: bytes) -> dict[Cell, Measures]:
    return {
        Cell(country, status, result, _ORIGIN_USES[origin]): Measures(*numbers)
        for (country, status, result, origin), numbers in unpacked(content)
    }


def urls_of(item: StoredItem) -> UrlList:
    found = {path: numbers for (path,), numbers in unpacked(item.content)}
    lack = Lack(*found.pop(_LACK, (0, 0)))
    return UrlList(by_requests(UrlFigures(path, *numbers) for path, numbers in found.items()), lack)


def speeds_of(item: StoredItem) -> dict[SpeedCell, int]:
    return {
        SpeedCell(country, network, from_origin == "1", Speed(speed)): requests
        for (country, network, from_origin, speed), (requests,) in unpacked(item.content)
    }


def counted_of(item: StoredItem) -> set[int]:
    """The starts of the five minutes in which anything was counted."""
    return {item.start + place * SMALLEST for place in item.content.partition(_REJECTED)[0]}


def rejected_of(item: StoredItem) -> int:
    """Lines of a folder that could not be counted, by the item of its own hour."""
    return int.from_bytes(item.content.partition(_REJECTED)[2], "big")


def _speed_names(cell: SpeedCell) -> Names:
    return cell.country, cell.network, "1" if cell.from_origin else "0", str(cell.speed)


def _facts_items(
    domain: str, kind: Kind, start: int, folder: Folder, facts: Facts, largest: int
) -> Iterator[StoredItem]:
    has_sums = kind is not Kind.HOUR_COUNTRIES
    yield from _items(domain, kind, start, folder, _facts_contents(dict(sorted(facts.items())), largest, has_sums))


def _items(domain: str, kind: Kind, start: int, folder: Folder, contents: list[bytes]) -> Iterator[StoredItem]:
    for part, content in enumerate(contents, 1):
        yield StoredItem(domain, kind, start, folder, content, part, len(contents))


def _facts_contents(facts: Facts, largest: int, has_sums: bool) -> list[bytes]:
    """If it `has_sums`, each with the sum of its own countries before it, which most readers want and nothing else."""
    has_countries = any(cell.country != UNKNOWN for cell in facts)
    without = packed(_table(without_countries(facts))) if has_sums or not has_countries else b""
    content = len(without).to_bytes(_LENGTH_BYTES, "big") + without + (packed(_table(facts)) if has_countries else b"")
    if len(content) <= largest or len(facts) == 1:
        return [content]
    return [one for half in _halves(facts) for one in _facts_contents(half, largest, has_sums)]


def _contents(table: Mapping[Names, Numbers], largest: int) -> list[bytes]:
    content = packed(table)
    if len(content) <= largest or len(table) == 1:
        return [content]
    return [one for half in _halves(table) for one in _contents(half, largest)]


def _halves(table: Mapping) -> tuple[dict, dict]:  # type: ignore[type-arg]
    rows = list(table.items())
    middle = len(rows) // 2
    return dict(rows[:middle]), dict(rows[middle:])


def _table(facts: Facts) -> dict[Names, Numbers]:
    return {
        (cell.country, cell.status, cell.result, str(cell.origin)): tuple(measures) for cell, measures in facts.items()
    }
