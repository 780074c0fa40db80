"""What tests of the REST API need first: a distribution with versions, a job that waits, a rollback that asks."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.apis.world import World
from tests.workflows import changes
from tests.workflows.application import eventually


def new_distribution(world: World) -> str:
    """A distribution with two versions."""
    found = str(changes.new_distribution(world.application)["Distribution"]["Id"])
    eventually(lambda: versions(world, found) == [1])
    changes.changed(world.application, found, Comment="changed")
    eventually(lambda: versions(world, found) == [2, 1])
    return found


def versions(world: World, distribution: str) -> list[int]:
    answer = world.rest("viewer", "GET", f"/distributions/{distribution}/versions")
    return [version["number"] for version in answer.document["items"]]


def started(world: World, *, dry_run: bool = False) -> str:
    """A job of one certificate, which waits for its validation record."""
    token = f"rest-{uuid4().hex[:12]}"
    answer = world.rest("operator", "POST", "/jobs", job_named(token, dry_run=dry_run))
    assert answer.status == 202
    assert answer.headers["location"] == f"jobs/{token}"
    assert answer.document["status"] == "STARTING"
    return token


def job_named(token: str, *, dry_run: bool = False) -> dict[str, Any]:
    return {
        "requestToken": token,
        "domains": [{"domainName": f"{token}.example.com"}],
        "distribution": None,
        "validation": {"mode": "manual"},
        "dryRun": dry_run,
    }


def asks(world: World, distribution: str, token: str) -> bool:
    """Start a rollback that wants approval, and say whether it asks for it by now."""
    source = {"distributionId": distribution, "version": 1}
    body = {"requestToken": token, "targets": [distribution], "source": source, "approval": "required"}
    started = world.rest("operator", "POST", "/rollbacks", body)
    assert started.status in (202, 409), started
    return bool(world.rest("viewer", "GET", f"/rollbacks/{token}").document["approval"])
