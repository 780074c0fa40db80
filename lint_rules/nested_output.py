"""What a template reads of a nested application is an output of it. cfn-lint checks a nested template's parameters only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from cfnlint.decode import decode
from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

LOCATIONS = {"AWS::Serverless::Application": "Location", "AWS::CloudFormation::Stack": "TemplateURL"}
IN_SUB = re.compile(r"\$\{(\w+)\.(Outputs\.\w+)\}")


class NestedOutput(CloudFormationLintRule):
    id = "E9010"
    shortdesc = "An output that is read of a nested application exists"
    description = "Read an output that the nested template has, or give it that output."

    def match(self, cfn: Template) -> list[RuleMatch]:
        outputs = dict(_outputs(cfn))
        return [
            RuleMatch(path, f"{name} has no output {attribute.removeprefix('Outputs.')}")
            for path, name, attribute in _read(cfn)
            if name in outputs and attribute.removeprefix("Outputs.") not in outputs[name]
        ]


def _outputs(cfn: Template) -> Iterator[tuple[str, set[str]]]:
    """The outputs of each nested template that is a file beside this one."""
    for kind, key in LOCATIONS.items():
        for name, nested in cfn.get_resources(kind).items():
            location = nested["Properties"].get(key)
            if cfn.filename and isinstance(location, str) and (file := Path(cfn.filename).parent / location).is_file():
                template, _ = decode(str(file))
                yield name, set((template or {}).get("Outputs", {}))


def _read(cfn: Template) -> Iterator[tuple[list[str | int], str, str]]:
    """Every attribute that the template reads: where, of which resource, and which."""
    for *path, value in cfn.search_deep_keys("Fn::GetAtt"):
        match value:
            case [str(name), str(attribute)]:
                yield path, name, attribute
    for *path, value in cfn.search_deep_keys("Fn::Sub"):
        for name, attribute in IN_SUB.findall(value[0] if isinstance(value, list) else value):
            yield path, name, attribute
