"""Versions as both APIs tell of them: who, when, what, and what changed; never the value of a header for an origin."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudfront_extensions.aws.version_store import VersionStore
from cloudfront_extensions.errors import AnswerTooLarge, InvalidCursor, InvalidInput, VersionNotFound
from cloudfront_extensions.operations.cursors import cursor_after
from cloudfront_extensions.operations.sizes import LARGEST_ANSWER
from cloudfront_extensions.operations.versions import (
    diff_text,
    get_diff,
    get_diff_in,
    get_version,
    list_versions,
    pin_version,
    unpin_version,
)
from cloudfront_extensions.versions.records import DELETED_ETAG, Seen, VersionKind, Write, event_etag
from cloudfront_extensions.versions.secret_values import concealed
from tests.unit.conftest import Account
from tests.unit.operations.calls import audited, calls_made
from tests.unit.operations.people import OPERATOR
from tests.unit.versions.shop_config import shop_config

ID = "E2QWRUHAPOMQZL"
WRITE = Write(
    "8c1d7e3a",
    "UpdateDistribution",
    "2026-03-02T09:14:06Z",
    "arn:aws:iam::123456789012:user/ann",
    source_ip="192.0.2.7",
    user_agent="console",
    request_id="r-1",
)


@pytest.fixture(autouse=True)
def _account(account: Account) -> None:
    """An account without any version."""


def config(**members: Any) -> dict[str, Any]:
    return {**shop_config(), **members}


def with_secret(value: str) -> dict[str, Any]:
    changed = shop_config()
    changed["Origins"]["Items"][0]["CustomHeaders"] = {
        "Quantity": 1,
        "Items": [{"HeaderName": "X-Origin-Verify", "HeaderValue": value}],
    }
    return changed


def record(number: int, content: dict[str, Any] | None = None, **more: Any) -> int:
    """A version that is live from its second on."""
    seen = Seen(ID, f"E{number}", config=content, modified_at=f"2026-03-02T09:14:{number:02d}.000Z", **more)
    return VersionStore().record(seen).version.number


def test_a_version_tells_who_wrote_what_and_when() -> None:
    number = record(1, config(Comment="first"), tags={"team": "shop"}, write=WRITE)
    found = get_version(ID, number)

    assert (found["number"], found["kind"], found["etag"], found["isLive"]) == (1, "CONFIG", "E1", True)
    assert found["tags"] == [{"key": "team", "value": "shop"}]
    assert found["writes"] == [
        {
            "eventId": "8c1d7e3a",
            "eventName": "UpdateDistribution",
            "time": "2026-03-02T09:14:06Z",
            "principal": "arn:aws:iam::123456789012:user/ann",
            "sourceIp": "192.0.2.7",
            "userAgent": "console",
            "requestId": "r-1",
        }
    ]
    assert found["config"] == concealed(config(Comment="first"))
    assert list_versions(ID)["items"] == [{name: found[name] for name in found if name != "config"}]  # type: ignore[literal-required]


def test_a_version_that_a_rollback_wrote_names_it() -> None:
    number = record(1, config())
    VersionStore().note_rollback(ID, "E1", "rollback-1")
    assert get_version(ID, number)["rollback"] == "rollback-1"


def test_what_has_no_content_or_no_etag_says_so() -> None:
    VersionStore().record(Seen(ID, event_etag("8c1d7e3a"), VersionKind.UNKNOWN, write=WRITE))
    VersionStore().record(Seen(ID, DELETED_ETAG, VersionKind.DELETED))

    tombstone, unknown = list_versions(ID)["items"]
    assert (tombstone["kind"], tombstone["etag"], tombstone["isLive"]) == ("DELETED", None, False)
    assert (unknown["kind"], unknown["etag"], unknown["contentHash"]) == ("UNKNOWN", None, None)
    assert get_version(ID, 1)["config"] is None


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 9])
def test_versions_are_listed_from_the_newest_down_with_two_calls_for_a_page(limit: int) -> None:
    for number in range(1, 5):
        record(number, config(Comment=str(number)))
    found, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        with calls_made() as calls:
            page = list_versions(ID, limit=limit, cursor=cursor)
        assert calls == ["Query", "GetItem"]
        found += [(each["number"], each["isLive"]) for each in page["items"]]
        cursor, pages = page["nextCursor"], pages + 1

    assert found == [(4, True), (3, False), (2, False), (1, False)]


def test_a_version_that_comes_between_two_pages_moves_nothing() -> None:
    for number in (1, 2, 3):
        record(number, config(Comment=str(number)))
    first = list_versions(ID, limit=1)
    record(4, config(Comment="4"))
    assert [each["number"] for each in list_versions(ID, cursor=first["nextCursor"])["items"]] == [2, 1]


@pytest.mark.parametrize("position", ["-1", "x", "1e3", "٣", "9" * 30, "1 OR 1"])
def test_a_cursor_with_another_position_leads_nowhere(position: str) -> None:
    with pytest.raises(InvalidCursor):
        list_versions(ID, cursor=cursor_after(position, "versions", ID))


def test_a_cursor_of_another_distribution_is_refused() -> None:
    with pytest.raises(InvalidCursor):
        list_versions(ID, cursor=cursor_after("1", "versions", "E1ANOTHER"))


def test_a_distribution_without_versions_has_an_empty_list() -> None:
    assert list_versions(ID) == {"items": [], "nextCursor": None}


def test_secret_values_are_in_no_answer_of_any_form() -> None:
    record(1, with_secret("first-secret"))
    record(2, with_secret("second-secret"))
    both: dict[str, Any] = {"from_version": 1, "to_version": 2}

    answers = [
        json.dumps(get_version(ID, 1)),
        json.dumps(get_diff(ID, **both)),
        diff_text(ID, **both, form="unified"),
        diff_text(ID, **both, form="patch"),
        json.dumps(list_versions(ID)),
    ]
    for answer in answers:
        assert "first-secret" not in answer
        assert "second-secret" not in answer


def test_a_secret_that_changed_is_seen_to_have_changed() -> None:
    record(1, with_secret("first-secret"))
    record(2, with_secret("second-secret"))

    (change,) = get_diff(ID, from_version=1, to_version=2)["changes"]
    assert change["path"].endswith("CustomHeaders[X-Origin-Verify].HeaderValue")
    assert (change["before"], change["after"], change["risk"]) == ("(secret)", "(secret)", "high")
    (operation,) = json.loads(diff_text(ID, from_version=1, to_version=2, form="patch"))
    assert operation["value"] == "(secret 2)"
    lines = diff_text(ID, from_version=1, to_version=2).splitlines()
    changed = [line.split('"HeaderValue": ') for line in lines if line[0] in "-+" and "secret" in line]
    assert [(before[0], value) for before, value in changed] == [("-", '"(secret 1)"'), ("+", '"(secret 2)"')]


def test_a_diff_tells_what_changed_how_risky_it_is_and_why() -> None:
    record(1, config(Comment="first", Enabled=True))
    record(2, config(Comment="second", Enabled=False))

    found = get_diff(ID, from_version=1, to_version=2)
    assert (found["from"]["number"], found["to"]["number"]) == (1, 2)
    assert (found["risk"], found["isSame"]) == ("high", False)
    assert found["changes"] == [
        {
            "path": "Comment",
            "kind": "changed",
            "before": "first",
            "after": "second",
            "risk": "low",
            "reason": "for people",
        },
        {
            "path": "Enabled",
            "kind": "changed",
            "before": True,
            "after": False,
            "risk": "high",
            "reason": "whether anybody is served",
        },
    ]


def test_tags_are_compared_too() -> None:
    record(1, config(), tags={"team": "shop", "stage": "test"})
    record(2, config(), tags={"team": "docs"})
    assert [(each["path"], each["kind"]) for each in get_diff(ID)["changes"]] == [
        ("Tags[stage]", "removed"),
        ("Tags[team]", "changed"),
    ]


def test_a_diff_in_several_forms_is_read_once_and_written_once_each() -> None:
    record(1, config(Comment="first"))
    record(2, config(Comment="second"))
    both: dict[str, Any] = {"from_version": 1, "to_version": 2}

    with calls_made() as alone:
        found = get_diff(ID, **both)
    with calls_made() as calls:
        told = get_diff_in(ID, ["unified", "patch"] * 1000, **both)
    assert calls == alone
    assert told == {
        **found,
        "unified": diff_text(ID, **both, form="unified"),
        "patch": diff_text(ID, **both, form="patch"),
    }


def test_two_versions_that_mean_the_same_have_no_changes() -> None:
    record(1, config())
    record(2, config())
    found = get_diff(ID)
    assert (found["isSame"], found["risk"], found["changes"]) == (True, None, [])
    assert diff_text(ID) == ""
    assert diff_text(ID, form="patch") == "[]"


def test_without_numbers_the_live_version_is_compared_with_the_one_before() -> None:
    for number in (1, 2, 3):
        record(number, config(Comment=str(number)))
    found = get_diff(ID)
    assert (found["from"]["number"], found["to"]["number"]) == (2, 3)
    found = get_diff(ID, from_version="previous", to_version=2)
    assert (found["from"]["number"], found["to"]["number"]) == (1, 2)
    found = get_diff(ID, from_version=1, to_version="live")
    assert (found["from"]["number"], found["to"]["number"]) == (1, 3)


def test_the_one_before_is_the_newest_that_has_content() -> None:
    record(1, config(Comment="1"))
    VersionStore().record(Seen(ID, event_etag("8c1d7e3a"), VersionKind.UNKNOWN, write=WRITE))
    record(3, config(Comment="3"))
    assert get_diff(ID)["from"]["number"] == 1


def test_a_first_version_has_none_before_it() -> None:
    record(1, config())
    with pytest.raises(VersionNotFound, match="before 1"):
        get_diff(ID)


def test_what_nobody_knows_of_a_version_is_not_told_as_a_change() -> None:
    record(1, config(Comment="first"))
    told = {name: member for name, member in config(Enabled=False).items() if name != "Comment"}
    VersionStore().record(Seen(ID, "E2", VersionKind.PARTIAL, told, write=WRITE, hidden=("Comment",)))

    found = get_diff(ID, from_version=1, to_version=2)
    assert found["to"]["hidden"] == ["Comment"]
    assert "Comment" not in [change["path"] for change in found["changes"]]


def test_versions_can_be_compared_backwards() -> None:
    record(1, config(Comment="first"))
    record(2, config(Comment="second"))
    (change,) = get_diff(ID, from_version=2, to_version=1)["changes"]
    assert (change["before"], change["after"]) == ("second", "first")


def test_a_configuration_as_large_as_they_get_is_answered_whole() -> None:
    large = config(Comment="x" * 500_000)
    record(1, large)
    record(2, config(Comment="y" * 500_000))
    assert get_version(ID, 1)["config"] == concealed(large)
    assert len(get_diff(ID)["changes"]) == 1


def test_what_is_too_large_for_an_answer_is_refused_with_where_it_can_be_read() -> None:
    record(1, config(Comment="é" * (LARGEST_ANSWER // 7)))
    with pytest.raises(AnswerTooLarge, match="bucket of configurations"):
        get_version(ID, 1)


def test_a_version_can_be_pinned_and_let_go_again_however_often(caplog: pytest.LogCaptureFixture) -> None:
    record(1, config())
    for _ in range(2):
        assert pin_version(ID, 1, caller=OPERATOR) == {"distributionId": ID, "version": 1, "pinned": True}
    assert get_version(ID, 1)["pinned"]
    assert not unpin_version(ID, 1, caller=OPERATOR)["pinned"]
    assert not get_version(ID, 1)["pinned"]
    assert [operation for operation, _, _ in audited(caplog)] == ["pinVersion", "pinVersion", "unpinVersion"]


def test_what_is_not_there_is_said_so() -> None:
    record(1, config())
    for ask in (
        lambda: get_version(ID, 2),
        lambda: get_diff(ID, from_version=1, to_version=2),
        lambda: pin_version(ID, 2, caller=OPERATOR),
        lambda: get_diff("E1ANOTHER"),
    ):
        with pytest.raises(VersionNotFound):
            ask()


@pytest.mark.parametrize("bad", [0, -1, True, "1", "latest", 1.5, None, 10**9])
def test_a_number_that_is_none_is_refused(bad: Any) -> None:
    record(1, config())
    for ask in (
        lambda: get_version(ID, bad),
        lambda: pin_version(ID, bad, caller=OPERATOR),
        lambda: get_diff(ID, from_version=bad, to_version=1),
        lambda: get_diff(ID, from_version=1, to_version=bad),
    ):
        with pytest.raises(InvalidInput):
            ask()


@pytest.mark.parametrize("form", ["json", "", "UNIFIED", None])
def test_a_form_that_there_is_not_is_refused(form: Any) -> None:
    with pytest.raises(InvalidInput, match="form"):
        diff_text(ID, from_version=1, to_version=2, form=form)


@pytest.mark.parametrize("bad", ["../E1", "", "e1", "E1 ", None])
def test_an_id_that_is_none_is_refused(bad: Any) -> None:
    for ask in (
        lambda: list_versions(bad),
        lambda: get_version(bad, 1),
        lambda: get_diff(bad),
        lambda: pin_version(bad, 1, caller=OPERATOR),
    ):
        with calls_made() as calls, pytest.raises(InvalidInput, match="distributionId"):
            ask()
        assert calls == []
