"""Names for versions, as both APIs give them: each with an ETag, and changed only as whoever changes it has read it."""

from __future__ import annotations

from typing import Any

import pytest

from cloudfront_extensions.aws.snapshots import Snapshots
from cloudfront_extensions.aws.table import Table
from cloudfront_extensions.aws.version_store import VersionStore
from cloudfront_extensions.errors import (
    ChangedSinceRead,
    InvalidCursor,
    InvalidInput,
    SnapshotExists,
    SnapshotNotFound,
    VersionNotFound,
)
from cloudfront_extensions.operations.snapshots import (
    SnapshotAnswer,
    annotate_snapshot,
    create_snapshot,
    delete_snapshot,
    get_snapshot,
    list_snapshots,
)
from cloudfront_extensions.versions.records import Seen
from tests.unit.aws.between import Between
from tests.unit.aws.cloudfront_account import CloudFrontAccount
from tests.unit.conftest import Account
from tests.unit.operations.calls import audited, calls_made
from tests.unit.operations.people import ADMIN, OPERATOR

ID = "E2QWRUHAPOMQZL"


@pytest.fixture(autouse=True)
def two_versions(account: Account) -> None:
    for number in (1, 2):
        config = {"CallerReference": "shop", "Comment": f"version {number}"}
        VersionStore().record(Seen(ID, f"EV{number}", config=config, modified_at=f"2026-03-02T09:14:0{number}.000Z"))


@pytest.fixture
def known_good() -> SnapshotAnswer:
    return create_snapshot(ID, name="known-good", version=1, note="as of the sale", caller=OPERATOR)


def test_a_snapshot_bears_the_name_of_who_asked_for_it(known_good: SnapshotAnswer) -> None:
    assert (known_good["version"], known_good["note"], known_good["createdBy"]) == (1, "as of the sale", OPERATOR.name)
    assert get_snapshot(ID, "known-good") == known_good


def test_without_a_number_what_is_live_is_captured_and_named() -> None:
    cloudfront = CloudFrontAccount()
    cloudfront.add(ID, {"CallerReference": "shop", "Comment": "nobody heard of this one"})
    with cloudfront.in_place_of_aws():
        created = create_snapshot(ID, name="now", caller=OPERATOR)

    assert VersionStore().content(ID, created["version"])["Comment"] == "nobody heard of this one"


def test_each_state_of_a_snapshot_has_an_etag_of_its_own(known_good: SnapshotAnswer) -> None:
    changed = annotate_snapshot(ID, "known-good", note="as of the other sale", caller=OPERATOR)
    changed_back = annotate_snapshot(ID, "known-good", note="as of the sale", caller=OPERATOR)

    assert changed["etag"] != known_good["etag"] == changed_back["etag"]


def test_who_has_read_the_present_state_may_change_it(known_good: SnapshotAnswer) -> None:
    changed = annotate_snapshot(ID, "known-good", note="better", if_match=known_good["etag"], caller=OPERATOR)
    assert get_snapshot(ID, "known-good") == changed

    assert delete_snapshot(ID, "known-good", if_match=changed["etag"], caller=OPERATOR) == changed
    with pytest.raises(SnapshotNotFound):
        get_snapshot(ID, "known-good")


@pytest.mark.parametrize("if_match", [None, "*"])
def test_who_names_no_state_changes_any(known_good: SnapshotAnswer, if_match: str | None) -> None:
    assert annotate_snapshot(ID, "known-good", note="x", if_match=if_match, caller=OPERATOR)["note"] == "x"
    assert delete_snapshot(ID, "known-good", if_match=if_match, caller=OPERATOR)["note"] == "x"


