"""Requests that nobody should send, as data: each is refused with a problem of a stable type, and never with a 5xx.

A path or body is a text, or a list of texts and of `[text, times]`; it is sent as UTF-8 unless `encoding` says otherwise.
`{snapshot}` in a path is a snapshot that is there. Bodies are declared as JSON unless the headers declare them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.apis.logs import logged
from tests.apis.world import World

Json = dict[str, Any]

REQUESTS: list[Json] = json.loads((Path(__file__).parent / "bad_requests.json").read_text())
MARK = "MARKED"
"""What stands in the place of a key in bodies that have one."""


def long(written: str | list[str | list[Any]]) -> str:
    parts = [written] if isinstance(written, str) else written
    return "".join(part if isinstance(part, str) else part[0] * part[1] for part in parts)


@pytest.fixture(scope="module")
def snapshot(world: World, distribution: str) -> str:
    path = f"/distributions/{distribution}/snapshots"
    assert world.rest("operator", "POST", path, {"name": "bad-requests", "version": 1}).status == 201
    return f"{path}/bad-requests"


@pytest.mark.parametrize("bad", REQUESTS, ids=lambda bad: bad["name"])
def test_a_bad_request_is_refused_with_a_problem(world: World, snapshot: str, bad: Json) -> None:
    body = long(bad["body"]).encode(bad.get("encoding", "utf-8")) if "body" in bad else None
    path = long(bad["path"]).replace("{snapshot}", snapshot)
    answer = world.rest("admin", bad["method"], path, body, headers=bad.get("headers"))
    assert (answer.status, answer.problem) == (bad["status"], bad["problem"]), answer.text
    assert answer.document["status"] == answer.status
    assert answer.document["instance"]
    assert bad.get("says", "") in answer.document["detail"]
    assert MARK not in answer.text


def test_there_are_enough_of_them() -> None:
    assert len(REQUESTS) >= 60
    assert len({bad["name"] for bad in REQUESTS}) == len(REQUESTS)


def test_nothing_of_a_key_is_kept_or_logged(world: World) -> None:
    with_key = [bad for bad in REQUESTS if MARK in long(bad.get("body", ""))]
    assert with_key
    for bad in with_key:
        world.rest("admin", bad["method"], long(bad["path"]), long(bad["body"]).encode())
    files = (path for path in world.instance.state_directory.rglob("*") if path.is_file())
    assert [path for path in files if MARK.encode() in path.read_bytes()] == []
    assert [line for line in logged(world) if MARK in line] == []
    assert world.rest("viewer", "GET", "/jobs/bad").problem == "job-not-found"
