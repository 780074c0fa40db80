"""A state's input and output, and a task's result, are at most 256 KiB; more fails with States.DataLimitExceeded.

MiniStack passes any size.
"""

from __future__ import annotations

import json
from typing import Any

from ministack.services import stepfunctions

from localaws.server import quotas
from localaws.server.settings import Settings
from localaws.server.step_functions import state_visits
from localaws.server.step_functions.state_visits import Visit


def install(settings: Settings) -> None:
    invoke_stock = stepfunctions._invoke_resource

    def invoke(resource: str, task_input: Any) -> Any:
        result = invoke_stock(resource, task_input)
        visit = state_visits.current()
        if visit is not None:
            require_within_limit(f"The state/task '{visit.name}' returned a result", result)
        return result

    stepfunctions._invoke_resource = invoke
    state_visits.entering.append(check_input)
    state_visits.leaving.append(check_output)


def check_input(visit: Visit) -> None:
    require_within_limit(f"The state '{visit.name}' was entered with an input", visit.input)


def check_output(visit: Visit, output: Any) -> None:
    require_within_limit(f"The state '{visit.name}' was left with an output", output)


def require_within_limit(what: str, value: Any) -> None:
    if json_bytes(value) > quotas.limit(quotas.STATE_BYTES):
        cause = f"{what} with a size exceeding the maximum number of bytes service limit."
        raise stepfunctions._ExecutionError("States.DataLimitExceeded", cause)


def json_bytes(value: Any) -> int:
    """How long a value is as compact JSON, in bytes of UTF-8."""
    return len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())
