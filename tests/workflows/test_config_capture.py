"""Every configuration that is written becomes a version, end to end: whole where it is still live, else as the event tells."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from cloudfront_extensions.aws import clients
from cloudfront_extensions.versions.records import DELETED_ETAG, Seen, VersionKind
from localaws.faults import Fault, faults
from tests.workflows.account import plain_config
from tests.workflows.application import Application, Json, eventually
from tests.workflows.baselines import unheard
from tests.workflows.changes import (
    LONG_AGO,
    alias_moved,
    changed,
    content,
    deletion,
    failed,
    new_distribution,
    objects,
    told_config,
    update,
    versions,
)

AT_ONCE = 100
INVOCATIONS = {"service": "lambda", "operation": "Invoke"}


def id_of(answer: Json) -> str:
    return str(answer["Distribution"]["Id"])


def nowhere() -> str:
    """The id of a distribution that CloudFront does not know, or no longer."""
    return f"E{uuid.uuid4().hex[:13].upper()}"


def capture(application: Application, event: Json) -> Json:
    ended = application.run("config_capture", event)
    assert ended["status"] == "SUCCEEDED", ended
    output: Json = ended["output"]
    return output


def captured_by_itself(application: Application, distribution_id: str, number: int) -> None:
    """What the rule has started comes to its end: so many versions are there."""
    eventually(lambda: len(versions(application, distribution_id)) == number)


def now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


def test_what_is_live_when_its_event_comes_is_captured_whole(application: Application) -> None:
    live = new_distribution(application, Comment="secrets stay")
    event = update(id_of(live), live["ETag"], told_config("told.html"), time=now())
    assert capture(application, event)["distributionId"] == id_of(live)

    (version,) = versions(application, id_of(live))
    assert (version.kind, version.etag, version.tags) == (VersionKind.CONFIG, live["ETag"], {"team": "shops"})
    assert content(application, version) == live["Distribution"]["DistributionConfig"]
    write = next(one for one in version.writes if one.event_id == event["detail"]["eventID"])
    assert (write.event_name, write.principal) == ("UpdateDistribution", event["detail"]["userIdentity"]["arn"])
    assert (write.source_ip, write.user_agent) == ("192.0.2.17", event["detail"]["userAgent"])
    assert (write.request_id, write.time) == (event["detail"]["requestID"], event["detail"]["eventTime"])
    head = application.versions.head(id_of(live))
    assert head
    assert (head.live, head.live_etag) == (1, live["ETag"])


def test_what_has_been_overtaken_is_known_by_its_event_but_for_what_cloudtrail_hides(application: Application) -> None:
    live = new_distribution(application)
    event = update(id_of(live), "E1OVERTAKEN", told_config("overtaken.html"))
    told = capture(application, event)["versions"]
    assert [(one["kind"], one["etag"]) for one in told] == [("PARTIAL", "E1OVERTAKEN"), ("CONFIG", live["ETag"])]

    version = application.versions.version(id_of(live), told[0]["number"])
    assert (version.hidden, version.modified_at) == (("Comment",), None)
    config = content(application, version)
    assert (config["DefaultRootObject"], "Comment" in config) == ("overtaken.html", False)
    assert config["Origins"]["Items"][0]["CustomOriginConfig"]["HTTPSPort"] == 443
    # AND what is live is live
    head = application.versions.head(id_of(live))
    assert head
    assert head.live == told[1]["number"]


def test_an_event_that_does_not_tell_what_was_written_is_a_version_without_content(application: Application) -> None:
    live = new_distribution(application)
    unknown, whole = capture(application, update(id_of(live), "E1UNTOLD"))["versions"]

    assert (unknown["kind"], whole["kind"]) == ("UNKNOWN", "CONFIG")
    version = application.versions.version(id_of(live), unknown["number"])
    assert (version.object_key, version.writes[0].time) == (None, LONG_AGO)


def test_an_event_of_a_large_request_is_matched_by_the_time_of_the_change(application: Application) -> None:
    # GIVEN a change of which CloudTrail leaves out everything, and no other one at that time
    eventually(lambda: not modified_in_the_last_seconds(application))
    with unheard(application):
        live = new_distribution(application)
    event = update(id_of(live), "", time=f"{live['Distribution']['LastModifiedTime']:%Y-%m-%dT%H:%M:%SZ}")
    event["detail"]["requestParameters"] = {"omitted": True}
    assert capture(application, event)["distributionId"] == id_of(live)

    (version,) = versions(application, id_of(live))
    assert event["detail"]["eventID"] in {write.event_id for write in version.writes}


def modified_in_the_last_seconds(application: Application) -> bool:
    pages = application.client("cloudfront").get_paginator("list_distributions").paginate()
    since = datetime.now(UTC) - timedelta(seconds=6)
    found = [one["LastModifiedTime"] for page in pages for one in page["DistributionList"].get("Items", [])]
    return any(modified > since for modified in found)


def test_an_alias_that_moved_is_captured_live(application: Application) -> None:
    with unheard(application):
        live = new_distribution(application)
    event = alias_moved(id_of(live), time=now())
    assert [one["kind"] for one in capture(application, event)["versions"]] == ["CONFIG"]

    (version,) = versions(application, id_of(live))
    assert ("AssociateAlias", event["detail"]["eventID"]) in {(one.event_name, one.event_id) for one in version.writes}


def test_the_same_event_again_finds_its_version(application: Application) -> None:
    event = update(nowhere(), "E1TWICE", told_config("twice.html"))
    (first,), (again,) = (capture(application, event)["versions"] for _ in range(2))

    assert (first["isNew"], again["isNew"]) == (True, False)
    (version,) = versions(application, event["detail"]["requestParameters"]["id"])
    assert len(version.writes) == 1


def test_what_comes_back_is_a_version_of_its_own_and_stored_once(application: Application) -> None:
    gone = nowhere()
    for etag, root_object in (("E1", "a.html"), ("E2", "b.html"), ("E3", "a.html")):
        capture(application, update(gone, etag, told_config(root_object)))

    a, b, again = versions(application, gone)
    assert (a.object_key, a.content_hash) == (again.object_key, again.content_hash)
    assert set(objects(application, gone)) == {a.object_key, b.object_key}


def test_a_failed_call_changes_nothing(application: Application) -> None:
    gone = nowhere()
    output = capture(application, failed(update(gone, "E1", told_config("a.html"))))
    assert output == {"passedOver": "UpdateDistribution failed with PreconditionFailed: nothing was changed"}
    assert versions(application, gone) == []


def test_a_deletion_closes_the_history_and_keeps_the_last_configuration(application: Application) -> None:
    gone = nowhere()
    capture(application, update(gone, "E1", told_config("last.html")))
    capture(application, deletion(gone))
    capture(application, update(gone, "E0", told_config("late.html")))

    last, tombstone, late = versions(application, gone)
    assert (tombstone.kind, tombstone.etag, tombstone.writes[0].event_name) == (
        VersionKind.DELETED,
        DELETED_ETAG,
        "DeleteDistribution",
    )
    assert content(application, last)["DefaultRootObject"] == "last.html"
    # AND what comes late is known, and opens nothing
    head = application.versions.head(gone)
    assert head
    assert (late.number, head.is_closed, head.live) == (3, True, 2)


def test_a_person_can_have_captured_what_is_live(application: Application) -> None:
    live = new_distribution(application)
    assert [one["kind"] for one in capture(application, {"distributionId": id_of(live)})["versions"]] == ["CONFIG"]


def test_100_at_once_are_100_versions_without_gap_or_overwriting(application: Application) -> None:
    # GIVEN a distribution that has been changed a hundred times in a moment
    live = new_distribution(application, DefaultRootObject="100.html")
    captured_by_itself(application, id_of(live), 1)
    events = [update(id_of(live), f"E{n:03}", told_config(f"{n}.html")) for n in range(1, AT_ONCE)]
    events.append(update(id_of(live), live["ETag"], told_config("100.html"), time=now()))
    # WHEN the events come all at once
    executions = [application.start("config_capture", event) for event in events]
    ended = Counter(application.wait(execution)["status"] for execution in executions)
    # THEN each is a version, with its own content and writer
    assert ended == {"SUCCEEDED": AT_ONCE}
    found = versions(application, id_of(live))
    assert [version.number for version in found] == list(range(1, AT_ONCE + 1))
    stored = objects(application, id_of(live))
    by_etag = {version.etag: version for version in found}
    assert set(by_etag) == {f"E{n:03}" for n in range(1, AT_ONCE)} | {live["ETag"]}
    for event in events:
        version = by_etag[event["detail"]["responseElements"]["eTag"]]
        told = event["detail"]["responseElements"]["distribution"]["distributionConfig"]
        assert event["detail"]["eventID"] in {write.event_id for write in version.writes}
        assert stored[str(version.object_key)]["DefaultRootObject"] == told["defaultRootObject"]
    assert len(stored) == AT_ONCE
    # AND the live one is known as live
    head = application.versions.head(id_of(live))
    assert head
    assert (head.number, head.live_etag, head.live) == (AT_ONCE, live["ETag"], by_etag[live["ETag"]].number)
    assert application.versions.finish() == 0


@pytest.fixture
def clients_of_the_instance(application: Application, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What runs in this process is as if it ran in a function."""
    for name, value in application.instance.environment.items():
        monkeypatch.setenv(name, value)
    for cached in (clients._session, clients.client):
        cached.cache_clear()
    yield
    for cached in (clients._session, clients.client):
        cached.cache_clear()


