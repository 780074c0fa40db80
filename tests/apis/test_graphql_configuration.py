"""Distributions, versions, snapshots and rollbacks by the deployed GraphQL API."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.apis.graphql import Json, ask, told, whole
from tests.apis.world import World
from tests.workflows.application import eventually
from tests.workflows.baselines import unheard
from tests.workflows.cases import Case, new_case
from tests.workflows.functions import attached, published
from tests.workflows.rollbacks import Shop

SNAPSHOT = whole("Snapshot")
ROLLBACK = f"query($token: ID!) {{ rollback(requestToken: $token) {whole('Rollback')} }}"
START = f"mutation($rollback: RollbackInput!) {{ startRollback(rollback: $rollback) {whole('Rollback')} }}"
ANSWER = f"""mutation($token: ID!, $approve: Boolean!, $etag: String) {{
  answerRollback(requestToken: $token, approve: $approve, comment: "Go", ifMatch: $etag) {whole("AnsweredRollback")}
}}"""


@pytest.fixture
def case(request: pytest.FixtureRequest) -> Case:
    return new_case(f"graphql-{request.node.name}")


@pytest.fixture(scope="module")
def shop(world: World) -> Shop:
    """Version 1 is good, version 2 is bad and live."""
    made = Shop.of(world.application)
    made.capture()
    return made


def of(world: World, field: str, shop: Shop, type_name: str, arguments: str = "") -> Any:
    return told(world, "viewer", f'query {{ {field}(distributionId: "{shop.id}"{arguments}) {whole(type_name)} }}')


def rollback_until(world: World, case: Case, *states: str) -> Json:
    def question() -> Json | None:
        found: Json = told(world, "viewer", ROLLBACK, token=case.job_id)
        return found if found["status"] in states else None

    found = eventually(question)
    assert found is not None
    return found


def start(world: World, case: Case, shop: Shop, **more: Any) -> Json:
    rollback = {
        "requestToken": case.job_id,
        "targets": [shop.id],
        "source": {"distributionId": shop.id, "version": 1},
        **more,
    }
    found: Json = told(world, "operator", START, rollback=rollback)
    return found


def test_a_distribution_is_in_the_list_with_its_live_version(world: World, shop: Shop) -> None:
    page = told(world, "viewer", f"query {{ distributions(limit: 100) {whole('DistributionPage')} }}")
    (listed,) = [one for one in page["items"] if one["distributionId"] == shop.id]
    found = of(world, "distribution", shop, "Distribution")
    assert listed["liveVersion"] == found["versions"]["last"]
    assert found["config"]["behaviors"] >= 1


def test_versions_and_what_changed_between_them(world: World, shop: Shop) -> None:
    page = of(world, "versions", shop, "VersionPage")
    assert [version["number"] for version in page["items"]][-2:] == [2, 1]
    version = of(world, "version", shop, "Version", ", number: 1")
    assert json.loads(version["config"])["Comment"] == "good"
    diff = of(world, "diff", shop, "Diff", ", fromVersion: 1, toVersion: 2, forms: [unified, patch]")
    (change,) = diff["changes"]
    assert (change["path"], change["kind"], json.loads(change["before"]), json.loads(change["after"])) == (
        "Comment",
        "changed",
        "good",
        "bad",
    )
    assert "-" in diff["unified"]
    assert json.loads(diff["patch"])
    assert of(world, "diff", shop, "Diff", ", fromVersion: 1, toVersion: 2")["unified"] is None


def test_a_version_is_pinned_and_let_go(world: World, shop: Shop) -> None:
    for mutation, pinned in (("pinVersion", True), ("unpinVersion", False)):
        document = f'mutation {{ {mutation}(distributionId: "{shop.id}", number: 1) {whole("Pin")} }}'
        assert told(world, "operator", document) == {"distributionId": shop.id, "version": 1, "pinned": pinned}


def test_a_snapshot_is_made_annotated_and_deleted_as_it_was_read(world: World, shop: Shop) -> None:
    named = f'distributionId: "{shop.id}", name: "opening"'
    made = told(world, "operator", f'mutation {{ createSnapshot({named}, version: 1, note: "first") {SNAPSHOT} }}')
    assert "operator@example.com" in made["createdBy"]
    annotate = f'mutation($etag: String) {{ annotateSnapshot({named}, note: "second", ifMatch: $etag) {SNAPSHOT} }}'
    changed = told(world, "operator", annotate, etag=made["etag"])
    assert ask(world, "operator", annotate, etag=made["etag"]).problems == ["changed-since-read"]
    assert of(world, "snapshots", shop, "SnapshotPage")["items"] == [changed]
    assert of(world, "snapshot", shop, "Snapshot", ', name: "opening"') == changed
    delete = f"mutation($etag: String) {{ deleteSnapshot({named}, ifMatch: $etag) {SNAPSHOT} }}"
    assert told(world, "operator", delete, etag=changed["etag"]) == changed
    assert ask(world, "operator", delete).problems == ["snapshot-not-found"]


def test_a_snapshot_without_a_number_is_of_what_is_live_and_latest_was_made_by_nobody(world: World, shop: Shop) -> None:
    made = told(
        world, "operator", f'mutation {{ createSnapshot(distributionId: "{shop.id}", name: "now") {SNAPSHOT} }}'
    )
    latest = of(world, "snapshot", shop, "Snapshot", ', name: "latest"')
    assert latest["version"] == made["version"]
    assert (latest["createdAt"], latest["createdBy"]) == (None, None)


def test_a_change_that_nobody_heard_of_is_captured_before_it_is_named(world: World) -> None:
    with unheard(world.application):
        shop = Shop.of(world.application)
        named = f'distributionId: "{shop.id}", name: "now"'
        assert told(world, "operator", f"mutation {{ createSnapshot({named}) {SNAPSHOT} }}")["version"] == 2
        shop.change(Comment="good")
        again = named.replace("now", "again")
        assert told(world, "operator", f"mutation {{ createSnapshot({again}) {SNAPSHOT} }}")["version"] == 3
    version = of(world, "version", shop, "Version", ", number: 2")
    assert json.loads(version["config"])["Comment"] == "bad"
    assert "operator@example.com" in of(world, "snapshots", shop, "SnapshotPage")["items"][0]["createdBy"]


def test_a_dry_run_ends_with_a_plan(world: World, shop: Shop, case: Case) -> None:
    start(world, case, shop, dryRun=True)
    rollback_until(world, case, "PLANNED")
    document = f"query($token: ID!) {{ rollbackPlan(requestToken: $token) {whole('RollbackPlan')} }}"
    plan = told(world, "viewer", document, token=case.job_id)
    assert plan["isWhole"]
    assert json.loads(plan["plan"])["targets"][0]["distributionId"] == shop.id


def test_functions_are_attached_and_taken_away_again(world: World, case: Case) -> None:
    shop, arn = Shop.of(world.application), published(world.application, case.job_id)
    place = {"distributionId": shop.id, "pathPattern": "*", "eventType": "viewer-request"}
    for number, function, standing in (
        (1, {"functionArn": arn}, {"viewer-request": arn}),
        (2, {"replaces": [arn]}, {}),
    ):
        part = replace(case, job_id=f"{case.job_id[-40:]}-{number}")
        rollback = {"requestToken": part.job_id, "source": {"functionAssociations": [{**place, **function}]}}
        told(world, "operator", START, rollback=rollback)
        rollback_until(world, part, "APPLIED")
        assert attached(shop.config["DefaultCacheBehavior"]) == standing


def test_functions_are_checked_before_anything_is_started(world: World, case: Case) -> None:
    place = {"distributionId": "ENONE", "pathPattern": "*", "eventType": "origin-request", "functionArn": "none"}
    rollback = {"requestToken": case.job_id, "source": {"functionAssociations": [place]}}
    assert ask(world, "operator", START, rollback=rollback).problems == ["invalid-input"]


def test_a_rollback_waits_for_the_answer_to_the_plan_that_was_read(world: World, case: Case) -> None:
    shop = Shop.of(world.application)
    shop.capture()
    start(world, case, shop, approval="required", strategy={"type": "oneByOne"})
    rollback_until(world, case, "AWAITING_APPROVAL")
    plan = told(world, "viewer", "query($t: ID!) { rollbackPlan(requestToken: $t) { etag } }", t=case.job_id)
    refused = ask(world, "admin", ANSWER, token=case.job_id, approve=True, etag="0" * 64)
    assert refused.problems == ["changed-since-read"]
    told(world, "admin", ANSWER, token=case.job_id, approve=True, etag=plan["etag"])
    found = rollback_until(world, case, "APPLIED")
    assert found["approval"]["answer"] == "APPROVED"
    assert "admin@example.com" in found["approval"]["by"]
    assert shop.comment == "good"
    page = told(world, "viewer", f"query {{ rollbacks(limit: 100) {whole('RollbackPage')} }}")
    assert case.job_id in [one["requestToken"] for one in page["items"]]


def test_a_rollback_that_would_watch_an_alarm_that_is_not_there_is_refused(
    world: World, case: Case, shop: Shop
) -> None:
    rollback = {
        "requestToken": case.job_id,
        "targets": [shop.id],
        "source": {"distributionId": shop.id, "version": 1},
        "strategy": {"type": "canary", "weight": 0.05, "alarmNames": ["no-such-alarm"]},
    }
    assert ask(world, "operator", START, rollback=rollback).problems == ["invalid-input"]


def test_a_rollback_is_stopped(world: World, case: Case) -> None:
    shop = Shop.of(world.application)
    shop.capture()
    start(world, case, shop, approval="required")
    rollback_until(world, case, "AWAITING_APPROVAL")
    document = f"mutation($t: ID!) {{ stopRollback(requestToken: $t) {whole('AnsweredRollback')} }}"
    assert told(world, "operator", document, t=case.job_id)["requestToken"] == case.job_id
    found = rollback_until(world, case, "NOT_STARTED", "REVERTED", "FAILED", "REFUSED")
    assert "operator@example.com" in found["stop"]["by"]
    assert shop.comment == "bad"
