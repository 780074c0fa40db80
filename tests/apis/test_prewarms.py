"""Pre-warmings by both deployed APIs, up to the report that their links lead to."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from localaws.faults import Fault, faults
from tests.apis.graphql import ask, told, whole
from tests.apis.world import World
from tests.workflows.application import eventually
from tests.workflows.prewarms import Shop, shop

PREWARM = f"query($id: ID!) {{ prewarm(prewarmId: $id) {whole('Prewarm')} }}"
START = f"mutation($prewarm: PrewarmInput!) {{ startPrewarm(prewarm: $prewarm) {whole('Prewarm')} }}"


@pytest.fixture
def films(world: World) -> Iterator[Shop]:
    with shop(world.application) as made:
        yield made


def token() -> str:
    return f"prewarm-{uuid4().hex[:12]}"


def ended(world: World, prewarm_id: str) -> Any:
    def asked() -> Any:
        found = world.rest("viewer", "GET", f"/prewarms/{prewarm_id}").document
        return None if found["status"] == "RUNNING" else found

    return eventually(asked)


def test_a_person_starts_one_by_rest_and_reads_its_report(world: World, films: Shop) -> None:
    prewarm_id = token()
    body, key = films.request(prewarm_id, "/film.mp4", "/404"), {"Idempotency-Key": prewarm_id}
    del body["requestToken"]
    started = world.rest("operator", "POST", "/prewarms", body, headers=key)
    assert (started.status, started.headers["location"]) == (202, f"prewarms/{prewarm_id}")

    found = ended(world, prewarm_id)
    assert (found["status"], found["totals"]["warm"], found["totals"]["failed"]) == ("INCOMPLETE", 2, 2)
    assert (found["failedPops"], found["failedUrls"]) == ([], [films.url("/404")])
    assert found["batches"] == {"total": 2, "pending": 0, "running": 0, "succeeded": 2, "failed": 0}
    assert found["failure"]["error"] == "PrewarmIncomplete"
    with urllib.request.urlopen(found["report"]["url"]) as answer:  # noqa: S310 - the link of an answer
        assert json.load(answer)["totals"] == found["totals"]

    # AND started again, it goes on with what failed
    again = world.rest("operator", "POST", "/prewarms", body, headers=key)
    assert again.status == 202
    assert again.document["executionArn"] != found["executionArn"]
    assert ended(world, prewarm_id)["executionArn"] == again.document["executionArn"]
    assert films.pops.paths().count("/film.mp4") == 1
    other = world.rest("operator", "POST", "/prewarms", {**body, "timeoutSeconds": 61}, headers=key)
    assert (other.status, other.problem) == (409, "request-token-conflict")


def test_one_that_is_complete_is_started_once(world: World, films: Shop) -> None:
    body = films.request(token(), "/film.mp4")
    assert world.rest("operator", "POST", "/prewarms", body).status == 202
    found = ended(world, body["requestToken"])
    again = world.rest("operator", "POST", "/prewarms", body)
    assert (found["status"], again.document["executionArn"]) == ("COMPLETE", found["executionArn"])
    assert films.pops.paths() == ["/film.mp4"]

    here = f"/prewarms/{body['requestToken']}"
    tag = world.rest("viewer", "GET", here).headers["etag"]
    assert world.rest("viewer", "GET", here, headers={"If-None-Match": tag}).status == 304


def test_a_person_starts_one_by_graphql(world: World, films: Shop) -> None:
    prewarm_id = token()
    wanted = films.request(
        prewarm_id, "/film.mp4", headers=[{"name": "X-Variant", "value": "b"}], invalidatePaths=["/film*"]
    )
    assert told(world, "operator", START, prewarm=wanted)["prewarmId"] == prewarm_id
    assert ended(world, prewarm_id)["status"] == "COMPLETE"
    assert told(world, "viewer", PREWARM, id=prewarm_id)["totals"]["bytes"] == 2_000
    assert films.pops.asked[0].headers["x-variant"] == "b"


@pytest.mark.parametrize(
    "wrong",
    [
        {"headers": [{"name": "a", "value": "1"}, {"name": "a", "value": "2"}]},
        {"invalidate": True, "invalidatePaths": ["/a"]},
        {"target": {"regions": ["mars"]}},
        {"urls": ["ftp://www.example.com/"]},
        {"timeoutSeconds": 1},
    ],
)
def test_what_is_wrong_is_refused_before_anything_is_started(world: World, films: Shop, wrong: Any) -> None:
    body = {**films.request(token(), "/"), **wrong}
    assert ask(world, "operator", START, prewarm=body).problems == ["invalid-input"]
    assert world.rest("viewer", "GET", f"/prewarms/{body['requestToken']}").status == 404


def test_one_that_fails_before_its_end_says_why_and_goes_on(world: World, films: Shop) -> None:
    body = films.request(token(), "/film.mp4")
    denied = Fault("error", code="AccessDenied", operation="PutObject", caller="*/BeginPrewarm")
    with faults(world.instance, denied):
        world.rest("operator", "POST", "/prewarms", body)
        found = ended(world, body["requestToken"])
    assert (found["status"], found["totals"], found["report"], found["batches"]) == ("FAILED", None, None, None)
    assert found["failure"]["error"] == "AwsRefused"
    assert world.rest("operator", "POST", "/prewarms", body).document["executionArn"] != found["executionArn"]
    assert ended(world, body["requestToken"])["status"] == "COMPLETE"


def test_one_that_there_is_not(world: World) -> None:
    assert world.rest("viewer", "GET", "/prewarms/none").problem == "prewarm-not-found"
    assert ask(world, "viewer", PREWARM, id="none").problems == ["prewarm-not-found"]
