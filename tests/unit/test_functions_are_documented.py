"""A function has a place in the template, an example event, and a line in the README."""

from __future__ import annotations

import json

import pytest

from tests.templates import PROJECT, TEMPLATES, resources

FUNCTIONS = sorted(path.parent.name for path in PROJECT.glob("functions/*/app.py"))


def logical_ids() -> dict[str, str]:
    """The logical id of each function's resource, by the function's folder."""
    found = {}
    for template in TEMPLATES:
        for name, resource in resources(template).items():
            if resource["Type"] == "AWS::Serverless::Function":
                found[resource["Properties"]["CodeUri"].rsplit("/", 1)[1]] = name
    return found


def test_the_templates_have_the_functions_that_there_are() -> None:
    assert sorted(logical_ids()) == FUNCTIONS


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_has_an_example_event_that_the_readme_quotes(function: str) -> None:
    readme = (PROJECT / "README.md").read_text()
    examples = sorted((PROJECT / "events" / function).glob("*.json"))
    assert examples
    assert all(json.loads(example.read_text()) for example in examples)
    quoted = [f"`{logical_ids()[function]}` | [events/{function}/{example.name}]" for example in examples]
    assert any(line in readme for line in quoted)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_handler_is_short(function: str) -> None:
    assert len((PROJECT / "functions" / function / "app.py").read_text().splitlines()) <= 40
