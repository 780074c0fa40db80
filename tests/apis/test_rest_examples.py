"""The examples of the contract are sent, and answered as the contract says."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from api.contract import examples
from cloudfront_extensions.operations.access import OPERATIONS
from tests.apis.making import asks, new_distribution, started
from tests.apis.world import Answer, World
from tests.workflows.application import eventually

EXAMPLES = [
    pytest.param(name, body, id=f"{name}-{case}") for name in OPERATIONS for case, body in examples(name).items()
]


def sent(world: World, distribution: str, operation: str, body: Any) -> Answer:
    here = f"/distributions/{distribution}/snapshots"
    match operation:
        case "startJob":
            return world.rest("operator", "POST", "/jobs", body)
        case "cleanUpJob":
            job = started(world)
            world.rest("operator", "POST", f"/jobs/{job}/cancel")
            return eventually(lambda: _let_in(world.rest("admin", "POST", f"/jobs/{job}/cleanup", body)))
        case "createSnapshot":
            return world.rest("operator", "POST", here, body)
        case "annotateSnapshot":
            world.rest("operator", "POST", here, {"name": "to-be-annotated"})
            return world.rest("operator", "PATCH", f"{here}/to-be-annotated", body)
        case "startRollback":
            return world.rest("operator", "POST", "/rollbacks", with_distribution(body, new_distribution(world)))
        case "answerRollback":
            token = f"rest-{uuid4().hex[:12]}"
            own = new_distribution(world)
            eventually(lambda: asks(world, own, token))
            return world.rest("admin", "POST", f"/rollbacks/{token}/answer", body)
        case "startMetricsExport":
            return world.rest("operator", "POST", "/metrics/exports", body)
        case "startPrewarm":
            return world.rest("operator", "POST", "/prewarms", {**body, "distributionId": new_distribution(world)})
    raise AssertionError(f"the examples of {operation} are not sent")


def with_distribution(rollback: Any, distribution: str) -> Any:
    """The body with a distribution that there is."""
    source = rollback["source"]
    if wanted := source.get("functionAssociations"):
        return {
            **rollback,
            "source": {"functionAssociations": [{**one, "distributionId": distribution} for one in wanted]},
        }
    return {**rollback, "targets": [distribution], "source": {**source, "distributionId": distribution}}


def _let_in(answer: Answer) -> Answer | None:
    """None while the execution that was stopped is still at its end."""
    return None if answer.status == 409 else answer


@pytest.mark.parametrize(("operation", "body"), EXAMPLES)
def test_an_example_does_what_it_says(world: World, distribution: str, operation: str, body: Any) -> None:
    answer = sent(world, distribution, operation, body)
    assert answer.status in (200, 201, 202), answer
