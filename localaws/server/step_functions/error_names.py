"""What the names in Retry and Catch stand for, where MiniStack is more generous than AWS.

`States.ALL` and `States.TaskFailed` stand for no terminal error: States.Runtime and States.DataLimitExceeded end the
execution unless they are named. `States.Timeout` stands for a missed heartbeat too.
"""

from __future__ import annotations

from collections.abc import Sequence

from ministack.services import stepfunctions

from localaws.server.settings import Settings
from localaws.server.step_functions.execution_status import EXECUTION_STOPPED

TERMINAL = {"States.Runtime", "States.DataLimitExceeded", EXECUTION_STOPPED}
HEARTBEAT_TIMEOUT = "States.HeartbeatTimeout"


def install(settings: Settings) -> None:
    matches_stock = stepfunctions._error_matches

    def matches(error_equals: Sequence[str], error: str) -> bool:
        if error in TERMINAL:
            return error in error_equals
        if error == HEARTBEAT_TIMEOUT and "States.Timeout" in error_equals:
            return True
        return bool(matches_stock(error_equals, error))

    stepfunctions._error_matches = matches
