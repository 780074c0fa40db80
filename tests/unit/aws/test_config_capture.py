"""Which of two things an event may be of: what is live, or what has been overtaken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cloudfront_extensions.aws import cloudfront
from cloudfront_extensions.aws.config_capture import capture, capture_live
from cloudfront_extensions.aws.error_table import AlreadyGone
from cloudfront_extensions.aws.table import Table
from cloudfront_extensions.aws.version_keys import version_key
from cloudfront_extensions.errors import AwsUnavailable, EventNotUnderstood
from cloudfront_extensions.versions.records import VersionKind
from tests.unit.conftest import Account

ID, ARN = "E1EXAMPLE4711", "arn:aws:cloudfront::111122223333:distribution/E1EXAMPLE4711"
WRITTEN = datetime(2026, 3, 2, 9, 14, 7, tzinfo=UTC)
LATER = WRITTEN + timedelta(seconds=6)


@pytest.fixture
def live(account: Account, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What CloudFront knows: its members may be changed."""
    config = {"CallerReference": "shop", "Comment": "live"}
    known: dict[str, Any] = {"etag": "E2", "modified_at": WRITTEN, "config": config, "tags": {"team": "web"}}

    def distribution(distribution_id: str) -> cloudfront.Distribution | None:
        if not known:
            return None
        moment = known["modified_at"].isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return cloudfront.Distribution(ID, ARN, "d1.cloudfront.net", "shop", True, known["etag"], moment, config)

    def tags_of(arn: str) -> dict[str, str]:
        if known["tags"] is None:
            raise AlreadyGone(arn)
        tags: dict[str, str] = known["tags"]
        return tags

    monkeypatch.setattr(cloudfront, "distribution", distribution)
    monkeypatch.setattr(cloudfront, "tags_of", tags_of)
    return known


def event(operation: str, etag: str | None, written: datetime = WRITTEN) -> dict[str, Any]:
    detail: dict[str, Any] = {
        "eventName": operation,
        "eventID": "event-1",
        "eventTime": f"{written:%Y-%m-%dT%H:%M:%SZ}",
        "requestParameters": {"id": ID, "targetDistributionId": ID},
        "responseElements": {"eTag": etag} if etag else None,
    }
    return {"detail": detail}


def named(event_id: str, document: dict[str, Any]) -> dict[str, Any]:
    document["detail"]["eventID"] = event_id
    return document


def kinds(answer: Any) -> list[str]:
    return [version["kind"] for version in answer["versions"]]


def test_what_is_live_is_known_by_its_etag(account: Account, live: dict[str, Any]) -> None:
    assert kinds(capture(event("UpdateDistribution", "E2"))) == ["CONFIG"]
    (version,) = account.versions.versions(ID)
    assert (version.tags, len(version.writes)) == ({"team": "web"}, 1)


def test_what_was_overtaken_and_what_is_live_are_two_versions(account: Account, live: dict[str, Any]) -> None:
    assert kinds(capture(event("UpdateDistribution", "E1", WRITTEN - timedelta(minutes=1)))) == ["UNKNOWN", "CONFIG"]
    overtaken, whole = account.versions.versions(ID)
    assert (len(overtaken.writes), len(whole.writes)) == (1, 0)


def test_what_cloudfront_does_not_show_yet_is_for_another_try(account: Account, live: dict[str, Any]) -> None:
    for later in (event("UpdateDistribution", "E3", LATER), event("AssociateAlias", None, LATER)):
        with pytest.raises(AwsUnavailable, match=r"does not show yet what \w+ made of E1EXAMPLE4711"):
            capture(later)
    assert list(account.versions.versions(ID)) == []


def test_what_was_written_during_a_long_call_was_overtaken(account: Account, live: dict[str, Any]) -> None:
    live["modified_at"] = WRITTEN - timedelta(seconds=4.9)
    assert kinds(capture(event("UpdateDistribution", "E1"))) == ["UNKNOWN", "CONFIG"]


@pytest.mark.parametrize(
    ("later", "expected"),
    [(-5, ["CONFIG"]), (0, ["CONFIG"]), (1.9, ["CONFIG"]), (2, ["UNKNOWN", "CONFIG"])],
)
def test_a_write_without_an_etag_is_the_live_one_s_if_that_is_as_old(
    account: Account, live: dict[str, Any], later: float, expected: list[str]
) -> None:
    live["modified_at"] = WRITTEN + timedelta(seconds=later)
    assert kinds(capture(event("AssociateAlias", None))) == expected
    assert kinds(capture(event("AssociateAlias", None))) == expected
    assert len(list(account.versions.versions(ID))) == len(expected)


