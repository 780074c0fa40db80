"""Which versions of a distribution go, where versions are kept for a number of days, and which contents go with them.

A version's days are counted from when the next one came, not from when it was captured itself: a configuration that served
for a year and was replaced yesterday is the one that somebody wants back today. Never do these go: the live version, or the
tombstone and the last content before it; the one that was numbered last; what is pinned; what a snapshot names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

from cloudfront_extensions.versions.records import Version


def outlived(
    versions: Sequence[Version], *, live: int | None, named: Collection[int], before: str
) -> tuple[Version, ...]:
    """Those that go, of the versions of one distribution in the order of their numbers.

    `live` is the number that the head says, `named` those of the snapshots, `before` a moment as `clock.now` writes it:
    what was replaced earlier has outlived its days.
    """
    kept = {live, last_content(versions, live), *named}
    return tuple(
        version
        for version, following in pairwise(versions)
        if following.captured_at < before and not version.pinned and version.number not in kept
    )


def last_content(versions: Iterable[Version], tombstone: int | None) -> int | None:
    """The number of the last version with content before the tombstone; None where that number is not one of a tombstone's.

    A live version has content itself, so that it is kept, and nothing before it.
    """
    numbers = [version.number for version in versions if version.content_hash and version.number <= (tombstone or 0)]
    return numbers[-1] if numbers else None


def freed(going: Iterable[Version], staying: Iterable[Version]) -> dict[str, str]:
    """Content hash → key of the object, of each content that no version has any more once some have gone."""
    still_there = {version.content_hash for version in staying}
    return {
        version.content_hash: version.object_key
        for version in going
        if version.content_hash and version.object_key and version.content_hash not in still_there
    }
