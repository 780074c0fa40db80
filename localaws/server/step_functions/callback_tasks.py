"""Tasks that wait for a token: a failed call fails the task, each attempt has its own token, a dead one is refused.

MiniStack swallows the failure of the function that was to keep the token, so that the task ends as States.Timeout
after a day; it retries with the same token, ignores HeartbeatSeconds, and forgets tokens instead of knowing that they
are over.
"""

from __future__ import annotations

import base64
import json
import os
import threading
import time
from typing import Any

from ministack.services import stepfunctions

from localaws.server.settings import Settings
from localaws.server.step_functions import execution_status, state_visits
from localaws.server.step_functions.answers import Answer, accepted, refused
from localaws.server.step_functions.error_names import HEARTBEAT_TIMEOUT

SUFFIX = ".waitForTaskToken"
WAITING = "tasksWaitingForToken"
"""Key in MiniStack's record of an execution: what it waits for now."""
LONGEST_TIMEOUT = 99_999_999
TOKEN_BYTES = 480
"""Makes a token of 640 characters, about as long as AWS's, with the `+`, `/` and `=` that those have."""

_completing = threading.Lock()


def install(settings: Settings) -> None:
    parameters_stock = stepfunctions._apply_parameters

    def apply_parameters(state: dict[str, Any], data: Any, ctx: dict[str, Any] | None = None) -> Any:
        """A task resolves its parameters once an attempt: the moment for a new token."""
        if ctx is not None and SUFFIX in state.get("Resource", ""):
            ctx["Task"] = {"Token": new_token()}
        return parameters_stock(state, data, ctx)

    stepfunctions._apply_parameters = apply_parameters
    stepfunctions._invoke_with_callback = invoke_with_callback
    stepfunctions._send_task_success = send_task_success
    stepfunctions._send_task_failure = send_task_failure
    stepfunctions._send_task_heartbeat = send_task_heartbeat
    execution_status.at_end.append(release_tokens)


def new_token() -> str:
    return base64.b64encode(os.urandom(TOKEN_BYTES)).decode()


def invoke_with_callback(resource: str, task_input: Any, token: str, state: dict[str, Any]) -> Any:
    """Hand the token to the task's resource, then wait for SendTask*. `state` has its timeouts in wall-clock seconds.

    The clock starts when the resource has answered: waiting is what time_scale makes shorter, work is not. A resource
    that fails after the token has come back changes nothing any more.
    """
    visit = state_visits.current()
    waiting_here = visit.execution.setdefault(WAITING, []) if visit else []
    waiting: dict[str, Any] = {"event": threading.Event(), "result": None, "error": None, "heartbeat": None}
    if visit:
        waiting["stateMachineArn"] = visit.execution["stateMachineArn"].partition("/")[0]
    stepfunctions._task_tokens[token] = waiting
    waiting_here.append(waiting)
    try:
        _hand_over(resource.replace(SUFFIX, ""), task_input, waiting)
        _wait(waiting, state.get("TimeoutSeconds", LONGEST_TIMEOUT), state.get("HeartbeatSeconds", LONGEST_TIMEOUT))
    finally:
        waiting["finished"] = True
        waiting_here.remove(waiting)
    if waiting["error"]:
        raise stepfunctions._ExecutionError(waiting["error"]["Error"], waiting["error"]["Cause"])
    return json.loads(waiting["result"])


def _hand_over(resource: str, task_input: Any, waiting: dict[str, Any]) -> None:
    try:
        stepfunctions._invoke_resource(resource, task_input)
    except stepfunctions._ExecutionError:
        if not waiting["event"].is_set():
            raise


def _wait(waiting: dict[str, Any], timeout: float, heartbeat: float) -> None:
    started = waiting["heartbeat"] = time.monotonic()
    while True:
        ends, beats = started + timeout, waiting["heartbeat"] + heartbeat
        if waiting["event"].wait(max(0.0, min(ends, beats) - time.monotonic())):
            return
        with _completing:
            now = time.monotonic()
            if waiting["event"].is_set() or now < min(ends, waiting["heartbeat"] + heartbeat):
                continue
            waiting["finished"] = True
        raise stepfunctions._ExecutionError("States.Timeout" if now >= ends else HEARTBEAT_TIMEOUT, "")


def send_task_success(data: dict[str, Any]) -> Answer:
    try:
        json.loads(data["output"])
    except ValueError:
        return refused("InvalidOutput", "Invalid Output: 'The output is not valid JSON'")
    return _complete(data["taskToken"], "result", data["output"])


def send_task_failure(data: dict[str, Any]) -> Answer:
    failure = {"Error": data.get("error") or "States.TaskFailed", "Cause": data.get("cause", "")}
    return _complete(data["taskToken"], "error", failure)


def send_task_heartbeat(data: dict[str, Any]) -> Answer:
    with _completing:
        waiting = stepfunctions._task_tokens.get(data["taskToken"])
        if refusal := _refusal(data["taskToken"], waiting):
            return refusal
        waiting["heartbeat"] = time.monotonic()
    return accepted({})


def _complete(token: str, field: str, value: Any) -> Answer:
    with _completing:
        waiting = stepfunctions._task_tokens.get(token)
        if refusal := _refusal(token, waiting):
            return refusal
        waiting[field] = value
        waiting["finished"] = True
        waiting["event"].set()
    return accepted({})


def _refusal(token: str, waiting: dict[str, Any] | None) -> Answer | None:
    """Why a token is not accepted: it was never ours, it is not known here, or its task is over."""
    if waiting is None:
        try:
            base64.b64decode(token, validate=True)
        except ValueError:
            return refused("InvalidToken", "Invalid Token: 'Invalid token'")
        return refused("TaskDoesNotExist", "Task Does Not Exist: 'Provided task does not exist'")
    if waiting.get("finished"):
        return refused("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
    return None


def release_tokens(execution: dict[str, Any]) -> None:
    """The tokens of an execution that has ended are over, and nothing waits for them any more."""
    over = {"Error": execution_status.EXECUTION_STOPPED, "Cause": ""}
    with _completing:
        for waiting in execution.get(WAITING, []):
            if not waiting.get("finished"):
                waiting.update(error=over, finished=True)
                waiting["event"].set()
