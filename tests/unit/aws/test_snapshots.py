"""Names for versions: one of each name, never moved, and never of what is not there."""

from __future__ import annotations

from typing import Any

import pytest

from cloudfront_extensions.aws.snapshots import Snapshots
from cloudfront_extensions.aws.table import Table
from cloudfront_extensions.aws.version_retention import VersionRetention
from cloudfront_extensions.aws.version_store import VersionStore
from cloudfront_extensions.errors import AwsThrottled, SnapshotExists, SnapshotNotFound, VersionNotFound
from cloudfront_extensions.versions.records import DELETED_ETAG, Seen, VersionKind
from tests.unit.aws.between import Between
from tests.unit.conftest import Account

ID = "E2QWRUHAPOMQZL"


@pytest.fixture
def snapshots(account: Account) -> Snapshots:
    """Of a distribution with two versions, the second of which is live."""
    for number in (1, 2):
        record(f"E{number}", modified_at=f"2026-03-02T09:14:0{number}.000Z")
    return Snapshots()


def record(etag: str, kind: VersionKind = VersionKind.CONFIG, **more: Any) -> None:
    content = {} if kind is not VersionKind.CONFIG else {"config": {"CallerReference": "shop", "Comment": etag}}
    VersionStore().record(Seen(ID, etag, kind, **content, **more))


def test_a_snapshot_is_described_as_it_was_created(snapshots: Snapshots) -> None:
    created = snapshots.create(ID, "known-good", 1, "as of the sale", "ops@example.com")

    assert (created.number, created.note, created.created_by) == (1, "as of the sale", "ops@example.com")
    assert created.created_at
    assert snapshots.describe(ID, "known-good") == created


def test_a_name_is_given_once_and_stays_where_it_is(snapshots: Snapshots) -> None:
    snapshots.create(ID, "known-good", 1)
    with pytest.raises(SnapshotExists, match="names version 1"):
        snapshots.create(ID, "known-good", 2)

    assert snapshots.describe(ID, "known-good").number == 1


def test_of_two_who_give_one_name_at_once_one_wins_and_the_other_is_told(snapshots: Snapshots) -> None:
    slow = Snapshots(Table("versions", Between(lambda: snapshots.create(ID, "known-good", 1, "won"))))
    with pytest.raises(SnapshotExists, match="names version 1"):
        slow.create(ID, "known-good", 2, "came second")

    assert snapshots.describe(ID, "known-good").note == "won"


def test_another_distribution_has_names_of_its_own(snapshots: Snapshots) -> None:
    VersionStore().record(Seen("E1ANOTHER", "E1", config={"CallerReference": "docs"}))
    snapshots.create(ID, "known-good", 2)
    snapshots.create("E1ANOTHER", "known-good", 1)

    assert [each.number for each in snapshots.list(ID)] == [2]
    assert [each.number for each in snapshots.list("E1ANOTHER")] == [1]


def test_the_list_is_ordered_by_name(snapshots: Snapshots) -> None:
    for name in ("b", "a", "C"):
        snapshots.create(ID, name, 1)
    assert [each.name for each in snapshots.list(ID)] == ["C", "a", "b"]


def test_the_latest_is_the_live_version_and_not_stored(snapshots: Snapshots) -> None:
    assert snapshots.describe(ID, "latest").number == 2
    record("E3", modified_at="2026-03-02T09:15:00.000Z")

    assert snapshots.describe(ID, "latest").number == 3
    assert snapshots.list(ID) == []


def test_there_is_no_latest_of_what_was_deleted_or_never_seen_live(snapshots: Snapshots) -> None:
    record(DELETED_ETAG, VersionKind.DELETED)
    with pytest.raises(VersionNotFound, match="was deleted"):
        snapshots.latest(ID)
    VersionStore().record(Seen("E1EVENTS", "E1", VersionKind.UNKNOWN))
    for distribution_id in ("E1EVENTS", "E1UNHEARD"):
        with pytest.raises(VersionNotFound, match="no live version"):
            snapshots.latest(distribution_id)


def test_what_is_not_there_or_has_no_content_is_not_named(snapshots: Snapshots) -> None:
    record("E3", VersionKind.UNKNOWN)
    record(DELETED_ETAG, VersionKind.DELETED)
    for number in (3, 4):
        with pytest.raises(VersionNotFound, match="no content"):
            snapshots.create(ID, "known-good", number)
    with pytest.raises(VersionNotFound, match="has no version 5"):
        snapshots.create(ID, "known-good", 5)

    assert snapshots.list(ID) == []


def test_a_version_of_a_deleted_distribution_can_be_named(snapshots: Snapshots) -> None:
    record(DELETED_ETAG, VersionKind.DELETED)
    assert snapshots.create(ID, "last", 2).number == 2


def test_a_note_can_be_changed(snapshots: Snapshots) -> None:
    created = snapshots.create(ID, "known-good", 1, "first", "ops@example.com")
    annotated = snapshots.annotate(ID, "known-good", "second")

    assert (annotated.note, annotated.created_at, annotated.created_by) == (
        "second",
        created.created_at,
        "ops@example.com",
    )


def test_a_deleted_name_is_free_again(snapshots: Snapshots) -> None:
    snapshots.create(ID, "known-good", 1)
    assert snapshots.delete(ID, "known-good").number == 1

    assert snapshots.create(ID, "known-good", 2).number == 2


def test_a_name_that_was_never_given_is_not_found(snapshots: Snapshots) -> None:
    for ask in (
        lambda: snapshots.describe(ID, "known-good"),
        lambda: snapshots.annotate(ID, "known-good", ""),
        lambda: snapshots.delete(ID, "known-good"),
    ):
        with pytest.raises(SnapshotNotFound, match="known-good"):
            ask()


def test_captures_in_between_do_not_stop_a_snapshot(snapshots: Snapshots) -> None:
    deeds = [lambda etag=etag: record(etag, modified_at="2026-03-02T10:00:00.000Z") for etag in ("E3", "E4")]

    assert Snapshots(Table("versions", Between(*deeds))).create(ID, "known-good", 1).number == 1
    assert [each.number for each in snapshots.list(ID)] == [1]


def test_a_version_that_goes_in_between_is_not_named(snapshots: Snapshots) -> None:
    def prune() -> None:
        VersionRetention().prune(ID, "9999-01-01T00:00:00.000Z")

    with pytest.raises(VersionNotFound, match="has no version 1"):
        Snapshots(Table("versions", Between(prune))).create(ID, "known-good", 1)
    assert snapshots.list(ID) == []


def test_who_always_comes_too_late_says_so(snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cloudfront_extensions.aws.snapshots.pause", lambda attempts: None)
    deeds = [lambda number=number: record(f"E{number}") for number in range(3, 23)]

    with pytest.raises(AwsThrottled, match="known-good"):
        Snapshots(Table("versions", Between(*deeds))).create(ID, "known-good", 1)
