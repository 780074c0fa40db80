"""A path that selects nothing is an error, not null.

`States.ParameterPathFailure` in Parameters, ItemSelector and ResultSelector, `States.Runtime` everywhere else
(InputPath, OutputPath, ItemsPath, Variable, SecondsPath and the like). IsPresent asks whether the path selects
something, even null.
"""

from __future__ import annotations

import json
from typing import Any

from ministack.services import stepfunctions

from localaws.server.settings import Settings
from localaws.server.step_functions import state_visits
from localaws.server.step_functions.state_visits import Visit


class PathSelectsNothing(stepfunctions._ExecutionError):  # type: ignore[misc]
    """A reference path that leads nowhere in the JSON that it was applied to."""

    def __init__(self, path: str, data: Any) -> None:
        cause = f"The JSONPath '{path}' could not be found in the input '{json.dumps(data)}'"
        super().__init__("States.Runtime", cause)


def install(settings: Settings) -> None:
    resolve_stock = stepfunctions._resolve_path
    parameters_stock = stepfunctions._resolve_params_obj
    rule_stock = stepfunctions._evaluate_rule

    def resolve(path: str, data: Any) -> Any:
        if not selects_something(path, data):
            raise PathSelectsNothing(path, data)
        return resolve_stock(path, data)

    def resolve_parameters(template: Any, data: Any, ctx: dict[str, Any] | None = None) -> Any:
        try:
            return parameters_stock(template, data, ctx)
        except PathSelectsNothing as nothing:
            raise stepfunctions._ExecutionError("States.ParameterPathFailure", nothing.cause) from nothing

    def evaluate_rule(rule: dict[str, Any], data: Any, ctx: dict[str, Any] | None = None) -> bool:
        if "IsPresent" not in rule:
            return bool(rule_stock(rule, data, ctx))
        path: str = rule["Variable"]
        present = selects_something(path[1:], ctx) if path.startswith("$$.") else selects_something(path, data)
        return bool(present == rule["IsPresent"])

    stepfunctions._resolve_path = resolve
    stepfunctions._resolve_params_obj = resolve_parameters
    stepfunctions._evaluate_rule = evaluate_rule
    state_visits.entering.append(complete_context)


def selects_something(path: str, data: Any) -> bool:
    """Whether a reference path leads to a value, which may be null. A path with a wildcard always selects a list."""
    if not path.startswith("$") or path == "$":
        return True
    steps = stepfunctions._parse_jsonpath_tokens(path)
    if steps is None:
        return False
    for kind, step in steps:
        if kind == "wildcard":
            return True
        if not _has_step(data, kind, step):
            return False
        data = data[step]
    return True


def _has_step(data: Any, kind: str, step: Any) -> bool:
    if kind == "field":
        return isinstance(data, dict) and step in data
    return isinstance(data, list) and step < len(data)


def complete_context(visit: Visit) -> None:
    """Fields of the context object that AWS has and MiniStack leaves out, and that a strict path would miss."""
    state_machine = stepfunctions._state_machines.get(visit.context["StateMachine"]["Id"], {})
    visit.context["Execution"].setdefault("RoleArn", state_machine.get("roleArn"))
    visit.context["Execution"].setdefault("RedriveCount", 0)
