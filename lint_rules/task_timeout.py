"""A Task state waits longer for a function than the function may run.

Otherwise Step Functions gives up, and perhaps tries again, while the function is still at work.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cfnlint.helpers import is_function
from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

LAMBDA_DEFAULT_TIMEOUT = 3
LOCATION = ("Properties", "DefinitionUri")


class TaskTimeout(CloudFormationLintRule):
    id = "E9007"
    shortdesc = "A Task state waits longer than its function may run"
    description = "Make the state's TimeoutSeconds greater than the Timeout of the function that it invokes."

    def match(self, cfn: Template) -> list[RuleMatch]:
        functions = cfn.get_resources("AWS::Serverless::Function")
        return [
            RuleMatch(
                ["Resources", machine, *LOCATION], f"{state!r} waits {wait} s for {function}, which may run {run} s"
            )
            for machine, state, wait, function in _waits(cfn)
            if function in functions
            and isinstance(run := functions[function]["Properties"].get("Timeout", LAMBDA_DEFAULT_TIMEOUT), int)
            and wait <= run
        ]


def _waits(cfn: Template) -> Iterator[tuple[str, str, int, str]]:
    """Each state that invokes a function: the state machine's and its own name, how long it waits, and for which."""
    for machine, resource in cfn.get_resources("AWS::Serverless::StateMachine").items():
        substitutions = resource["Properties"].get("DefinitionSubstitutions", {})
        named = {f"${{{name}}}": _function(value) for name, value in substitutions.items()}
        for name, state in _states(_definition(cfn, resource["Properties"])):
            arguments = state.get("Parameters") or state.get("Arguments")
            function = named.get(str(arguments.get("FunctionName"))) if isinstance(arguments, dict) else None
            if function and isinstance(state.get("TimeoutSeconds"), int):
                yield machine, name, state["TimeoutSeconds"], function


def _definition(cfn: Template, properties: dict[str, Any]) -> dict[str, Any]:
    """The definition in the file beside the template; empty where there is none, which is E9002."""
    location = properties.get("DefinitionUri")
    if cfn.filename and isinstance(location, str) and (file := Path(cfn.filename).parent / location).is_file():
        definition: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return definition
    return {}


def _states(part: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """All states of a definition, those inside its maps and branches included."""
    for name, state in part.get("States", {}).items():
        yield name, state
        for inner in (state.get("ItemProcessor", {}), state.get("Iterator", {}), *state.get("Branches", [])):
            yield from _states(inner)


def _function(value: Any) -> str | None:
    """The logical id in `!GetAtt Function.Arn` or `!Ref Function`."""
    match is_function(value):
        case "Ref", str(name):
            return name
        case "Fn::GetAtt", [str(name), "Arn"]:
            return name
    return None
