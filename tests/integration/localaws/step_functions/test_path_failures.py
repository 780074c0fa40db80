"""Paths that select nothing, and errors that no wildcard takes."""

from __future__ import annotations

import pytest

from tests.integration.localaws.workbench import Json, Workbench

END: Json = {"Type": "Succeed"}
ABSENT: list[Json] = [
    {"Type": "Pass", "InputPath": "$.absent", "End": True},
    {"Type": "Pass", "OutputPath": "$.absent", "End": True},
    {"Type": "Wait", "SecondsPath": "$.absent", "End": True},
    {"Type": "Choice", "Choices": [{"Variable": "$.absent", "StringEquals": "x", "Next": "End"}], "Default": "End"},
    {
        "Type": "Map",
        "ItemsPath": "$.absent",
        "ItemProcessor": {"StartAt": "Item", "States": {"Item": {"Type": "Succeed"}}},
        "End": True,
    },
]
PARAMETERS: list[Json] = [
    {"x.$": "$.absent"},
    {"x": {"y.$": "$.list[1]"}},
    {"x": [{"y.$": "$.text.absent"}]},
    {"x.$": "States.Format('{}', $.absent)"},
    {"x.$": "$$.Task.Token"},
]


@pytest.mark.parametrize("state", ABSENT, ids=lambda state: str(state["Type"]))
def test_a_path_of_a_state_that_selects_nothing_fails_the_execution(bench: Workbench, state: Json) -> None:
    ended = bench.run({"State": state, "End": END}, {"present": None})
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Runtime")
    assert "'$.absent' could not be found" in ended["cause"]


@pytest.mark.parametrize("parameters", PARAMETERS, ids=str)
def test_a_parameter_that_selects_nothing_fails_the_execution(bench: Workbench, parameters: Json) -> None:
    ended = bench.run({"State": {"Type": "Pass", "Parameters": parameters, "End": True}}, {"list": [1], "text": "t"})
    assert (ended["status"], ended["error"]) == ("FAILED", "States.ParameterPathFailure")


def test_null_and_an_empty_selection_are_values(bench: Workbench) -> None:
    parameters = {"null.$": "$.null", "all.$": "$.list[*].absent", "second.$": "$.list[1].n", "whole.$": "$"}
    given: Json = {"null": None, "list": [{"n": 1}, {"n": 2}]}
    ended = bench.run({"State": {"Type": "Pass", "Parameters": parameters, "End": True}}, given)
    assert ended["output"] == {"null": None, "all": [], "second": 2, "whole": given}


@pytest.mark.parametrize(("path", "present"), [("$.null", True), ("$.absent", False), ("$.null.below", False)])
def test_is_present_asks_for_the_field_not_for_its_value(bench: Workbench, path: str, present: bool) -> None:
    states: Json = {
        "Ask": {"Type": "Choice", "Choices": [{"Variable": path, "IsPresent": True, "Next": "Yes"}], "Default": "No"},
        "Yes": {"Type": "Pass", "Result": True, "End": True},
        "No": {"Type": "Pass", "Result": False, "End": True},
    }
    assert bench.run(states, {"null": None})["output"] == present


def test_the_context_object_has_what_aws_has(bench: Workbench) -> None:
    parameters = {"role.$": "$$.Execution.RoleArn", "redrives.$": "$$.Execution.RedriveCount"}
    ended = bench.run({"State": {"Type": "Pass", "Parameters": parameters, "End": True}})
    assert ended["output"] == {"role": "arn:aws:iam::000000000000:role/contract-test", "redrives": 0}


def test_no_wildcard_catches_an_error_of_the_runtime(bench: Workbench) -> None:
    inner = {"StartAt": "Inner", "States": {"Inner": {"Type": "Pass", "InputPath": "$.absent", "End": True}}}
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "End"}]
    ended = bench.run({"Outer": {"Type": "Parallel", "Branches": [inner], "Catch": catch, "Next": "End"}, "End": END})
    assert ended["error"] == "States.Runtime"


def test_ministack_alone_takes_nothing_for_null(stock: Workbench) -> None:
    ended = stock.run({"State": {"Type": "Pass", "Parameters": {"x.$": "$.absent"}, "End": True}})
    assert ended["output"] == {"x": None}
