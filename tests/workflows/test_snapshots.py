"""Names and pins for versions, as people ask for them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from localaws.faults import Fault, faults
from tests.workflows.account import distribution
from tests.workflows.application import Application, Json, eventually
from tests.workflows.baselines import captured_long_ago, delete, short_retention, take_baseline, unheard
from tests.workflows.changes import changed, new_distribution, versions


@pytest.fixture(scope="module")
def application(quiet_application: Application) -> Application:
    return quiet_application


def ask(application: Application, action: str, distribution_id: str, **more: Any) -> Json:
    event = {"action": action, "distributionId": distribution_id, **more}
    answer: Json = application.invoke("ManageSnapshots", event)
    return answer


def unheard_of(application: Application, **config: object) -> str:
    with unheard(application):
        return str(new_distribution(application, **config)["Distribution"]["Id"])


def test_a_snapshot_is_of_what_is_live_even_where_nobody_heard_of_it(application: Application) -> None:
    shop = unheard_of(application, Comment="first")
    first = ask(application, "create", shop, name="first", note="as opened", requestedBy="ops@example.com")
    with unheard(application):
        changed(application, shop, Comment="second")
    second = ask(application, "create", shop, name="second")

    assert (first["version"], second["version"]) == (1, 2)
    assert (first["note"], first["createdBy"]) == ("as opened", "ops@example.com")
    assert [one["name"] for one in ask(application, "list", shop)["snapshots"]] == ["first", "second"]
    assert ask(application, "describe", shop, name="first") == first
    assert ask(application, "describe", shop, name="latest")["version"] == 2


def test_what_was_live_before_and_is_again_can_be_named(application: Application) -> None:
    shop = unheard_of(application, Comment="first")
    for name, comment in (("first", "second"), ("second", "first")):
        ask(application, "create", shop, name=name)
        with unheard(application):
            changed(application, shop, Comment=comment)

    assert ask(application, "create", shop, name="first-again")["version"] == 3


def test_a_name_is_given_once_however_many_want_it_at_once(application: Application) -> None:
    shop = unheard_of(application)
    take_baseline(application, distributionIds=[shop])
    with ThreadPoolExecutor(4) as people:
        notes = ("a", "b", "c", "d")
        answers = list(people.map(lambda note: ask(application, "create", shop, name="known-good", note=note), notes))

    (won,) = [answer for answer in answers if "errorType" not in answer]
    assert {answer.get("errorType") for answer in answers} == {None, "SnapshotExists"}
    assert ask(application, "describe", shop, name="known-good") == won


def test_who_is_cut_off_finds_what_was_asked_for(application: Application) -> None:
    shop = unheard_of(application)
    take_baseline(application, distributionIds=[shop])
    for operation, action, more in (
        ("TransactWriteItems", "create", {"name": "known-good"}),
        ("UpdateItem", "annotate", {"name": "known-good", "note": "load-tested"}),
        ("UpdateItem", "pin", {"version": 1}),
    ):
        cut_off = Fault("kill-after", operation=operation, caller="*/ManageSnapshots", times=1)
        with faults(application.instance, cut_off) as injected:
            assert "errorType" in ask(application, action, shop, **more)
            assert injected.struck() == [1]

    assert ask(application, "create", shop, name="known-good")["errorType"] == "SnapshotExists"
    assert ask(application, "describe", shop, name="known-good")["note"] == "load-tested"
    assert [one.pinned for one in versions(application, shop)] == [True]


def test_notes_change_and_names_are_taken_away(application: Application) -> None:
    shop = unheard_of(application)
    ask(application, "create", shop, name="known-good")

    assert ask(application, "annotate", shop, name="known-good", note="load-tested")["note"] == "load-tested"
    assert ask(application, "delete", shop, name="known-good")["note"] == "load-tested"
    assert ask(application, "describe", shop, name="known-good")["errorType"] == "SnapshotNotFound"
    assert ask(application, "list", shop)["snapshots"] == []


def test_snapshots_and_pins_keep_versions_that_have_outlived_their_days(application: Application) -> None:
    shop = unheard_of(application, Comment="1")
    ask(application, "create", shop, name="known-good")
    for number in (2, 3, 4):
        with unheard(application):
            changed(application, shop, Comment=str(number))
        take_baseline(application)
    assert ask(application, "pin", shop, version=2) == {"distributionId": shop, "version": 2, "pinned": True}
    with short_retention(application):
        take_baseline(application)
        assert [one.number for one in versions(application, shop)] == [1, 2, 4]
        # AND no longer when they are taken away
        ask(application, "delete", shop, name="known-good")
        assert ask(application, "unpin", shop, version=2)["pinned"] is False
        take_baseline(application)

    assert [one.number for one in versions(application, shop)] == [4]


def test_of_a_distribution_that_is_gone_versions_can_be_named_but_nothing_is_live(application: Application) -> None:
    with unheard(application):
        shop = str(new_distribution(application, Enabled=False)["Distribution"]["Id"])
        eventually(lambda: distribution(application, shop)["Status"] == "Deployed")
        take_baseline(application, distributionIds=[shop])
        delete(application, shop)
    captured_long_ago(application, shop)

    assert ask(application, "create", shop, name="last")["errorType"] == "VersionNotFound"
    assert ask(application, "describe", shop, name="latest")["errorType"] == "VersionNotFound"
    assert ask(application, "create", shop, name="last", version=1)["version"] == 1


@pytest.mark.parametrize(
    ("action", "more", "error"),
    [
        ("create", {"name": "latest"}, "InvalidInput"),
        ("create", {"name": "two words"}, "InvalidInput"),
        ("create", {"name": "known-good", "version": 9}, "VersionNotFound"),
        ("describe", {"name": "unheard-of"}, "SnapshotNotFound"),
        ("annotate", {"name": "unheard-of", "note": ""}, "SnapshotNotFound"),
        ("delete", {"name": "unheard-of"}, "SnapshotNotFound"),
        ("pin", {"version": 9}, "VersionNotFound"),
        ("move", {}, "InvalidInput"),
    ],
)
def test_what_can_not_be_done_is_said(application: Application, action: str, more: Json, error: str) -> None:
    shop = unheard_of(application)
    answer = ask(application, action, shop, **more)

    assert answer["errorType"] == error
    assert answer["errorMessage"]


def test_there_is_no_snapshot_of_what_nobody_knows(application: Application) -> None:
    assert ask(application, "create", "E1NOWHERE", name="known-good")["errorType"] == "VersionNotFound"
