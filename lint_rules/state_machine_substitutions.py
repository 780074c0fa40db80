"""What a definition names as ${Name} and what the template gives for it are the same names.

AWS puts a name that is not given into the state machine as it stands, where it fails when the state is reached; one that
is given for nothing is left from a state that is gone.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

PLACEHOLDER = re.compile(r"\$\{([^{}\s]+)\}")


class StateMachineSubstitutions(CloudFormationLintRule):
    id = "E9002"
    shortdesc = "A state machine's substitutions are those that its definition names"
    description = (
        "Give in DefinitionSubstitutions every ${Name} of the file that DefinitionUri names, and nothing else."
    )

    def match(self, cfn: Template) -> list[RuleMatch]:
        return [
            RuleMatch(["Resources", name, "Properties", *path], message)
            for name, machine in cfn.get_resources("AWS::Serverless::StateMachine").items()
            for path, message in _faults(cfn, machine["Properties"])
        ]


def _faults(cfn: Template, properties: dict[str, Any]) -> list[tuple[list[str], str]]:
    location = properties.get("DefinitionUri")
    if cfn.filename is None or not isinstance(location, str) or location.startswith("s3://"):
        return []
    file = Path(cfn.filename).parent / location
    if not file.is_file():
        return [(["DefinitionUri"], f"there is no file {location}")]
    named = set(PLACEHOLDER.findall(file.read_text(encoding="utf-8")))
    given = set(properties.get("DefinitionSubstitutions", {}))
    missing = [
        (["DefinitionUri"], f"{location} names ${{{name}}}; give it in DefinitionSubstitutions")
        for name in sorted(named - given)
    ]
    superfluous = [
        (["DefinitionSubstitutions", name], f"{location} does not name ${{{name}}}; take it out")
        for name in sorted(given - named)
    ]
    return missing + superfluous
