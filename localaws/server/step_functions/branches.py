"""Branches of a Parallel, iterations of a Map and children of a Distributed Map each have a context of their own, and
their states appear in the execution's history.

MiniStack lets the branches of a Parallel write `$$.State` and `$$.Task.Token` into one shared context, and records no
state below the top level.
"""

from __future__ import annotations

import json
import threading
from contextvars import ContextVar
from typing import Any

from ministack.services import stepfunctions

from localaws.server.settings import Settings
from localaws.server.step_functions import state_visits
from localaws.server.step_functions.state_visits import Visit

_branching_execution: ContextVar[str | None] = ContextVar("branching_execution", default=None)
"""The execution in whose branch the thread is. Not a flag: an execution that is started in a branch inherits it."""


def install(settings: Settings) -> None:
    run_stock, add_stock = stepfunctions._run_sub_machine, stepfunctions._add_event
    numbering = threading.Lock()

    def run(
        states: dict[str, Any], start_at: str, branch_input: Any, execution: dict[str, Any], context: dict[str, Any]
    ) -> Any:
        token = _branching_execution.set(execution["executionArn"])
        try:
            return run_stock(states, start_at, branch_input, execution, dict(context))
        finally:
            _branching_execution.reset(token)

    def add(execution: dict[str, Any], event_type: str, details: dict[str, Any] | None = None) -> dict[str, Any]:
        with numbering:
            event: dict[str, Any] = add_stock(execution, event_type, details)
            return event

    stepfunctions._run_sub_machine = run
    stepfunctions._add_event = add
    state_visits.entering.append(record_entered)
    state_visits.leaving.append(record_exited)


def is_in_branch(visit: Visit) -> bool:
    return _branching_execution.get() == visit.execution_arn


def record_entered(visit: Visit) -> None:
    if is_in_branch(visit):
        details = {"name": visit.name, "input": json.dumps(visit.input)}
        stepfunctions._add_event(visit.execution, f"{visit.type}StateEntered", {"stateEnteredEventDetails": details})


def record_exited(visit: Visit, output: Any) -> None:
    if is_in_branch(visit):
        details = {"name": visit.name, "output": json.dumps(output)}
        stepfunctions._add_event(visit.execution, f"{visit.type}StateExited", {"stateExitedEventDetails": details})
