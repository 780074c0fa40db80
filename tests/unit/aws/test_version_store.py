"""What a version is: one for each ETag, numbered without gaps, its content stored once."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from cloudfront_extensions.aws import version_store as module
from cloudfront_extensions.errors import AwsThrottled, VersionNotFound
from cloudfront_extensions.versions.records import DELETED_ETAG, Head, Seen, VersionKind, Write
from tests.unit.conftest import Account

ID = "E2QWRUHAPOMQZL"
WRITE = Write(
    "event-1", "UpdateDistribution", "2026-03-02T09:14:07Z", "arn:aws:iam::111122223333:user/ana", "192.0.2.7"
)


def config(comment: str) -> dict[str, Any]:
    return {"CallerReference": "shop", "Comment": comment, "Enabled": True}


def seen(etag: str, comment: str = "", **more: Any) -> Seen:
    return Seen(ID, etag, config=config(comment or etag), **more)


def live(etag: str, modified_at: str, comment: str = "") -> Seen:
    return seen(etag, comment, modified_at=modified_at, tags={"team": "web"})


def objects(account: Account) -> dict[str, Any]:
    s3 = account.client("s3")
    found = s3.list_objects_v2(Bucket="configurations").get("Contents", [])
    return {one["Key"]: json.load(s3.get_object(Bucket="configurations", Key=one["Key"])["Body"]) for one in found}


def test_each_etag_is_a_version_and_they_count_from_1(account: Account) -> None:
    recorded = [account.versions.record(seen(etag)) for etag in ("A", "B", "A", "C")]

    assert [(version.number, is_new) for version, is_new in recorded] == [(1, True), (2, True), (1, False), (3, True)]
    assert [version.etag for version in account.versions.versions(ID)] == ["A", "B", "C"]
    assert [account.versions.number_of(ID, etag) for etag in ("A", "B", "C", "D")] == [1, 2, 3, None]


def test_a_distribution_counts_for_itself(account: Account) -> None:
    account.versions.record(seen("A"))
    another = account.versions.record(replace(seen("B"), distribution_id="E1ANOTHER"))

    assert another.version.number == 1
    assert [head.distribution_id for head in account.versions.heads()] == ["E1ANOTHER", ID]


def test_a_version_says_all_that_was_seen(account: Account) -> None:
    account.versions.record(replace(live("A", "2026-03-02T09:14:07.120Z"), write=WRITE))
    version = account.versions.version(ID, 1)

    assert (version.kind, version.etag, version.modified_at) == (VersionKind.CONFIG, "A", "2026-03-02T09:14:07.120Z")
    assert (version.tags, version.writes) == ({"team": "web"}, (WRITE,))
    assert version.object_key == f"distributions/{ID}/v00000001-{str(version.content_hash)[:16]}.json"
    assert objects(account) == {version.object_key: config("A")}


def test_what_an_event_hides_is_said_of_the_version(account: Account) -> None:
    told = Seen(ID, "A", VersionKind.PARTIAL, {"CallerReference": "shop"}, write=WRITE, hidden=("Comment",))
    assert account.versions.record(told).version == account.versions.version(ID, 1)
    assert account.versions.version(ID, 1).hidden == ("Comment",)


def test_the_same_content_again_is_a_version_without_an_object_of_its_own(account: Account) -> None:
    first, second, third = (account.versions.record(seen(*it)).version for it in (("1", "A"), ("2", "B"), ("3", "A")))

    assert (third.number, third.object_key, third.content_hash) == (3, first.object_key, first.content_hash)
    assert set(objects(account)) == {first.object_key, second.object_key}
    assert account.versions.content(ID, 3) == config("A")


def test_each_write_is_noted_once_and_whenever_it_is_told(account: Account) -> None:
    late = replace(WRITE, event_id="event-2", event_name="AssociateAlias")
    for write in (None, WRITE, WRITE, late, WRITE):
        account.versions.record(seen("A", write=write))

    assert account.versions.version(ID, 1).writes == (WRITE, late)


def test_what_was_seen_live_last_is_live_whatever_came_first(account: Account) -> None:
    account.versions.record(live("B", "2026-03-02T09:00:02.000Z"))
    assert account.versions.head(ID) == Head(ID, 1, 1, 1, "B", "2026-03-02T09:00:02.000Z")
    account.versions.record(live("A", "2026-03-02T09:00:01.000Z"))
    account.versions.record(seen("D"))
    assert account.versions.head(ID) == Head(ID, 3, 3, 1, "B", "2026-03-02T09:00:02.000Z")
    account.versions.record(live("D", "2026-03-02T09:00:04.000Z"))
    assert account.versions.head(ID) == Head(ID, 3, 4, 3, "D", "2026-03-02T09:00:04.000Z")


def test_what_tells_nothing_new_leaves_the_head_alone(account: Account) -> None:
    account.versions.record(live("A", "2026-03-02T09:00:01.000Z"))
    before = account.versions.head(ID)
    account.versions.record(live("A", "2026-03-02T09:00:01.000Z"))
    assert account.versions.head(ID) == before


def test_a_tombstone_closes_the_history_and_the_last_content_stays(account: Account) -> None:
    account.versions.record(live("A", "2026-03-02T09:00:01.000Z"))
    tombstone = account.versions.record(Seen(ID, DELETED_ETAG, VersionKind.DELETED, write=WRITE)).version

    assert (tombstone.number, tombstone.kind, tombstone.object_key) == (2, VersionKind.DELETED, None)
    assert account.versions.content(ID, 1) == config("A")
    # AND neither a late event nor a late answer of CloudFront opens it again
    for late in (seen("B"), live("C", "2026-03-02T10:00:00.000Z")):
        account.versions.record(late)
    head = account.versions.head(ID)
    assert head
    assert (head.is_closed, head.live, head.number) == (True, 2, 4)
    # AND it is closed once
    assert not account.versions.record(Seen(ID, DELETED_ETAG, VersionKind.DELETED)).is_new


def test_a_version_that_nobody_could_read_has_no_content(account: Account) -> None:
    account.versions.record(Seen(ID, "A", VersionKind.UNKNOWN, write=WRITE))
    with pytest.raises(VersionNotFound, match=f"version 1 of distribution {ID} is UNKNOWN and has no content"):
        account.versions.content(ID, 1)


EVENT_ALONE = [
    Seen(ID, "A", VersionKind.UNKNOWN, write=WRITE),
    Seen(ID, "A", VersionKind.PARTIAL, {"CallerReference": "shop"}, write=WRITE, hidden=("Comment",)),
]


@pytest.mark.parametrize("told", EVENT_ALONE)
def test_what_was_known_by_its_event_alone_becomes_whole_when_it_is_read(account: Account, told: Seen) -> None:
    account.versions.record(told)
    recorded = account.versions.record(live("A", "2026-03-02T09:14:07.120Z", "whole"))

    version = account.versions.version(ID, 1)
    assert (recorded.version, recorded.is_new) == (version, False)
    assert (version.kind, version.hidden, version.writes) == (VersionKind.CONFIG, (), (WRITE,))
    assert (version.tags, version.modified_at) == ({"team": "web"}, "2026-03-02T09:14:07.120Z")
    assert account.versions.content(ID, 1) == objects(account)[str(version.object_key)] == config("whole")
    head = account.versions.head(ID)
    assert head
    assert (head.number, head.live, head.live_etag) == (1, 1, "A")
    # AND what it says does not change any more
    account.versions.record(told)
    account.versions.record(live("A", "2026-03-02T09:14:09.000Z", "another"))
    assert account.versions.version(ID, 1) == version


def test_what_becomes_whole_shares_the_content_that_another_has(account: Account) -> None:
    account.versions.record(live("A", "2026-03-02T09:00:01.000Z", "same"))
    account.versions.record(replace(EVENT_ALONE[0], etag="B"))
    account.versions.record(live("B", "2026-03-02T09:00:02.000Z", "same"))
    assert account.versions.version(ID, 2).object_key == account.versions.version(ID, 1).object_key
    assert len(objects(account)) == 1


def test_a_capture_that_dies_when_a_version_became_whole_leaves_it_readable(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.versions.record(EVENT_ALONE[0])
    with monkeypatch.context() as patched:
        patched.setattr(module, "put_text", dies)
        with pytest.raises(Gone):
            account.versions.record(live("A", "2026-03-02T09:14:07.120Z", "whole"))
    assert account.versions.content(ID, 1) == config("whole")
    assert account.versions.finish() == 1
    assert list(objects(account).values()) == [config("whole")]


def test_a_write_that_was_matched_by_its_time_leads_to_its_version(account: Account) -> None:
    matched = replace(live("A", "2026-03-02T09:00:01.000Z"), write=WRITE, is_matched=True)
    noted = replace(matched, write=replace(WRITE, event_id="event-2"))
    for seen_again in (matched, noted, matched):
        account.versions.record(seen_again)
    assert [account.versions.number_of(ID, f"event:event-{number}") for number in (1, 2, 3)] == [1, 1, None]
    # AND the same event, once its version is not live any more, makes no other one
    again = account.versions.record(Seen(ID, "event:event-1", VersionKind.UNKNOWN, write=WRITE))
    assert (again.version.etag, again.version.kind, again.is_new) == ("A", VersionKind.CONFIG, False)
    assert not account.versions.is_told(ID, "A")
    account.versions.record(seen("A", write=replace(WRITE, event_id="event-3")))
    assert account.versions.is_told(ID, "A")


def test_what_is_written_after_a_tombstone_opens_the_history_until_the_next_one(account: Account) -> None:
    account.versions.record(live("A", "2026-03-02T09:00:01.000Z"))
    account.versions.record(TOMBSTONE)
    account.versions.record(live("B", "2999-01-01T00:00:00.000Z"))
    head = account.versions.head(ID)
    assert head
    assert (head.is_closed, head.live, head.number) == (False, 3, 3)
    assert not account.versions.record(TOMBSTONE).is_new
    head = account.versions.head(ID)
    assert head
    assert (head.is_closed, head.live, head.number) == (True, 2, 3)


TOMBSTONE = Seen(ID, DELETED_ETAG, VersionKind.DELETED)


def test_there_is_no_version_that_was_never_seen(account: Account) -> None:
    with pytest.raises(VersionNotFound, match=f"distribution {ID} has no version 7"):
        account.versions.version(ID, 7)
    with pytest.raises(VersionNotFound):
        account.versions.pin(ID, 7, pinned=True)
    assert account.versions.head(ID) is None


def test_a_version_can_be_kept_whatever_retention_says(account: Account) -> None:
    account.versions.record(seen("A"))
    assert account.versions.pin(ID, 1, pinned=True).pinned
    assert not account.versions.pin(ID, 1, pinned=False).pinned


class Gone(BaseException):
    """The process that captures is gone."""


def dies(*_: object) -> None:
    raise Gone


@pytest.mark.parametrize("next_one", ["the same", "the same content", "anybody"])
def test_whoever_comes_next_writes_the_object_that_a_dead_capture_has_not(
    account: Account, monkeypatch: pytest.MonkeyPatch, next_one: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(module, "put_text", dies)
        with pytest.raises(Gone):
            account.versions.record(seen("A"))
    assert objects(account) == {}
    # THEN it can be read
    assert account.versions.content(ID, 1) == config("A")
    # AND gets to its place
    match next_one:
        case "the same":
            assert not account.versions.record(seen("A")).is_new
        case "the same content":
            assert account.versions.record(seen("B", "A")).version.number == 2
        case "anybody":
            assert account.versions.finish() == 1
    assert list(objects(account).values()) == [config("A")]
    assert account.versions.finish() == 0
    assert account.versions.content(ID, 1) == config("A")


def test_a_large_configuration_has_room(account: Account) -> None:
    behaviors = [{"PathPattern": f"/{number}/*", "TargetOriginId": "web"} for number in range(10_000)]
    large = {**config("large"), "CacheBehaviors": {"Quantity": len(behaviors), "Items": behaviors}}
    account.versions.record(Seen(ID, "A", config=large))
    assert account.versions.content(ID, 1) == large


def test_a_capture_that_others_always_come_before_is_for_another_try(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "pause", lambda attempts: None)
    monkeypatch.setattr(module.Table, "transact", lambda self, *writes: False)
    with pytest.raises(AwsThrottled, match=f"distribution {ID}: 40 other captures came first"):
        account.versions.record(seen("A"))
