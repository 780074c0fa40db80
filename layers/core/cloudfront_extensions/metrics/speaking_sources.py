"""Where several kinds of logs saw an hour, the one with most requests speaks for it: they count the same requests.

It is chosen for whole hours, so that five minutes, hours and days agree with each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from cloudfront_extensions.metrics.sources import Source
from cloudfront_extensions.metrics.stored_items import StoredItem
from cloudfront_extensions.metrics.windows import Interval, start_of

Content = TypeVar("Content")

_ORDER = tuple(Source)


def spoken(
    items: Iterable[StoredItem], read: Callable[[StoredItem], Content], requests: Callable[[Content], int]
) -> dict[int, list[Content]]:
    """What the items of the source that speaks hold, by start of their windows. Of the superfluous parts none is read."""
    parts: dict[tuple[int, Source, str], int] = {}
    contents: dict[int, dict[Source, dict[int, list[Content]]]] = {}
    for item in items:
        window = (item.start, item.folder.source, item.folder.hour)
        if item.part == 1:
            parts[window] = item.parts
        if item.part <= parts.get(window, 0):
            hour = contents.setdefault(start_of(item.start, Interval.HOUR), {})
            hour.setdefault(item.folder.source, {}).setdefault(item.start, []).append(read(item))

    def weight(of_source: tuple[Source, dict[int, list[Content]]]) -> tuple[int, int]:
        source, windows = of_source
        return sum(requests(content) for found in windows.values() for content in found), -_ORDER.index(source)

    spoken_for: dict[int, list[Content]] = {}
    for sources in contents.values():
        spoken_for |= max(sources.items(), key=weight)[1]
    return spoken_for
