"""An execution's history has at most 25,000 events, and an execution that needs more fails.

MiniStack has no limit and records fewer events than AWS, so they are counted as AWS records them (HistoryEvent of the Step
Functions API reference). The last event is kept for the execution's end. Express executions have no history on AWS; here
they are counted like any other. `GET /_localaws/history-events` tells the count of an execution.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from ministack.services import stepfunctions

from localaws.server import control, quotas
from localaws.server.settings import Settings
from localaws.server.step_functions import state_visits

COUNT = "historyEventsOnAws"
"""Key in MiniStack's record of an execution."""
ITERATION = 2
"""MapIterationStarted, and MapIterationSucceeded or MapIterationFailed."""
WITH_ITS_OWN_START_AND_END = ("MapState", "ParallelState")
"""These record MapStateStarted besides MapStateEntered, MapStateSucceeded besides MapStateExited."""
SUBMITTED = (".sync", ".waitForTaskToken")
"""Tasks that go on after their call record TaskSubmitted too."""

_counting = threading.Lock()


def install(settings: Settings) -> None:
    add_stock, run_stock = stepfunctions._add_event, stepfunctions._run_sub_machine

    def add(execution: dict[str, Any], event_type: str, details: dict[str, Any] | None = None) -> dict[str, Any]:
        if not event_type.startswith("Execution"):
            count(execution, events_on_aws(event_type, details or {}))
        event: dict[str, Any] = add_stock(execution, event_type, details)
        return event

    def run(
        states: dict[str, Any], start_at: str, branch_input: Any, execution: dict[str, Any], context: dict[str, Any]
    ) -> Any:
        visit = state_visits.current()
        if visit is not None and visit.type == "Map" and visit.execution is execution:
            count(execution, ITERATION)
        return run_stock(states, start_at, branch_input, execution, context)

    stepfunctions._add_event = add
    stepfunctions._run_sub_machine = run
    control.serve("/_localaws/history-events", GET=_show)


def events_on_aws(event_type: str, details: Mapping[str, Any]) -> int:
    """How many events AWS records where MiniStack records this one."""
    if event_type == "TaskScheduled":  # and TaskStarted
        resource = details["taskScheduledEventDetails"]["resource"]
        return 2 + any(suffix in resource for suffix in SUBMITTED)
    if event_type.startswith(WITH_ITS_OWN_START_AND_END):
        return 2
    return 1


def count(execution: dict[str, Any], events: int) -> None:
    """Raises the error that fails the execution when its history would have no room left for its end."""
    most = quotas.limit(quotas.HISTORY_EVENTS)
    with _counting:
        execution[COUNT] = execution.get(COUNT, 1) + events
        if execution[COUNT] < most:
            return
    cause = f"The execution reached the maximum number of history events ({most})."
    raise stepfunctions._ExecutionError("States.Runtime", cause)


def _show(request: dict[str, Any]) -> dict[str, int]:
    (arn,) = control.fields(request, "executionArn")
    execution = stepfunctions._executions.get(arn)
    if execution is None:
        raise control.BadRequestError(f"there is no execution {arn}")
    return {"events": execution.get(COUNT, 1) + (execution["status"] != "RUNNING")}