def test_captures_that_meet_read_again_and_get_numbers_of_their_own(
    application: Application, clients_of_the_instance: None
) -> None:
    """Without the workflow between them, they meet at every step."""
    gone, store = nowhere(), application.versions
    seen = [Seen(gone, f"E{n}", config={"DefaultRootObject": f"{n % 10}.html"}) for n in range(40)]
    clients.client("s3")
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(store.record, [*seen, *seen]))

    found = versions(application, gone)
    assert [version.number for version in found] == list(range(1, 41))
    assert {version.etag for version in found} == {one.etag for one in seen}
    assert len(objects(application, gone)) == 10


def test_a_change_that_cloudfront_does_not_show_yet_is_waited_for(application: Application) -> None:
    live = new_distribution(application)
    captured_by_itself(application, id_of(live), 1)
    later = f"{datetime.now(UTC) + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    event = update(id_of(live), "E1LATER", told_config("later.html"), time=later)
    ended = application.run("config_capture", event)
    # THEN it is not taken for one that was overtaken
    assert (ended["status"], ended["error"]) == ("FAILED", "AwsUnavailable")
    assert len(versions(application, id_of(live))) == 1


@pytest.mark.parametrize(
    ("event", "error", "words"),
    [
        ({}, "InvalidInput", "distributionId: it is missing"),
        ({"distributionId": "E2QWRUHAPOMQZL", "because": "I want it"}, "InvalidInput", "because: there is no such"),
        ({"distributionId": "E1MISSING"}, "DistributionNotFound", "there is no distribution E1MISSING"),
        ({"detail": {"eventName": "CreateInvalidation"}}, "EventNotUnderstood", "writes no configuration"),
        ({"detail": {"eventName": "UpdateDistribution"}}, "EventNotUnderstood", "detail.eventID: it is missing"),
        (
            {"detail": {"eventName": "UpdateDistribution", "eventID": "event", "eventTime": LONG_AGO}},
            "EventNotUnderstood",
            "has left out which distribution it changed, and 0 were modified then",
        ),
    ],
)
def test_what_is_not_understood_fails_in_words(application: Application, event: Json, error: str, words: str) -> None:
    ended = application.run("config_capture", event)
    assert (ended["status"], ended["error"]) == ("FAILED", error)
    assert words in json.loads(ended["cause"])["errorMessage"]


