"""`TimeoutSecondsPath` and `HeartbeatSecondsPath`, and the waits of callback tasks at the instance's speed.

MiniStack knows only a literal TimeoutSeconds. A task that waits for a token waits for AWS's time, so its timeouts are
scaled as Wait states are; the timeout of any other task bounds work that this machine really does, and stays as
written.
"""

from __future__ import annotations

from typing import Any

from ministack.services import stepfunctions

from localaws.server.settings import Settings
from localaws.server.step_functions.callback_tasks import SUFFIX

FIELDS = ("TimeoutSeconds", "HeartbeatSeconds")


def install(settings: Settings) -> None:
    execute_stock = stepfunctions._execute_task

    def execute(
        state: dict[str, Any], state_input: Any, execution: dict[str, Any], context: dict[str, Any]
    ) -> tuple[Any, str | None]:
        timeouts = timeouts_of(state, state_input, context)
        if SUFFIX in state.get("Resource", ""):
            timeouts = {field: settings.wall_seconds(seconds) for field, seconds in timeouts.items()}
        output: tuple[Any, str | None] = execute_stock({**state, **timeouts}, state_input, execution, context)
        return output

    stepfunctions._execute_task = execute


def timeouts_of(state: dict[str, Any], state_input: Any, context: dict[str, Any]) -> dict[str, float]:
    """The state's timeouts in seconds as written, those given as paths looked up in its effective input."""
    timeouts = {field: state[field] for field in FIELDS if field in state}
    for field in FIELDS:
        if path := state.get(f"{field}Path"):
            effective = stepfunctions._apply_input_path(state, state_input, context)
            timeouts[field] = _seconds(path, stepfunctions._resolve_path_or_ctx(path, effective, context))
    return timeouts


def _seconds(path: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        raise stepfunctions._ExecutionError("States.Runtime", f"{path} must select a positive integer, not {value!r}")
    return value
