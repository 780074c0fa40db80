"""What `states.jsonl` tells of each state, and the modules that let it: visits, branches."""

from __future__ import annotations

from localaws import executions
from tests.integration.localaws.workbench import INVOKE, Json, Workbench

FAILS = """
    def handler(event, context):
        raise ValueError("as asked")
"""


def events_of(lines: list[Json]) -> list[tuple[str, str]]:
    return [(line["state"], line["event"]) for line in lines]


def test_every_state_is_entered_and_left_with_its_size(bench: Workbench) -> None:
    states = {
        "First": {"Type": "Pass", "Result": {"é": 1}, "Next": "Wait"},
        "Wait": {"Type": "Wait", "Seconds": 60, "Next": "Done"},
        "Done": {"Type": "Succeed"},
    }
    ended = bench.run(states, {})
    lines = bench.states_of(ended["executionArn"])
    assert events_of(lines) == [(state, event) for state in states for event in ("entered", "exited")]
    assert [line.get("inputBytes", line.get("outputBytes")) for line in lines] == [2, 8, 8, 8, 8, 8]
    assert {line["stateMachineArn"] for line in lines} == {ended["stateMachineArn"]}
    assert {line["type"] for line in lines} == {"Pass", "Wait", "Succeed"}


def test_the_branch_that_a_choice_takes_is_told_by_index(bench: Workbench) -> None:
    choice = {
        "Type": "Choice",
        "Choices": [{"Variable": "$.n", "NumericEquals": n, "Next": "End"} for n in (0, 1)],
        "Default": "End",
    }
    machine = bench.machine({"Which": choice, "End": {"Type": "Succeed"}})
    taken = []
    for n in (0, 1, 2):
        ended = executions.run(bench.instance, machine, {"n": n})
        taken += [line["index"] for line in bench.states_of(ended["executionArn"]) if line["event"] == "choice"]
    assert taken == [0, 1, "default"]


def test_retriers_and_catchers_are_told_by_index(bench: Workbench) -> None:
    states = {
        "Work": {
            "Type": "Task",
            "Resource": INVOKE,
            "Parameters": {"FunctionName": bench.function(FAILS), "Payload": {}},
            "Retry": [{"ErrorEquals": ["Other"]}, {"ErrorEquals": ["ValueError"], "MaxAttempts": 2}],
            "Catch": [{"ErrorEquals": ["Other"], "Next": "Caught"}, {"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
            "End": True,
        },
        "Caught": {"Type": "Fail", "Error": "GaveUp"},
    }
    lines = bench.states_of(bench.run(states)["executionArn"])
    assert [(line["event"], line.get("index")) for line in lines] == [
        ("entered", None),
        ("retried", 1),
        ("retried", 1),
        ("caught", 1),
        ("exited", None),
        ("entered", None),
    ]


def test_states_of_branches_and_iterations_are_told_too(bench: Workbench) -> None:
    def inner(name: str) -> Json:
        return {"StartAt": name, "States": {name: {"Type": "Pass", "End": True}}}

    states = {
        "Both": {"Type": "Parallel", "Branches": [inner("Left"), inner("Right")], "Next": "Each"},
        "Each": {"Type": "Map", "ItemProcessor": inner("One"), "End": True},
    }
    ended = bench.run(states)
    entered = [line["state"] for line in bench.states_of(ended["executionArn"]) if line["event"] == "entered"]
    assert sorted(entered) == ["Both", "Each", "Left", "One", "One", "Right"]
    history = bench.client("stepfunctions").get_execution_history(executionArn=ended["executionArn"])["events"]
    named = [event["stateEnteredEventDetails"]["name"] for event in history if "stateEnteredEventDetails" in event]
    assert sorted(named) == sorted(entered)
    assert [event["id"] for event in history] == list(range(1, len(history) + 1))


def test_an_execution_started_in_a_branch_has_each_of_its_states_once_in_its_history(bench: Workbench) -> None:
    child = bench.machine({"Child": {"Type": "Pass", "End": True}})
    start = {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": child},
        "OutputPath": "$.ExecutionArn",
        "End": True,
    }
    branch = {"StartAt": "Start", "States": {"Start": start}}
    ended = bench.run({"All": {"Type": "Parallel", "Branches": [branch], "End": True}})
    history = bench.client("stepfunctions").get_execution_history(executionArn=ended["output"][0])["events"]
    assert [event["type"] for event in history][1:-1] == ["PassStateEntered", "PassStateExited"]


def test_a_nested_execution_names_its_parent(bench: Workbench) -> None:
    child = bench.machine({"Child": {"Type": "Pass", "End": True}})
    start = {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": child},
        "End": True,
    }
    ended = bench.run({"Start": start})
    lines = bench.states_of(ended["output"]["ExecutionArn"])
    assert {line["parentExecutionArn"] for line in lines} == {ended["executionArn"]}


def test_the_branches_of_a_parallel_have_contexts_of_their_own(bench: Workbench) -> None:
    def branch(name: str) -> Json:
        """A pause, in which the other branch sets its state, then the name of the state by the context object."""
        pause = {"Type": "Wait", "Seconds": 50, "Next": name}
        told = {"Type": "Pass", "Parameters": {"state.$": "$$.State.Name"}, "End": True}
        return {"StartAt": f"{name} waits", "States": {f"{name} waits": pause, name: told}}

    names = [f"Branch {number}" for number in range(8)]
    ended = bench.run({"All": {"Type": "Parallel", "Branches": [branch(name) for name in names], "End": True}})
    assert ended["output"] == [{"state": name} for name in names]
