"""Executions that start executions."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.integration.localaws.workbench import Json, Workbench, wait_for_token

SYNC = "arn:aws:states:::states:startExecution.sync:2"
FAIL: Json = {"Refuse": {"Type": "Fail", "Error": "AliasInUse", "Cause": "shop.example.com"}}
ECHO: Json = {"Echo": {"Type": "Pass", "End": True}}


def start(child: str, resource: str = SYNC, **fields: object) -> Json:
    parameters = {"StateMachineArn": child, "Input": {"domain": "shop.example.com"}, **fields}
    return {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True}


def test_the_childs_output_is_decoded(bench: Workbench) -> None:
    output = bench.run({"Start": start(bench.machine(ECHO))})["output"]
    assert (output["Status"], output["Output"]) == ("SUCCEEDED", {"domain": "shop.example.com"})


def test_a_failed_child_is_a_failed_task_caused_by_its_description(bench: Workbench) -> None:
    child = bench.machine(FAIL)
    ended = bench.run({"Start": start(child)})
    assert ended["error"] == "States.TaskFailed"
    cause = json.loads(ended["cause"])
    assert {name: cause[name] for name in ("Status", "Error", "Cause", "StateMachineArn")} == {
        "Status": "FAILED",
        "Error": "AliasInUse",
        "Cause": "shop.example.com",
        "StateMachineArn": child,
    }
    assert json.loads(cause["Input"]) == {"domain": "shop.example.com"}


def test_a_stopped_parent_stops_the_child_that_it_waits_for(bench: Workbench) -> None:
    queue = bench.queue()
    child = bench.machine({"Wait": wait_for_token(queue)})
    parent = bench.start({"Start": start(child)})
    bench.received(queue)
    states = bench.client("stepfunctions")
    states.stop_execution(executionArn=parent)
    (started,) = states.list_executions(stateMachineArn=child)["executions"]
    assert started["status"] == "ABORTED"


@pytest.mark.parametrize("resource", [SYNC, "arn:aws:states:::states:startExecution"])
def test_a_name_that_ran_before_is_refused(bench: Workbench, resource: str) -> None:
    child = bench.machine(ECHO)
    task = start(child, resource, Name="once")
    bench.run({"Start": task})
    bench.wait(child.replace(":stateMachine:", ":execution:") + ":once")
    assert bench.run({"Start": task})["error"] == "StepFunctions.ExecutionAlreadyExistsException"


def test_a_name_that_runs_with_the_same_input_is_the_same_execution(bench: Workbench) -> None:
    queue = bench.queue()
    child = bench.machine({"Wait": wait_for_token(queue)})
    first, second = bench.start({"Start": start(child, Name="same")}), bench.start({"Start": start(child, Name="same")})
    bench.client("stepfunctions").send_task_success(taskToken=bench.received(queue)["token"], output='"shared"')
    assert [bench.wait(execution)["output"]["Output"] for execution in (first, second)] == ["shared", "shared"]


def test_the_api_starts_a_named_execution_once(bench: Workbench) -> None:
    queue = bench.queue()
    request = {"stateMachineArn": bench.machine({"Wait": wait_for_token(queue)}), "name": "job", "input": "{}"}
    states = bench.client("stepfunctions")
    first, again = states.start_execution(**request), states.start_execution(**request)
    assert (first["executionArn"], first["startDate"]) == (again["executionArn"], again["startDate"])
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        states.start_execution(**{**request, "input": '{"other": 1}'})
    states.stop_execution(executionArn=first["executionArn"])
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        states.start_execution(**request)


def test_ministack_alone_passes_the_childs_error_through(stock: Workbench) -> None:
    assert stock.run({"Start": start(stock.machine(FAIL))})["error"] == "AliasInUse"
