"""A parameter that nothing uses. The W2001 of cfn-lint looks at no template with a transform, so at none of SAM."""

from __future__ import annotations

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template


class UnusedParameter(CloudFormationLintRule):
    id = "E9001"
    shortdesc = "Every parameter is used"
    description = "Use the parameter or take it out: whoever sets it expects something to change."

    def match(self, cfn: Template) -> list[RuleMatch]:
        used = {path[-1] for path in cfn.transform_pre["Ref"]}
        for *_, text in cfn.transform_pre["Fn::Sub"]:
            used.update(cfn.get_sub_parameters(text[0] if isinstance(text, list) else text))
        return [
            RuleMatch(["Parameters", name], f"{name} is not used; use it or take it out")
            for name in cfn.template.get("Parameters", {})
            if name not in used
        ]
