"""A function runs for 900 seconds at most. cfn-lint knows that of AWS::Lambda::Function, and not of SAM's function."""

from __future__ import annotations

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

LONGEST = 900


class FunctionTimeout(CloudFormationLintRule):
    id = "E9009"
    shortdesc = "A function's timeout is one that Lambda takes"
    description = f"Set Timeout to 1 to {LONGEST} seconds; what takes longer is a workflow."
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"

    def match(self, cfn: Template) -> list[RuleMatch]:
        return [
            RuleMatch(["Resources", name, "Properties", "Timeout"], f"{timeout} s is not between 1 and {LONGEST} s")
            for name, function in cfn.get_resources("AWS::Serverless::Function").items()
            if isinstance(timeout := function["Properties"].get("Timeout"), int) and not 1 <= timeout <= LONGEST
        ]
