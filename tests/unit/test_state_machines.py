"""The rules that every state machine keeps."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.reports.asl_coverage import STATE_MACHINES, states_of, workflows
from tests.templates import TEMPLATES, resources

NAMES = sorted(workflows())
STATES = [(name, state_name, state) for name in NAMES for state_name, state in states_of(workflows()[name])]
TASKS = [entry for entry in STATES if entry[2]["Type"] == "Task"]


def ids(entries: list[tuple[str, str, dict[str, Any]]]) -> list[str]:
    return [f"{workflow}: {state}" for workflow, state, _ in entries]


@pytest.mark.parametrize(("workflow", "name", "task"), TASKS, ids=ids(TASKS))
def test_a_task_has_a_time_limit_typed_retries_and_a_catch(workflow: str, name: str, task: dict[str, Any]) -> None:
    assert "TimeoutSeconds" in task or "TimeoutSecondsPath" in task
    assert task["Catch"][-1]["ErrorEquals"] == ["States.ALL"]
    for retrier in task["Retry"]:
        assert "States.ALL" not in retrier["ErrorEquals"], "a permanent error is never retried"
        assert "States.TaskFailed" not in retrier["ErrorEquals"], "a permanent error is never retried"
        assert retrier["JitterStrategy"] == "FULL"
        assert retrier["MaxDelaySeconds"] >= retrier["IntervalSeconds"]
        assert retrier["MaxAttempts"] >= 1


@pytest.mark.parametrize("workflow", NAMES)
def test_a_state_machine_and_its_maps_say_what_they_are_for(workflow: str) -> None:
    definition = workflows()[workflow]
    assert definition["Comment"]
    assert all(state["Comment"] for _, state in states_of(definition) if state["Type"] == "Map")


@pytest.mark.parametrize("workflow", NAMES)
def test_state_names_are_unique_in_the_whole_machine(workflow: str) -> None:
    names = [name for name, _ in states_of(workflows()[workflow])]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("workflow", NAMES)
def test_every_choice_has_a_default(workflow: str) -> None:
    assert all("Default" in state for _, state in states_of(workflows()[workflow]) if state["Type"] == "Choice")


@pytest.mark.parametrize("workflow", NAMES)
def test_jsonpath_without_assign_is_used(workflow: str) -> None:
    text = (STATE_MACHINES / f"{workflow}.asl.json").read_text()
    assert "JSONata" not in text
    assert '"Assign"' not in text


@pytest.mark.parametrize("workflow", NAMES)
def test_the_template_substitutes_exactly_what_the_definition_names(workflow: str) -> None:
    placeholders = set(re.findall(r"\$\{(\w+)\}", (STATE_MACHINES / f"{workflow}.asl.json").read_text()))
    machines = {
        resource["Properties"]["DefinitionUri"].rsplit("/", 1)[1]: resource["Properties"]["DefinitionSubstitutions"]
        for template in TEMPLATES
        for resource in resources(template).values()
        if resource["Type"] == "AWS::Serverless::StateMachine"
    }
    assert placeholders == set(machines[f"{workflow}.asl.json"])
