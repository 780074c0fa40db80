"""What is logged of a request: who, what, how it ended; no token, no body, no id, at any level."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.apis.logs import logged, talkative
from tests.apis.world import World
from tests.workflows.application import eventually


@pytest.fixture
def marked() -> str:
    return f"mark{uuid4().hex}"


def access_lines(world: World) -> list[dict[str, Any]]:
    return [json.loads(line) for line in logged(world) if '"functionMilliseconds"' in line]


def lines_of(world: World, request_id: str) -> list[dict[str, Any]]:
    return [line for line in access_lines(world) if line["requestId"] == request_id]


def test_a_request_is_one_line_of_json(world: World) -> None:
    problem = world.rest("viewer", "GET", "/jobs/none").document
    (line,) = eventually(lambda: lines_of(world, problem["instance"]))
    assert (line["method"], line["resource"], line["status"]) == ("GET", "/jobs/{jobId}", "404")
    assert line["user"]


def test_what_the_gateway_refuses_is_logged_too(world: World) -> None:
    problem = world.rest("anonymous", "GET", "/jobs").document
    (line,) = eventually(lambda: lines_of(world, problem["instance"]))
    assert (line["status"], line["error"]) == ("401", "UNAUTHORIZED")


def test_neither_tokens_nor_bodies_are_logged_at_any_level(world: World, marked: str) -> None:
    token = world.caller("operator").token
    body = {
        "requestToken": marked[:40],
        "domains": [{"domainName": f"{marked}.example.com", "comment": f"body-{marked}"}],
        "distribution": None,
        "dryRun": True,
    }
    with talkative(world, "RestApi"):
        assert world.rest("operator", "POST", "/jobs", body).status == 202
        assert world.rest("operator", "POST", "/jobs", {**body, "colour": f"body-{marked}"}).status == 400
        refused = world.rest("operator", "POST", "/jobs", {**body, "tags": {"aws:x": f"body-{marked}"}})
        assert refused.status == 400
        last = world.rest("viewer", "GET", "/jobs/none").document["instance"]
    eventually(lambda: lines_of(world, last))
    written = [*logged(world), world.instance.log.read_text()]
    assert token
    assert not [line for line in written if token in line or token.split(".")[2] in line]
    assert not [line for line in written if f"body-{marked}" in line]


def test_who_changes_something_is_told(world: World, marked: str) -> None:
    world.rest("operator", "POST", "/jobs/none/cancel")
    body = {
        "requestToken": marked[:40],
        "domains": [{"domainName": "a.example.com"}],
        "distribution": None,
        "dryRun": True,
    }
    world.rest("operator", "POST", "/jobs", body)
    told = eventually(lambda: [line for line in logged(world) if marked[:40] in line and '"audit"' in line])
    assert "operator@example.com" in told[0]
