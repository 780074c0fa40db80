"""An execution fails when its history is full, counted as AWS counts."""

from __future__ import annotations

import pytest

from localaws import executions
from tests.integration.localaws import edge
from tests.integration.localaws.workbench import INVOKE, Json, Workbench

FAILS = """
    def handler(event, context):
        raise ValueError("as asked")
"""
PASS = {"Type": "Pass", "End": True}
INNER = {"StartAt": "Inside", "States": {"Inside": PASS}}
IN_CHILDREN = {**INNER, "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}
START_AND_END, STATE = 2, 2
TASK = STATE + 3
"""Entered, scheduled, started, succeeded, exited."""


def limited(bench: Workbench, events: int, states: Json, execution_input: object = None) -> Json:
    """How an execution ends whose history has so many events at most."""
    with edge.quota(bench.instance, "states", events, quotaName="Maximum execution history size"):
        return bench.run(states, execution_input)


def needs(bench: Workbench, events: int, states: Json, execution_input: object = None) -> None:
    """The execution ends well with so many events and fails with one less."""
    assert limited(bench, events, states, execution_input)["status"] == "SUCCEEDED"
    ended = limited(bench, events - 1, states, execution_input)
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Runtime")
    assert ended["cause"] == f"The execution reached the maximum number of history events ({events - 1})."


def test_a_state_is_entered_and_exited(bench: Workbench) -> None:
    needs(bench, START_AND_END + 2 * STATE, {"One": {"Type": "Pass", "Next": "Two"}, "Two": {"Type": "Succeed"}})


def test_a_task_is_scheduled_started_and_succeeds(bench: Workbench) -> None:
    function = bench.function("def handler(event, context): return event")
    task = {"Type": "Task", "Resource": INVOKE, "Parameters": {"FunctionName": function, "Payload": {}}, "End": True}
    needs(bench, START_AND_END + TASK, {"Work": task})


def test_each_retry_fails_and_is_scheduled_and_started_again(bench: Workbench) -> None:
    task = {
        "Type": "Task",
        "Resource": INVOKE,
        "Parameters": {"FunctionName": bench.function(FAILS), "Payload": {}},
        "Retry": [{"ErrorEquals": ["ValueError"], "MaxAttempts": 2}],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
        "End": True,
    }
    needs(bench, START_AND_END + STATE + 3 * 3 + STATE, {"Work": task, "Caught": {"Type": "Succeed"}})


def test_a_task_that_waits_is_submitted_too(bench: Workbench) -> None:
    child = bench.machine({"Only": PASS})
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": child, "Input": {}},
        "End": True,
    }
    needs(bench, START_AND_END + TASK + 1, {"Run": task})


def test_a_map_has_a_start_an_end_and_those_of_its_iterations(bench: Workbench) -> None:
    states = {"Each": {"Type": "Map", "ItemProcessor": INNER, "End": True}}
    needs(bench, START_AND_END + STATE + 2 + 3 * (2 + STATE), states, [1, 2, 3])


def test_a_parallel_has_a_start_an_end_and_the_states_of_its_branches(bench: Workbench) -> None:
    states = {"Both": {"Type": "Parallel", "Branches": [INNER, INNER], "End": True}}
    needs(bench, START_AND_END + STATE + 2 + 2 * STATE, states)


def test_a_map_run_costs_its_parent_four_events_however_many_items_it_has(bench: Workbench) -> None:
    states = {"Each": {"Type": "Map", "ItemProcessor": IN_CHILDREN, "End": True}}
    needs(bench, START_AND_END + STATE + 2 + 2, states, list(range(20)))


@pytest.mark.parametrize("named", ["States.ALL", "States.Runtime"])
def test_nothing_catches_it(bench: Workbench, named: str) -> None:
    states = {
        "Both": {
            "Type": "Parallel",
            "Branches": [INNER] * 5,
            "Retry": [{"ErrorEquals": [named]}],
            "Catch": [{"ErrorEquals": [named], "Next": "Caught"}],
            "End": True,
        },
        "Caught": {"Type": "Succeed"},
    }
    assert limited(bench, 8, states)["status"] == "FAILED"


def rounds(number: int) -> Json:
    """A loop whose execution has four events a round and four besides."""
    return {
        "Round": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "Another?"},
        "Another?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.n", "NumericLessThan": number, "Next": "Round"}],
            "Default": "Done",
        },
        "Done": {"Type": "Succeed"},
    }


def ended(bench: Workbench, states: Json) -> str:
    return str(executions.run(bench.instance, bench.machine(states), {"n": 0}, timeout=120)["status"])


def test_an_execution_has_25_000_events(bench: Workbench) -> None:
    assert ended(bench, rounds(6_249)) == "SUCCEEDED"
    assert ended(bench, rounds(6_250)) == "FAILED"


def test_the_count_of_an_execution_can_be_asked_for(bench: Workbench) -> None:
    ended = bench.run({"One": {"Type": "Pass", "Next": "Two"}, "Two": {"Type": "Succeed"}})

    asked = edge.control(bench.instance, "GET", "history-events", executionArn=ended["executionArn"])

    assert asked == {"events": START_AND_END + 2 * STATE}


def test_ministack_alone_has_no_limit(stock: Workbench) -> None:
    assert ended(stock, rounds(6_250)) == "SUCCEEDED"
