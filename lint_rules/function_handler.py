"""The file and the function that a Handler names are there. SAM packages a folder without looking into it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

SUFFIXES = (".py", ".mjs", ".js", ".cjs", ".ts")
"""Python's and Node's; a function in another language is not looked at."""


class FunctionHandler(CloudFormationLintRule):
    id = "E9008"
    shortdesc = "A function's handler is in its code"
    description = (
        "Name in Handler a file under CodeUri, and (in Python) a function that this file defines: app.handler."
    )

    def match(self, cfn: Template) -> list[RuleMatch]:
        if cfn.filename is None:
            return []
        here = Path(cfn.filename).parent
        faults = [
            (name, _fault(here, function["Properties"]))
            for name, function in cfn.get_resources("AWS::Serverless::Function").items()
        ]
        return [RuleMatch(["Resources", name, "Properties", "CodeUri"], fault) for name, fault in faults if fault]


def _fault(here: Path, properties: dict[str, Any]) -> str | None:
    location, handler, runtime = (properties.get(key) for key in ("CodeUri", "Handler", "Runtime"))
    if not isinstance(location, str) or not isinstance(handler, str) or location.startswith("s3://"):
        return None
    if isinstance(runtime, str) and not runtime.startswith(("python", "nodejs")):
        return None
    module, _, name = handler.rpartition(".")
    files = [here / location / (module.replace(".", "/") + suffix) for suffix in SUFFIXES]
    code = next((file for file in files if file.is_file()), None)
    if code is None:
        return f"there is no file for {handler} in {location}"
    if code.suffix == ".py" and name not in _names(code):
        return f"{location}/{code.name} does not define {name}"
    return None


def _names(code: Path) -> set[str]:
    """What a Python file defines, assigns or imports at its top level."""
    names: set[str] = set()
    for statement in ast.parse(code.read_text(encoding="utf-8")).body:
        match statement:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.Assign(targets=targets):
                names.update(target.id for target in targets if isinstance(target, ast.Name))
            case ast.ImportFrom(names=imported):
                names.update(alias.asname or alias.name for alias in imported)
    return names