@pytest.mark.parametrize("fault", [{"kind": "throttle"}, {"kind": "error", "code": "ServiceException"}])
def test_a_capture_that_can_not_begin_is_tried_again(application: Application, fault: dict[str, str]) -> None:
    gone = nowhere()
    own = Fault(**fault, **INVOCATIONS, containing=gone, times=1)  # type: ignore[arg-type]
    with faults(application.instance, own) as injected:
        capture(application, update(gone, "E1", told_config("a.html")))
    assert injected.struck() == [1]
    assert len(versions(application, gone)) == 1


def test_a_change_by_anybody_is_a_version_with_who_and_when(application: Application) -> None:
    client = application.client("cloudfront")
    made = client.create_distribution(DistributionConfig=plain_config(Comment="first"))
    captured_by_itself(application, id_of(made), 1)
    updated = changed(application, id_of(made), Comment="second")
    captured_by_itself(application, id_of(made), 2)

    first, second = versions(application, id_of(made))
    eventually(lambda: all(version.writes for version in versions(application, id_of(made))))
    first, second = versions(application, id_of(made))
    assert (first.kind, second.kind) == (VersionKind.CONFIG, VersionKind.CONFIG)
    assert [write.event_name for write in (*first.writes, *second.writes)] == [
        "CreateDistribution",
        "UpdateDistribution",
    ]
    assert content(application, second) == updated["Distribution"]["DistributionConfig"]
    (write,) = second.writes
    assert write.principal.startswith("arn:aws:iam::")
    assert all((write.request_id, write.source_ip, write.user_agent))
    # AND a refused one is none
    with pytest.raises(client.exceptions.PreconditionFailed):
        client.update_distribution(
            Id=id_of(made), IfMatch="stale", DistributionConfig=updated["Distribution"]["DistributionConfig"]
        )
    changed(application, id_of(made), Comment="third")
    captured_by_itself(application, id_of(made), 3)
    assert [content(application, version)["Comment"] for version in versions(application, id_of(made))] == [
        "first",
        "second",
        "third",
    ]
