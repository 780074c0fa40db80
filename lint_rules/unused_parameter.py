"""A parameter that nothing uses. The W2001 of cfn-lint looks at no template with a transform, so at none of SAM.

What a template includes from a file beside it uses parameters as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

SUBSTITUTED = re.compile(r"\$\{(\w+)\}")


class UnusedParameter(CloudFormationLintRule):
    id = "E9001"
    shortdesc = "Every parameter is used"
    description = "Use the parameter or take it out: whoever sets it expects something to change."

    def match(self, cfn: Template) -> list[RuleMatch]:
        used = {path[-1] for path in cfn.transform_pre["Ref"]}
        for *_, text in cfn.transform_pre["Fn::Sub"]:
            used.update(cfn.get_sub_parameters(text[0] if isinstance(text, list) else text))
        included = [
            one["Parameters"]["Location"] for one in _values(cfn.template, "Fn::Transform") if "Parameters" in one
        ]
        if included and cfn.filename is None:
            # As `sam validate` calls it, with a text: nobody knows then where the files are.
            return []
        for location in included:
            used.update(_used_in(Path(cfn.filename).parent / location))
        return [
            RuleMatch(["Parameters", name], f"{name} is not used; use it or take it out")
            for name in cfn.template.get("Parameters", {})
            if name not in used
        ]


def _used_in(file: Path) -> Iterator[str]:
    """What a file that AWS::Include names refers to, in long forms: it knows no short ones."""
    if file.is_file():
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        yield from _values(document, "Ref")
        for text in _values(document, "Fn::Sub"):
            yield from SUBSTITUTED.findall(text)


def _values(document: Any, key: str) -> Iterator[Any]:
    """All values of a key, however deep."""
    parts = document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
    if isinstance(document, dict) and key in document:
        yield document[key]
    for part in parts:
        yield from _values(part, key)
