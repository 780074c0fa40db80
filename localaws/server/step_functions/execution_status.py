"""Tells when an execution starts and ends, and keeps the status with which it ended.

MiniStack emits an event at every change of status and has no other signal; and a task that fails after StopExecution
turns its ABORTED execution into a FAILED one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from ministack.services import stepfunctions

from localaws.server.permissions.required import Permission
from localaws.server.permissions.tasks import is_allowed
from localaws.server.settings import Settings
from localaws.server.step_functions import state_visits
from localaws.server.step_functions.state_visits import Visit

EXECUTION_STOPPED = "States.ExecutionStopped"
"""The error inside an execution that was stopped; nothing catches it and nobody sees it."""

CHILDREN = "childExecutionArns"
"""Key in MiniStack's record of an execution: the executions that it waits or waited for."""
ENDED = "ended"
"""Key in MiniStack's record of an execution that was started by StartExecution: an event, set when it ends."""

at_start: list[Callable[[dict[str, Any]], None]] = []
at_end: list[Callable[[dict[str, Any]], None]] = []


def install(settings: Settings) -> None:
    emit_stock, fail_stock = stepfunctions._emit_execution_status_event, stepfunctions._fail_execution

    def emit(execution: dict[str, Any]) -> None:
        emit_stock(execution)
        if execution["status"] == "RUNNING":
            execution[ENDED] = threading.Event()
            for observe in at_start:
                observe(execution)
        else:
            ended(execution)

    def fail(execution: dict[str, Any], error: str, cause: str) -> None:
        if execution["status"] == "RUNNING":
            fail_stock(execution, error, cause)

    stepfunctions._emit_execution_status_event = emit
    stepfunctions._fail_execution = fail
    state_visits.entering.append(refuse_when_stopped)
    at_end.append(stop_children)


def ended(execution: dict[str, Any]) -> None:
    for observe in at_end:
        observe(execution)
    if ENDED in execution:
        execution[ENDED].set()


def wait_until_ended(execution: dict[str, Any]) -> None:
    execution[ENDED].wait()


def refuse_when_stopped(visit: Visit) -> None:
    """No state of an execution that has ended is entered; MiniStack's branches would run on."""
    if visit.execution["status"] != "RUNNING":
        raise stepfunctions._ExecutionError(EXECUTION_STOPPED, "")


def stop_children(parent: dict[str, Any]) -> None:
    """Stop what an execution that did not succeed was waiting for: what it started with .sync or as a Map Run."""
    if parent["status"] == "SUCCEEDED":
        return
    for child_arn in parent.get(CHILDREN, []):
        is_running = stepfunctions._executions[child_arn]["status"] == "RUNNING"
        if is_running and is_allowed(Permission("states:StopExecution", child_arn), parent):
            stepfunctions._stop_execution({"executionArn": child_arn})


def adopt(parent: dict[str, Any], child: dict[str, Any]) -> None:
    """Note that `parent` waits for `child`."""
    child["parentExecutionArn"] = parent["executionArn"]
    parent.setdefault(CHILDREN, []).append(child["executionArn"])