def test_a_write_without_an_etag_is_not_one_s_that_another_event_names(account: Account, live: dict[str, Any]) -> None:
    capture(named("event-2", event("UpdateDistribution", "E2")))
    alias = event("AssociateAlias", None)
    assert kinds(capture(alias)) == ["UNKNOWN", "CONFIG"]
    assert kinds(capture(alias)) == ["UNKNOWN", "CONFIG"]
    whole, unknown = account.versions.versions(ID)
    assert ([write.event_id for write in whole.writes], unknown.etag) == (["event-2"], "event:event-1")


def test_the_same_write_without_an_etag_is_found_when_it_is_live_no_more(
    account: Account, live: dict[str, Any]
) -> None:
    capture(event("AssociateAlias", None))
    live |= {"etag": "E3", "modified_at": WRITTEN + timedelta(seconds=30)}
    answer = capture(event("AssociateAlias", None))
    assert [version.etag for version in account.versions.versions(ID)] == ["E2", "E3"]
    assert kinds(answer) == ["CONFIG", "CONFIG"]


def test_what_a_late_answer_made_partial_becomes_whole(account: Account, live: dict[str, Any]) -> None:
    live["etag"] = "E1"
    assert kinds(capture(event("UpdateDistribution", "E2"))) == ["UNKNOWN", "CONFIG"]
    live["etag"] = "E2"
    assert kinds(capture(event("UpdateDistribution", "E2"))) == ["CONFIG"]
    assert account.versions.version(ID, 1).kind is VersionKind.CONFIG


def test_a_distribution_that_was_just_made_and_is_not_shown_is_for_another_try(
    account: Account, live: dict[str, Any]
) -> None:
    live.clear()
    made = event("CreateDistribution", "E2", datetime.now(UTC))
    made["detail"]["responseElements"]["distribution"] = {"id": ID}
    with pytest.raises(AwsUnavailable, match=f"does not show {ID}, which was written less than a minute ago"):
        capture(made)
    # AND that of one which was deleted since is kept as it is told
    capture(named("event-2", event("DeleteDistribution", None)))
    assert kinds(capture(made)) == ["UNKNOWN"]


def test_a_look_does_not_close_the_history_of_what_was_captured_a_moment_ago(
    account: Account, live: dict[str, Any]
) -> None:
    capture({"distributionId": ID})
    live.clear()
    with pytest.raises(AwsUnavailable, match=f"does not show {ID}"):
        capture_live(ID)
    assert [version.kind for version in account.versions.versions(ID)] == [VersionKind.CONFIG]


def test_a_distribution_that_is_gone_is_known_by_its_events(account: Account, live: dict[str, Any]) -> None:
    live.clear()
    assert capture_live(ID) is None
    assert kinds(capture(event("UpdateDistribution", "E1"))) == ["UNKNOWN"]
    Table("versions").update(version_key(ID, 1), {"captured_at": "2026-03-02T09:14:09.000Z"})
    closed = capture_live(ID)
    assert closed
    assert (closed.version.kind, closed.is_new) == (VersionKind.DELETED, True)
    # AND the event of the deletion is noted on the tombstone
    capture(event("DeleteDistribution", None))
    assert [write.event_name for write in account.versions.version(ID, 2).writes] == ["DeleteDistribution"]


def test_tags_that_are_gone_are_not_known(account: Account, live: dict[str, Any]) -> None:
    live["tags"] = None
    capture({"distributionId": ID})
    assert account.versions.version(ID, 1).tags is None


@pytest.mark.parametrize("seconds", [[], [-5.1, 2], [-5, 1.5]])
def test_a_change_that_is_not_the_only_one_at_its_time_is_not_guessed(
    account: Account, live: dict[str, Any], monkeypatch: pytest.MonkeyPatch, seconds: list[float]
) -> None:
    def summaries() -> list[dict[str, Any]]:
        return [
            {"Id": f"E{index}", "ETag": "E", "LastModifiedTime": WRITTEN + timedelta(seconds=offset)}
            for index, offset in enumerate(seconds)
        ]

    unnamed = event("UpdateDistribution", None)
    unnamed["detail"]["requestParameters"] = {"omitted": True}
    monkeypatch.setattr(cloudfront, "distribution_summaries", summaries)
    count = sum(-5 <= offset < 2 for offset in seconds)
    with pytest.raises(EventNotUnderstood, match=f"has left out which distribution it changed, and {count} were"):
        capture(unnamed)


def test_a_change_of_which_nothing_is_told_is_not_what_another_event_names(
    account: Account, live: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    capture(named("event-2", event("UpdateDistribution", "E2")))
    summary = {"Id": ID, "ETag": "E2", "LastModifiedTime": WRITTEN}
    monkeypatch.setattr(cloudfront, "distribution_summaries", lambda: [summary])
    unnamed = event("UpdateDistribution", None)
    unnamed["detail"]["requestParameters"] = {"omitted": True}
    with pytest.raises(EventNotUnderstood, match="0 were modified then"):
        capture(unnamed)
