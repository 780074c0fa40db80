"""A function, and a state machine that logs, writes to a log group of its own template.

Lambda makes the group of a function that names none: it keeps its events for ever and stays when the stack is deleted.
How long a group of the template keeps them is E9003.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cfnlint.helpers import is_function
from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

FUNCTIONS = ["AWS::Serverless::Function", "AWS::Lambda::Function"]
STATE_MACHINES = {
    "AWS::Serverless::StateMachine": "Logging",
    "AWS::StepFunctions::StateMachine": "LoggingConfiguration",
}


class OwnLogGroup(CloudFormationLintRule):
    id = "E9004"
    shortdesc = "What logs writes to a log group of its template"
    description = (
        "Give a function LoggingConfig.LogGroup: !Ref of an AWS::Logs::LogGroup of the same template (in Globals for all), "
        "and a state machine that logs a destination that is !GetAtt of one. A function at the edge can't choose its group: "
        "name this check under ignore_checks in its Metadata."
    )

    def match(self, cfn: Template) -> list[RuleMatch]:
        groups = cfn.get_resources("AWS::Logs::LogGroup")
        return [
            RuleMatch(path, f"{path[1]} logs to no log group of this template; name one in {setting}")
            for path, setting, destination in _destinations(cfn)
            if _resource(destination) not in groups
        ]


def _destinations(cfn: Template) -> Iterator[tuple[list[str], str, Any]]:
    """Where the template's resources log: the place to look at, the setting that says it, and what it says."""
    for name, function in cfn.get_resources(FUNCTIONS).items():
        group = function["Properties"].get("LoggingConfig", {}).get("LogGroup")
        yield ["Resources", name], "LoggingConfig.LogGroup", group
    for kind, setting in STATE_MACHINES.items():
        for name, machine in cfn.get_resources(kind).items():
            for destination in machine["Properties"].get(setting, {}).get("Destinations", []):
                group = destination["CloudWatchLogsLogGroup"]["LogGroupArn"]
                yield ["Resources", name, "Properties", setting], f"{setting}.Destinations", group


def _resource(value: Any) -> str | None:
    """The logical id that a !Ref or !GetAtt names."""
    match is_function(value):
        case "Ref", str(name):
            return name
        case "Fn::GetAtt", [str(name), *_]:
            return name
    return None
