"""An extension as it lies in its folder, and its code with the parameters in it."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

from extensions.catalog.folders import extension_folders
from extensions.catalog.sources import EVENTS, PLACEHOLDER, placeholders, read_sources
from extensions.catalog.templates import read_template
from extensions.harness.parameters import Declarations, InvalidParameter, checked

__all__ = [
    "EdgeFunction",
    "Extension",
    "InvalidParameter",
    "NoExtension",
    "code_with",
    "code_with_defaults",
    "extension_folders",
    "read_extension",
    "read_file",
]

Language = Literal["javascript", "python"]
LANGUAGES: dict[str, Language] = {".js": "javascript", ".py": "python"}


class NoExtension(Exception):
    """There is nothing to run where an extension was expected; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class EdgeFunction:
    event: str
    path: Path
    language: Language
    source: str
    parameters: Declarations = field(default_factory=dict)
    """Those of the template."""
    in_template: bool = False
    """Whether CloudFormation puts the parameters into the code."""
    timeout: float = 5
    """Seconds that Lambda@Edge gives it."""


@dataclass(frozen=True, slots=True)
class Extension:
    slug: str
    folder: Path
    template: Mapping[str, Any]
    parameters: Declarations
    functions: tuple[EdgeFunction, ...]

    def function_at(self, event: str) -> EdgeFunction:
        """Raises NoExtension where there is no function for the event."""
        for function in self.functions:
            if function.event == event:
                return function
        there = ", ".join(function.path.name for function in self.functions) or "no function"
        raise NoExtension(f"{self.folder}: there is no function for {event}; there is {there}")


def read_extension(folder: Path) -> Extension:
    """Raises NoExtension, whose message says what to mend."""
    path = folder / "template.yaml"
    if not path.is_file():
        raise NoExtension(
            f"{folder}: there is no template.yaml; name the folder of an extension, or a file with a function"
        )
    try:
        template = read_template(path)
    except yaml.YAMLError as error:
        raise NoExtension(f"{path}: it is no YAML: {' '.join(str(error).split())}") from error
    parameters = template.section("Parameters")
    functions = tuple(
        EdgeFunction(
            event=source.event,
            path=source.path,
            language=LANGUAGES[source.path.suffix],
            source=source.text,
            parameters=parameters,
            in_template=True,
            timeout=float(template.section("Resources", source.logical_id, "Properties").get("Timeout", 5)),
        )
        for source in read_sources(folder)
    )
    return Extension(folder.resolve().name, folder, template.data, parameters, functions)


def read_file(path: Path, event: str | None = None) -> EdgeFunction:
    """Anyone's function, without a template; its event is the file's name unless it is given."""
    if not path.exists():
        raise NoExtension(f"{path}: there is no such folder or file")
    if path.suffix not in LANGUAGES:
        raise NoExtension(f"{path}: name a file that ends in .js (CloudFront Functions) or .py (Lambda@Edge)")
    named = path.stem if path.stem in EVENTS else "viewer-request"
    return EdgeFunction(event or named, path, LANGUAGES[path.suffix], path.read_text(encoding="utf-8"))


def code_with(function: EdgeFunction, parameters: Mapping[str, str]) -> str:
    """The code as it is deployed: each `'${Name}'` is the base64 of the parameter's value. Raises InvalidParameter."""
    values = checked(function.parameters, parameters, str(function.path))
    if function.in_template:
        _refuse_unknown_placeholders(function)
    return _filled(function.source, values)


def code_with_defaults(function: EdgeFunction) -> str:
    """The code with every parameter's default, or nothing where it has none: to see how long it is."""
    return _filled(function.source, {name: str(one.get("Default", "")) for name, one in function.parameters.items()})


def _refuse_unknown_placeholders(function: EdgeFunction) -> None:
    for name in placeholders(function.source):
        if name not in function.parameters:
            raise InvalidParameter(f"{function.path}: ${{{name}}} is no parameter of the template; declare it there")


def _filled(source: str, values: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        text = base64.b64encode(values[found["name"]].encode()).decode() if found["name"] in values else found[0][1:-1]
        return f"{found['quote']}{text}{found['quote']}"

    return PLACEHOLDER.sub(value, source)
