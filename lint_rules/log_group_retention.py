"""A log group keeps what is written to it for a stated time. CloudWatch's default is for ever, and is paid for ever."""

from __future__ import annotations

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template


class LogGroupRetention(CloudFormationLintRule):
    id = "E9003"
    shortdesc = "A log group says how long it keeps its events"
    description = "Set RetentionInDays."

    def match(self, cfn: Template) -> list[RuleMatch]:
        return [
            RuleMatch(["Resources", name], f"{name} keeps its events for ever; set RetentionInDays")
            for name, group in cfn.get_resources("AWS::Logs::LogGroup").items()
            if "RetentionInDays" not in group.get("Properties", {})
        ]