def test_who_has_read_an_earlier_state_is_told_and_changes_nothing(known_good: SnapshotAnswer) -> None:
    changed = annotate_snapshot(ID, "known-good", note="by another", caller=ADMIN)
    with pytest.raises(ChangedSinceRead, match=changed["etag"]):
        annotate_snapshot(ID, "known-good", note="late", if_match=known_good["etag"], caller=OPERATOR)
    with pytest.raises(ChangedSinceRead):
        delete_snapshot(ID, "known-good", if_match=known_good["etag"], caller=OPERATOR)

    assert get_snapshot(ID, "known-good") == changed


def test_another_snapshot_of_the_same_name_is_not_taken_for_the_one_that_was_read(known_good: SnapshotAnswer) -> None:
    delete_snapshot(ID, "known-good", caller=OPERATOR)
    create_snapshot(ID, name="known-good", version=2, note="as of the sale", caller=OPERATOR)
    with pytest.raises(ChangedSinceRead):
        delete_snapshot(ID, "known-good", if_match=known_good["etag"], caller=OPERATOR)


class Interrupted:
    """DynamoDB, on which somebody else annotates between what a caller has read and his next write."""

    def __init__(self, note: str) -> None:
        self._note: str | None = note

    def __getattr__(self, operation: str) -> Any:
        from cloudfront_extensions.aws.clients import client

        if operation in ("update_item", "transact_write_items") and self._note is not None:
            note, self._note = self._note, None
            annotate_snapshot(ID, "known-good", note=note, caller=ADMIN)
        return getattr(client("dynamodb"), operation)


def test_the_write_itself_finds_out_what_was_changed_since_the_etag_was_compared(known_good: SnapshotAnswer) -> None:
    etag = known_good["etag"]
    with pytest.raises(ChangedSinceRead):
        Snapshots(Table("versions", Interrupted("first"))).annotate(ID, "known-good", "second", etag)
    assert get_snapshot(ID, "known-good")["note"] == "first"

    etag = get_snapshot(ID, "known-good")["etag"]
    with pytest.raises(ChangedSinceRead):
        Snapshots(Table("versions", Interrupted("third"))).delete(ID, "known-good", etag)
    assert get_snapshot(ID, "known-good")["note"] == "third"


def test_who_names_no_state_comes_after_whoever_was_faster(known_good: SnapshotAnswer) -> None:
    Snapshots(Table("versions", Interrupted("first"))).annotate(ID, "known-good", "second")
    assert get_snapshot(ID, "known-good")["note"] == "second"

    deleted = Snapshots(Table("versions", Interrupted("third"))).delete(ID, "known-good")
    assert deleted.note == "third"


def test_who_wanted_the_very_note_that_another_gave_has_it(known_good: SnapshotAnswer) -> None:
    """So that a try whose answer was lost is no conflict with itself."""
    Snapshots(Table("versions", Interrupted("same"))).annotate(ID, "known-good", "same", known_good["etag"])
    assert get_snapshot(ID, "known-good")["note"] == "same"


def test_of_two_who_delete_at_once_neither_is_told_of_an_error(known_good: SnapshotAnswer) -> None:
    other = Between(lambda: Snapshots().delete(ID, "known-good"))
    assert Snapshots(Table("versions", other)).delete(ID, "known-good", known_good["etag"]).name == "known-good"


