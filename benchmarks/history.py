"""How many history events an execution has on AWS, counted from the states that it entered.

The embedded engine records fewer events than AWS, so the count comes from the event types that the Step Functions API
reference lists for each kind of state (HistoryEvent).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

ENTERED_AND_EXITED = 2
EVENTS_OF_STATE = {
    "Task": ENTERED_AND_EXITED + 3,  # scheduled, started, succeeded
    "Map": ENTERED_AND_EXITED + 4,  # state started, run started, run succeeded, state succeeded
    "Fail": 1,  # entered
}
EVENTS_OF_RETRY = 3
"""Failed, scheduled and started once more."""
EVENTS_OF_EXECUTION = 2
"""Started, and how it ended."""


def history_events(records: Iterable[dict[str, Any]]) -> int:
    """Events of one execution, given the records of its own states."""
    total = EVENTS_OF_EXECUTION
    for record in records:
        if record["event"] == "entered":
            total += EVENTS_OF_STATE.get(record["type"], ENTERED_AND_EXITED)
        elif record["event"] == "retried":
            total += EVENTS_OF_RETRY
    return total
