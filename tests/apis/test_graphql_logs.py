"""What is logged of a request to the GraphQL API: who changed what; no token and nothing of what was asked, at any level."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.apis.graphql import ask
from tests.apis.logs import logged, talkative
from tests.apis.world import World
from tests.workflows.application import eventually

START = "mutation($job: JobInput!) { startJob(job: $job) { jobId } }"


@pytest.fixture
def marked() -> str:
    return f"mark{uuid4().hex}"


def test_who_changes_what_is_logged_and_nothing_of_what_was_sent(world: World, marked: str) -> None:
    token = world.caller("operator").token
    assert token
    secret = f"body-{marked}"
    job = {"requestToken": marked, "domains": [{"domainName": "shop.example.com", "comment": secret}], "dryRun": True}
    with talkative(world, "GraphqlApi"):
        for sent in ({**job, "tags": [{"key": "aws:x", "value": secret}]}, {**job, "colour": secret}):
            assert ask(world, "operator", START, job=sent).errors
        assert not ask(world, "operator", START, job=job).errors
    assert not ask(world, "operator", START, job=job).errors

    def audits() -> list[str]:
        return [line for line in logged(world) if marked in line and "startJob" in line]

    assert any("operator@example.com" in line for line in eventually(audits))
    written = [*logged(world), world.instance.log.read_text()]
    for text in (token, secret):
        assert [line for line in written if text in line] == []
    assert secret not in world.instance.calls.read_text()
