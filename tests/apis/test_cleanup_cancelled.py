"""A cleanup that is under way is cancelled as any other work on a job, through either API."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.apis.graphql import ask
from tests.apis.making import started
from tests.apis.world import World
from tests.workflows.application import eventually


def by_rest(world: World, job: str) -> bool:
    """Whether a cleanup was begun and cancelled: one that ends sooner is begun once more."""
    world.rest("admin", "POST", f"/jobs/{job}/cleanup", {})
    return world.rest("operator", "POST", f"/jobs/{job}/cancel").status == 200


def by_graphql(world: World, job: str) -> bool:
    ask(world, "admin", "mutation($id: ID!) { cleanUpJob(jobId: $id) { jobId } }", id=job)
    return bool(
        (ask(world, "operator", "mutation($id: ID!) { cancelJob(jobId: $id) { jobId } }", id=job).data or {}).get(
            "cancelJob"
        )
    )


@pytest.mark.parametrize("begun_and_cancelled", [by_rest, by_graphql])
def test_a_cleanup_is_cancelled(world: World, begun_and_cancelled: Callable[[World, str], bool]) -> None:
    job = started(world)
    # Not before its first function has opened it, which could else write its word after the cleanup's.
    eventually(lambda: world.rest("viewer", "GET", f"/jobs/{job}/items").document["items"])
    eventually(lambda: world.rest("operator", "POST", f"/jobs/{job}/cancel").status == 200)
    eventually(lambda: begun_and_cancelled(world, job))
    assert world.rest("viewer", "GET", f"/jobs/{job}").document["status"] == "CANCELLED"
