"""Which versions go once they have outlived their days, and which never do."""

from __future__ import annotations

from cloudfront_extensions.versions.records import DELETED_ETAG, Version, VersionKind
from cloudfront_extensions.versions.retention import freed, outlived


def version(number: int, day: int, content: str | None = None, **more: object) -> Version:
    """One that was captured on that day of January; `content` stands for its hash."""
    return Version(
        "E2QWRUHAPOMQZL",
        number,
        VersionKind.CONFIG if content else VersionKind.UNKNOWN,
        etag=f"E{number}",
        captured_at=f"2026-01-{day:02}T08:00:00.000Z",
        content_hash=content,
        object_key=f"{content}.json" if content else None,
        **more,  # type: ignore[arg-type]
    )


def tombstone(number: int, day: int) -> Version:
    return Version(
        "E2QWRUHAPOMQZL", number, VersionKind.DELETED, DELETED_ETAG, captured_at=f"2026-01-{day:02}T08:00:00.000Z"
    )


def going(*versions: Version, live: int | None, named: frozenset[int] = frozenset(), day: int = 20) -> list[int]:
    """The numbers of those that were replaced before that day and go."""
    before = f"2026-01-{day:02}T00:00:00.000Z"
    return [one.number for one in outlived(versions, live=live, named=named, before=before)]


def test_days_count_from_when_a_version_was_replaced_not_from_when_it_came() -> None:
    history = version(1, 1, "a"), version(2, 2, "b"), version(3, 25, "c")

    assert going(*history, live=3) == [1]
    assert going(*history, live=3, day=26) == [1, 2]


def test_the_live_version_stays_even_where_its_number_is_not_the_last() -> None:
    assert going(version(1, 1, "a"), version(2, 2, "b"), version(3, 3, "c"), live=1) == [2]


def test_the_last_number_stays_whatever_is_live() -> None:
    assert going(version(1, 1, "a"), version(2, 2, "b"), live=1) == []
    assert going(version(1, 1, "a"), live=None) == []
    assert going(live=None) == []


def test_of_a_distribution_that_is_gone_the_tombstone_and_the_last_content_stay() -> None:
    assert going(version(1, 1, "a"), version(2, 2, "b"), version(3, 3), tombstone(4, 4), live=4) == [1, 3]


def test_what_came_late_after_the_tombstone_does_not_take_the_place_of_the_last_content() -> None:
    assert going(version(1, 1, "a"), tombstone(2, 2), version(3, 3, "b"), version(4, 4, "c"), live=2) == [3]


def test_what_is_pinned_or_named_by_a_snapshot_stays() -> None:
    history = version(1, 1, "a", pinned=True), version(2, 2, "b"), version(3, 3, "c"), version(4, 4, "d")

    assert going(*history, live=4, named=frozenset({3})) == [2]


def test_one_without_content_goes_as_the_others_do() -> None:
    assert going(version(1, 1), version(2, 2, "b"), live=2) == [1]


def test_a_content_goes_with_the_last_version_that_has_it() -> None:
    first, second, third = version(1, 1, "a"), version(2, 2, "b"), version(3, 3, "a")

    assert freed([first, second], [third]) == {"b": "b.json"}
    assert freed([first, second, third, version(4, 4)], []) == {"a": "a.json", "b": "b.json"}
