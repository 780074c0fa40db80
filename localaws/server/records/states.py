"""Writes `<state directory>/states.jsonl`: what every state of every execution did, and how large its JSON was.

One line an event: entered, exited, choice (`index` of the rule, or "default"), retried and caught (`index` of the
retrier or catcher). From it come the report of what tests covered of each state machine, and measurements of state
size. MiniStack's own history is too coarse for either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ministack.core.responses import now_iso
from ministack.services import stepfunctions

from localaws.server.records.json_lines import JsonLines
from localaws.server.settings import Settings
from localaws.server.step_functions import state_visits
from localaws.server.step_functions.payload_limit import json_bytes
from localaws.server.step_functions.state_visits import Visit


def install(settings: Settings) -> None:
    lines = JsonLines(settings.state_directory / "states.jsonl")
    retrier_stock, catcher_stock = stepfunctions._find_matching_retrier, stepfunctions._find_matching_catcher

    def write(visit: Visit, event: str, **details: object) -> None:
        parent = visit.execution.get("parentExecutionArn")
        lines.append(
            {
                "time": now_iso(),
                "executionArn": visit.execution_arn,
                **({"parentExecutionArn": parent} if parent else {}),
                "stateMachineArn": visit.context["StateMachine"]["Id"],
                "stateMachine": visit.state_machine_name,
                "state": visit.name,
                "type": visit.type,
                "event": event,
                **details,
            }
        )

    def entered(visit: Visit) -> None:
        write(visit, "entered", inputBytes=json_bytes(visit.input))

    def exited(visit: Visit, output: Any) -> None:
        if visit.type == "Choice":
            write(visit, "choice", index=taken_branch(visit))
        write(visit, "exited", outputBytes=json_bytes(output))

    def find_retrier(retriers: Sequence[Any], error: str, counts: Mapping[int, int]) -> tuple[Any, int]:
        retrier, index = retrier_stock(retriers, error, counts)
        if retrier is not None and (visit := state_visits.current()):
            write(visit, "retried", index=index, error=error)
        return retrier, index

    def find_catcher(catchers: Sequence[Any], error: str) -> Any:
        catcher = catcher_stock(catchers, error)
        if catcher is not None and (visit := state_visits.current()):
            write(visit, "caught", index=catchers.index(catcher), error=error)
        return catcher

    state_visits.entering.append(entered)
    state_visits.leaving.append(exited)
    stepfunctions._find_matching_retrier = find_retrier
    stepfunctions._find_matching_catcher = find_catcher


def taken_branch(visit: Visit) -> int | str:
    """Index of the first rule that holds, found by asking again: rules have no effects. JSONPath only."""
    effective = stepfunctions._apply_input_path(visit.definition, visit.input, visit.context)
    for index, rule in enumerate(visit.definition["Choices"]):
        if stepfunctions._evaluate_rule(rule, effective, visit.context):
            return index
    return "default"
