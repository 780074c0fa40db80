"""EventBridge hears when an execution begins and when it ends, in Step Functions' own form; MiniStack sends these events."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.listening import Listener
from tests.integration.localaws.workbench import Json, Workbench

WAITING: Json = {"Wait": {"Type": "Wait", "Seconds": 100_000, "End": True}}
FIELDS = {
    "executionArn",
    "stateMachineArn",
    "name",
    "status",
    "startDate",
    "stopDate",
    "input",
    "inputDetails",
    "output",
    "outputDetails",
    "error",
    "cause",
    "stateMachineVersionArn",
    "stateMachineAliasArn",
    "redriveCount",
    "redriveDate",
    "redriveStatus",
    "redriveStatusReason",
}
"""As in "Step Functions event details" of its guide."""


@pytest.fixture
def changes(instance: Instance) -> Iterator[Listener]:
    pattern = {"source": ["aws.states"], "detail-type": ["Step Functions Execution Status Change"]}
    listener = Listener(instance, **pattern)
    yield listener
    listener.stop()


def of(execution: str, changes: Listener, count: int) -> list[Json]:
    """What is told of one execution, once it is so much, by when that ended."""

    def question() -> list[Json] | None:
        heard = [event["detail"] for event in changes.heard(0) if event["resources"] == [execution]]
        return heard if len(heard) >= count else None

    found = edge.eventually(question)
    assert found is not None
    return sorted(found, key=lambda detail: detail["stopDate"] or 0)


def test_an_execution_that_succeeds_begins_and_ends(bench: Workbench, changes: Listener) -> None:
    execution = bench.run({"Pass": {"Type": "Pass", "End": True}}, {"requestToken": "a"})
    begun, ended = of(execution["executionArn"], changes, 2)
    assert set(begun) == set(ended) == FIELDS
    assert (begun["status"], begun["stopDate"], begun["output"]) == ("RUNNING", None, None)
    assert ended["status"] == "SUCCEEDED"
    assert ended["startDate"] == begun["startDate"] <= ended["stopDate"]
    assert (json.loads(ended["input"]), ended["inputDetails"]) == ({"requestToken": "a"}, {"included": True})
    assert json.loads(ended["output"]) == {"requestToken": "a"}
    assert ended["name"] == execution["name"]
    assert ended["stateMachineArn"] == execution["stateMachineArn"]


def test_one_that_fails_says_why(bench: Workbench, changes: Listener) -> None:
    execution = bench.run({"Fail": {"Type": "Fail", "Error": "NoLuck", "Cause": "none today"}})
    ended = of(execution["executionArn"], changes, 2)[-1]
    assert (ended["status"], ended["error"], ended["cause"]) == ("FAILED", "NoLuck", "none today")
    assert (ended["output"], ended["outputDetails"]) == (None, None)


def test_one_that_is_stopped_is_aborted(bench: Workbench, changes: Listener) -> None:
    execution = bench.start(WAITING)
    bench.client("stepfunctions").stop_execution(executionArn=execution)
    assert of(execution, changes, 2)[-1]["status"] == "ABORTED"


def test_an_input_that_is_too_large_is_left_out(bench: Workbench, changes: Listener) -> None:
    execution = bench.run({"Fail": {"Type": "Fail"}}, {"much": "x" * 255_000})
    begun = of(execution["executionArn"], changes, 1)[0]
    assert (begun["input"], begun["inputDetails"]) == (None, {"included": False})
