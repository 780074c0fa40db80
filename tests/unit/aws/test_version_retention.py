"""Versions go with their contents, and whoever dies, or comes in between, leaves a history that is whole."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.clock import now
from cloudfront_extensions.aws.snapshots import Snapshots
from cloudfront_extensions.aws.table import Table
from cloudfront_extensions.aws.version_keys import row_key
from cloudfront_extensions.aws.version_retention import ROWS_AT_ONCE, VersionRetention
from cloudfront_extensions.aws.version_store import VersionStore
from cloudfront_extensions.errors import AwsThrottled
from cloudfront_extensions.versions.records import DELETED_ETAG, Seen, VersionKind, Write
from tests.unit.aws.between import Between
from tests.unit.conftest import Account

ID = "E2QWRUHAPOMQZL"
ALL_REPLACED = "9999-01-01T00:00:00.000Z"
"""A moment before which every version was replaced that ever was."""


def config(content: str) -> dict[str, Any]:
    return {"CallerReference": "shop", "Comment": content, "Enabled": True}


def capture(content: str, number: int, distribution_id: str = ID) -> None:
    """One write after the other, each live for a while."""
    modified_at = f"2026-03-02T09:{number // 60:02}:{number % 60:02}.000Z"
    VersionStore().record(Seen(distribution_id, f"E{number}", config=config(content), modified_at=modified_at))


def close(distribution_id: str = ID) -> None:
    VersionStore().record(Seen(distribution_id, DELETED_ETAG, VersionKind.DELETED))


def numbers(distribution_id: str = ID) -> list[int]:
    return [version.number for version in VersionStore().versions(distribution_id)]


def objects(distribution_id: str = ID) -> set[str]:
    prefix = f"distributions/{distribution_id}/"
    found = client("s3").list_objects_v2(Bucket="configurations", Prefix=prefix).get("Contents", [])
    return {one["Key"] for one in found}


def rows(distribution_id: str = ID) -> list[str]:
    return [row["sk"]["S"] for row in Table("versions").query(f"distribution#{distribution_id}")]


def assert_whole(distribution_id: str) -> None:
    """Every version can be read, and nothing is there that no version needs."""
    store = VersionStore()
    versions = list(store.versions(distribution_id))
    for version in versions:
        if version.content_hash:
            assert store.content(distribution_id, version.number)
        assert store.number_of(distribution_id, version.etag) == version.number
    assert objects(distribution_id) == {version.object_key for version in versions if version.object_key}
    left = [row for row in rows(distribution_id) if not row.startswith(("version#", "snapshot#"))]
    contents = {f"content#{version.content_hash}" for version in versions if version.content_hash}
    assert set(left) == contents | {f"etag#{version.etag}" for version in versions}


def test_what_was_replaced_before_a_moment_goes_with_its_content(account: Account) -> None:
    capture("a", 1)
    capture("b", 2)
    moment = now()
    capture("c", 3)

    assert VersionRetention().prune(ID, moment) == 1
    assert numbers() == [2, 3]
    assert_whole(ID)


def test_a_content_stays_as_long_as_a_version_has_it(account: Account) -> None:
    for number, content in enumerate("aba", 1):
        capture(content, number)

    assert VersionRetention().prune(ID, ALL_REPLACED) == 2
    assert VersionStore().content(ID, 3) == config("a")
    assert_whole(ID)


def test_a_content_that_went_and_comes_back_is_stored_anew(account: Account) -> None:
    for number, content in enumerate("ab", 1):
        capture(content, number)
    VersionRetention().prune(ID, ALL_REPLACED)
    capture("a", 3)

    assert numbers() == [2, 3]
    assert VersionStore().content(ID, 3) == config("a")
    assert_whole(ID)


def test_of_a_closed_history_the_tombstone_and_the_last_content_stay(account: Account) -> None:
    capture("a", 1)
    capture("b", 2)
    close()

    assert VersionRetention().prune(ID, ALL_REPLACED) == 1
    assert numbers() == [2, 3]
    assert VersionStore().content(ID, 2) == config("b")


def test_pins_and_snapshots_keep_versions_until_they_are_taken_away(account: Account) -> None:
    for number, content in enumerate("abcd", 1):
        capture(content, number)
    VersionStore().pin(ID, 1, pinned=True)
    Snapshots().create(ID, "known-good", 2)
    VersionRetention().prune(ID, ALL_REPLACED)
    assert numbers() == [1, 2, 4]

    VersionStore().pin(ID, 1, pinned=False)
    Snapshots().delete(ID, "known-good")
    VersionRetention().prune(ID, ALL_REPLACED)
    assert numbers() == [4]
    assert_whole(ID)


def test_more_than_a_transaction_takes_go_in_several(account: Account) -> None:
    many = ROWS_AT_ONCE // 4 + 2
    for number in range(1, many + 1):
        capture(f"content {number}", number)

    assert VersionRetention().prune(ID, ALL_REPLACED) == many - 1
    assert numbers() == [many]
    assert_whole(ID)


def test_what_leads_to_a_version_goes_with_it(account: Account) -> None:
    capture("a", 1)
    capture("b", 2)
    for number in range(1, 4):
        VersionStore().record(matched("E1", f"event-{number}"))
    # AND a rollback that died when it had told of itself
    Table("versions").put(row_key(ID, "rollback#E1"), {"token": {"S": "spring-1"}})

    assert VersionRetention().prune(ID, ALL_REPLACED) == 1
    assert_whole(ID)


def test_what_an_event_told_of_a_version_that_became_whole_goes_with_the_next_one(account: Account) -> None:
    told = Seen(ID, "E1", VersionKind.PARTIAL, {"CallerReference": "shop"}, hidden=("Comment",))
    VersionStore().record(told)
    for number in range(1, 3):
        capture(f"content {number}", number)
    assert len(objects()) == 3

    VersionRetention().prune(ID, ALL_REPLACED)
    assert numbers() == [2]
    assert_whole(ID)


def matched(etag: str, event_id: str) -> Seen:
    """What is live when an event comes that does not tell its ETag."""
    write = Write(event_id, "AssociateAlias", "2026-03-02T09:14:07Z", "ana")
    return Seen(ID, etag, config=config("a"), modified_at="2026-03-02T09:00:01.000Z", write=write, is_matched=True)


def test_a_distribution_without_versions_has_nothing_to_let_go(account: Account) -> None:
    assert VersionRetention().prune("E1UNKNOWN", ALL_REPLACED) == 0


def retention(*deeds: Any) -> VersionRetention:
    return VersionRetention(Table("versions", Between(*deeds)))


def test_a_content_that_is_captured_again_meanwhile_stays(account: Account) -> None:
    capture("a", 1)
    capture("b", 2)

    assert retention(lambda: capture("a", 3)).prune(ID, ALL_REPLACED) == 2
    assert numbers() == [3]
    assert VersionStore().content(ID, 3) == config("a")
    assert_whole(ID)


def test_a_write_that_is_noted_meanwhile_goes_with_its_version(account: Account) -> None:
    capture("a", 1)
    capture("b", 2)

    assert retention(lambda: VersionStore().record(matched("E1", "event-1"))).prune(ID, ALL_REPLACED) == 1
    assert_whole(ID)


def test_a_version_that_is_named_or_pinned_meanwhile_stays(account: Account) -> None:
    for number, content in enumerate("abc", 1):
        capture(content, number)
    name, pin = (
        lambda: Snapshots().create(ID, "known-good", 1),
        lambda: VersionStore().pin(ID, 2, pinned=True),
    )

    assert retention(name, pin).prune(ID, ALL_REPLACED) == 0
    assert numbers() == [1, 2, 3]


def test_who_always_comes_too_late_says_so(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cloudfront_extensions.aws.version_retention.pause", lambda attempts: None)
    capture("a", 1)
    deeds = [lambda number=number: capture(f"content {number}", number) for number in range(2, 20)]
    capture("b", 1_000)

    with pytest.raises(AwsThrottled, match=ID):
        retention(*deeds).prune(ID, ALL_REPLACED)


class _DiedError(Exception):
    """The function is gone."""


class Mortal:
    """DynamoDB, with a caller who dies before one of its calls."""

    def __init__(self, calls: int) -> None:
        self.calls_left = calls

    def __getattr__(self, operation: str) -> Any:
        if self.calls_left == 0:
            raise _DiedError
        self.calls_left -= 1
        return getattr(client("dynamodb"), operation)


serial = itertools.count(1)
histories = st.lists(st.sampled_from("abcd"), min_size=1, max_size=7)
"""The contents of versions, which come back now and then."""


def empty_table() -> None:
    """Moto copies a table with every transaction: what earlier examples left makes later ones slow."""
    keys = [{"pk": row["pk"], "sk": row["sk"]} for row in client("dynamodb").scan(TableName="versions")["Items"]]
    Table("versions").delete_many(keys)


@given(
    contents=histories,
    closed=st.booleans(),
    pinned=st.sets(st.integers(0, 6)),
    named=st.sets(st.integers(0, 6)),
    spared=st.integers(0, 6),
    calls=st.integers(0, 12),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whenever_the_function_dies_the_next_run_leaves_what_must_stay_and_nothing_else(
    account: Account,
    contents: list[str],
    closed: bool,
    pinned: set[int],
    named: set[int],
    spared: int,
    calls: int,
) -> None:
    empty_table()
    # GIVEN a history, of which the last so many versions were replaced lately
    distribution_id, moment = f"E{next(serial):09}", ALL_REPLACED
    for number, content in enumerate(contents, 1):
        if number == len(contents) - spared + 1:
            moment = now()
        capture(content, number, distribution_id)
    if closed:
        close(distribution_id)
    kept_by_people = {number for number in (*pinned, *named) if 1 <= number <= len(contents)}
    for number in pinned & kept_by_people:
        VersionStore().pin(distribution_id, number, pinned=True)
    for number in named & kept_by_people:
        Snapshots().create(distribution_id, f"snapshot-{number}", number)
    before = list(VersionStore().versions(distribution_id))
    # WHEN the function dies, and runs again
    try:
        VersionRetention(Table("versions", Mortal(calls))).prune(distribution_id, moment)
    except _DiedError:
        for version in VersionStore().versions(distribution_id):
            assert version.content_hash is None or VersionStore().content(distribution_id, version.number)
    VersionRetention().prune(distribution_id, moment)
    # THEN every version is there that must be, no other one, and each can be read
    followers = {version.number: following.captured_at for version, following in itertools.pairwise(before)}
    must_stay = {
        version.number
        for version in before
        if version.number in kept_by_people
        or version.number in (len(contents), len(before))
        or followers[version.number] >= moment
    }
    assert set(numbers(distribution_id)) == must_stay
    assert_whole(distribution_id)