@pytest.fixture
def five() -> list[str]:
    names = ["A", "b", "b-2", "b.1", "c_"]
    for name in names:
        create_snapshot(ID, name=name, version=1, caller=OPERATOR)
    return sorted(names)


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 6])
def test_the_list_is_whole_and_in_order_whatever_the_page(five: list[str], limit: int) -> None:
    found, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        with calls_made() as calls:
            page = list_snapshots(ID, limit=limit, cursor=cursor)
        assert calls == ["Query"]
        assert len(page["items"]) <= limit
        found += [each["name"] for each in page["items"]]
        cursor, pages = page["nextCursor"], pages + 1

    assert found == five
    assert pages == -(-len(five) // limit)


def test_a_cursor_leads_on_in_its_own_list_alone(five: list[str]) -> None:
    cursor = list_snapshots(ID, limit=1)["nextCursor"]
    with pytest.raises(InvalidCursor):
        list_snapshots("E1ANOTHER", cursor=cursor)


def test_a_cursor_goes_on_where_its_snapshot_was_deleted(five: list[str]) -> None:
    page = list_snapshots(ID, limit=2)
    delete_snapshot(ID, page["items"][-1]["name"], caller=OPERATOR)
    assert [each["name"] for each in list_snapshots(ID, cursor=page["nextCursor"])["items"]] == five[2:]


def test_the_live_version_is_told_under_its_name_and_nobody_may_have_that() -> None:
    latest = get_snapshot(ID, "latest")
    assert (latest["version"], latest["createdBy"]) == (2, "")

    with pytest.raises(InvalidInput, match="latest"):
        create_snapshot(ID, name="latest", version=1, caller=OPERATOR)


def test_a_name_is_given_once(known_good: SnapshotAnswer) -> None:
    with pytest.raises(SnapshotExists):
        create_snapshot(ID, name="known-good", version=2, caller=OPERATOR)


def test_what_is_not_there_is_said_so() -> None:
    with pytest.raises(SnapshotNotFound):
        annotate_snapshot(ID, "unknown", note="x", if_match="*", caller=OPERATOR)
    with pytest.raises(SnapshotNotFound):
        delete_snapshot(ID, "unknown", caller=OPERATOR)
    with pytest.raises(VersionNotFound):
        create_snapshot(ID, name="new", version=9, caller=OPERATOR)


@pytest.mark.parametrize("bad", ["../E1", "e1", "", "E1/versions", "E" * 33, "E１", None, 7])
def test_an_id_that_is_none_is_refused_before_anything_is_read(bad: Any) -> None:
    for ask in (
        lambda: list_snapshots(bad),
        lambda: get_snapshot(bad, "x"),
        lambda: create_snapshot(bad, name="x", version=1, caller=OPERATOR),
        lambda: annotate_snapshot(bad, "x", note="", caller=OPERATOR),
        lambda: delete_snapshot(bad, "x", caller=OPERATOR),
    ):
        with calls_made() as calls, pytest.raises(InvalidInput, match="distributionId"):
            ask()
        assert calls == []


@pytest.mark.parametrize("bad", ["", "a/b", "a b", "ä", "x" * 65, None, 1])
def test_a_name_that_is_none_is_refused(bad: Any) -> None:
    with pytest.raises(InvalidInput, match="name"):
        get_snapshot(ID, bad)
    with pytest.raises(InvalidInput, match="name"):
        create_snapshot(ID, name=bad, version=1, caller=OPERATOR)


@pytest.mark.parametrize("bad", ["x" * 1_001, "half of a pair: \ud83d", None, 7])
def test_a_note_that_can_not_be_written_down_is_refused(known_good: SnapshotAnswer, bad: Any) -> None:
    with pytest.raises(InvalidInput, match="note"):
        create_snapshot(ID, name="new", version=1, note=bad, caller=OPERATOR)
    with pytest.raises(InvalidInput, match="note"):
        annotate_snapshot(ID, "known-good", note=bad, caller=OPERATOR)


def test_every_change_leaves_one_line_about_who_changed_what_and_nothing_of_what_was_sent(
    caplog: pytest.LogCaptureFixture,
) -> None:
    create_snapshot(ID, name="known-good", version=1, note="a-note-of-mine", caller=OPERATOR)
    annotate_snapshot(ID, "known-good", note="another-note-of-mine", caller=ADMIN)
    delete_snapshot(ID, "known-good", caller=ADMIN)

    target = f"snapshot known-good of distribution {ID}"
    assert audited(caplog) == [
        ("createSnapshot", OPERATOR.name, target),
        ("annotateSnapshot", ADMIN.name, target),
        ("deleteSnapshot", ADMIN.name, target),
    ]
    assert not [record for record in caplog.records if "note-of-mine" in str(record.__dict__)]
