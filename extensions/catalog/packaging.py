"""The code of an extension, written into its template; not a byte of the template besides."""

from __future__ import annotations

from collections.abc import Sequence

from extensions.catalog.sources import PLACEHOLDER, Source
from extensions.catalog.templates import Template

CODE_PROPERTY = {"AWS::CloudFront::Function": "FunctionCode", "AWS::Serverless::Function": "InlineCode"}


def packaged(template: Template, sources: Sequence[Source]) -> str:
    """The text of the template with each source at the resource of its event.

    Values are passed through Fn::Base64, so that no value can become code; they go by names that no parameter has, for SAM
    puts the plain value of a parameter wherever its name stands in a Fn::Sub. The resources must be there.
    """
    lines = template.text.splitlines(keepends=True)
    for source in sorted(sources, key=lambda source: template.line(*code_place(template, source)), reverse=True):
        place = code_place(template, source)
        first = template.line(*place) - 1
        indent = _indent(lines[first])
        lines[first : _end_of_property(lines, first)] = _property(source, place[-1], " " * indent)
    return "".join(lines)


def code_place(template: Template, source: Source) -> tuple[str, str, str, str]:
    """The keys at which the code of an event stands."""
    type_ = template.section("Resources", source.logical_id).get("Type", "")
    return "Resources", source.logical_id, "Properties", CODE_PROPERTY[type_]


def _property(source: Source, name: str, margin: str) -> list[str]:
    names = sorted(set(source.placeholders))
    if not names:
        return [f"{margin}{name}: |\n", *_block(source.text, f"{margin}  ")]
    return [
        f"{margin}{name}: !Sub\n",
        f"{margin}  - |\n",
        *_block(PLACEHOLDER.sub(r"\g<quote>${\g<name>Base64}\g<quote>", source.text), f"{margin}    "),
        *(
            f"{margin}  {'  ' if number else '- '}{name}Base64: !Base64 {{Ref: {name}}}\n"
            for number, name in enumerate(names)
        ),
    ]


def _block(text: str, margin: str) -> list[str]:
    return [f"{margin}{line}\n" if line else "\n" for line in text.splitlines()]


def _end_of_property(lines: Sequence[str], first: int) -> int:
    """The line after the last one that is indented more deeply than the property's key."""
    last = first
    for number in range(first + 1, len(lines)):
        if not lines[number].strip():
            continue
        if _indent(lines[number]) <= _indent(lines[first]):
            break
        last = number
    return last + 1


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
