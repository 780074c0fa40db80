"""What is read is not written: every GET of the API, of what is there, makes calls that read, and no others."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from cloudfront_extensions.operations.access import OPERATIONS, Operation
from localaws.executions import lines
from tests.apis.making import asks, new_distribution, started
from tests.apis.world import World
from tests.workflows.application import eventually

READS = [operation for operation in OPERATIONS.values() if operation.method == "GET"]
QUERIES = {
    "getMetrics": "?domain=*",
    "getMetricCountries": "?domain=*",
    "getTopUrls": "?domain=www.example.com",
    "getDownloadSpeeds": "?domain=www.example.com",
    "getPredecessorMetric": "?StartTime=2026-11-22+00:00:00&EndTime=2026-11-23+00:00:00&Metric=all&Domain=*",
}
"""What must be asked besides the path."""
READING = ("BatchGet", "Describe", "Get", "Head", "List", "Query")


@pytest.fixture(scope="module")
def ids(world: World) -> dict[str, str]:
    """Of what is there, by the names that the paths have for them."""
    job, distribution, rollback = started(world), new_distribution(world), f"rest-{uuid4().hex[:12]}"
    snapshot = {"name": "read", "version": 1}
    assert world.rest("operator", "POST", f"/distributions/{distribution}/snapshots", snapshot).status == 201
    eventually(lambda: asks(world, distribution, rollback))
    assert world.rest("operator", "POST", f"/rollbacks/{rollback}/stop").status == 200
    eventually(lambda: world.rest("viewer", "GET", f"/jobs/{job}/validation-records").document["records"])
    assert world.rest("operator", "POST", f"/jobs/{job}/cancel").status == 200
    world.application.run("certificate_inventory", {})
    (found,) = world.rest("viewer", "GET", f"/certificates?domain={job}.example.com").document["items"]
    export = {"requestToken": rollback, "domains": ["*"], "from": "2026-11-20", "to": "2026-11-21"}
    assert world.rest("operator", "POST", "/metrics/exports", export).status == 202
    prewarm = {"requestToken": rollback, "distributionId": distribution, "urls": ["/"]}
    assert world.rest("operator", "POST", "/prewarms", prewarm).status == 202
    return {
        "exportId": rollback,
        "jobId": job,
        "prewarmId": rollback,
        "certificateId": found["certificateId"],
        "distributionId": distribution,
        "number": "1",
        "name": "read",
        "requestToken": rollback,
    }


@pytest.mark.parametrize("operation", READS, ids=[operation.name for operation in READS])
def test_what_is_read_is_not_written(world: World, ids: dict[str, str], operation: Operation) -> None:
    path = re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], operation.path) + QUERIES.get(operation.name, "")
    before = len(calls(world))
    assert world.rest("viewer", "GET", path).status == 200
    made = calls(world)[before:]
    assert made
    assert [call for call in made if not call.startswith(READING)] == []


def calls(world: World) -> list[str]:
    """The operations of AWS that the function has called, oldest first."""
    end = f"/{world.application.function('RestApi')}"
    return [str(call["operation"]) for call in lines(world.instance.calls) if call["caller"].endswith(end)]
