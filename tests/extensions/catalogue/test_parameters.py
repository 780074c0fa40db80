"""What may be given for the parameters of an extension, and how a wrong value is told."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.extensions.catalogue import (
    Constraints,
    Entry,
    Kind,
    Packaging,
    Parameter,
    ParameterType,
    SourceFile,
    StoredFile,
)
from cloudfront_extensions.extensions.formats import Format
from cloudfront_extensions.extensions.parameters import ParameterChange, checked_parameters, parameter_changes

RULES = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"path": {"type": "string", "pattern": "^/"}, "status": {"enum": [301, 302]}},
        "required": ["path"],
        "additionalProperties": False,
    },
}


def parameter(
    name: str, type_: ParameterType = ParameterType.STRING, default: str | None = None, **constraints: Any
) -> Parameter:
    return Parameter(name, type_, f"What {name} is.", default, Constraints(**constraints))


PARAMETERS = (
    parameter(
        "Document", allowed_pattern="[a-z]+[.]html", min_length=6, max_length=20, description="A name ending in .html."
    ),
    parameter("Mode", default="rewrite", allowed_values=("rewrite", "redirect")),
    parameter("Sort", default="true", allowed_values=("true", "false")),
    parameter("Age", ParameterType.NUMBER, "60", min_value=0, max_value=3600),
    parameter("Countries", default="", format=Format.COUNTRY_LIST),
    parameter("Rules", default="[]", format=Format.JSON_ARRAY, schema=RULES),
)
ENTRY = Entry(
    name="sample",
    title="Sample",
    description="A sample.",
    kind=Kind.CLOUDFRONT_FUNCTION,
    packaging=Packaging.INLINE,
    event_types=("viewer-request",),
    parameters=PARAMETERS,
    key_value_store=False,
    version="1.0.0",
    content_hash="0" * 64,
    template=StoredFile("sample/template.yaml", "0" * 64, 1000),
    code={"viewer-request": SourceFile("sample/viewer-request.js", "0" * 64, 9_000, ("Rules", "Document"))},
    docs="sample/README.md",
    labels=("edge",),
)


def test_defaults_are_written_out() -> None:
    assert checked_parameters(ENTRY, {"Document": "index.html"}) == {
        "Document": "index.html",
        "Mode": "rewrite",
        "Sort": "true",
        "Age": "60",
        "Countries": "",
        "Rules": "[]",
    }


def test_values_may_be_given_as_json_has_them() -> None:
    given = {"Document": "index.html", "Sort": False, "Age": 90, "Countries": ["DE", " FR"], "Rules": [{"path": "/ü"}]}

    values = checked_parameters(ENTRY, given)

    assert values["Sort"] == "false"
    assert values["Age"] == "90"
    assert values["Countries"] == "DE,FR"
    assert values["Rules"] == '[{"path":"/ü"}]'


def test_spaces_around_the_commas_of_a_list_are_left_out() -> None:
    assert checked_parameters(ENTRY, {"Document": "index.html", "Countries": "DE, FR"})["Countries"] == "DE,FR"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("Document", None, "it is missing; give what the parameter wants: A name ending in .html"),
        ("Document", {"a": 1}, "it is an object; give what the parameter wants: A name ending in .html"),
        (
            "Document",
            "INDEX.HTML",
            "'INDEX.HTML' does not look right; give what the parameter wants: A name ending in .html",
        ),
        ("Document", "index.html\n", "does not look right"),
        ("Document", "a" * 30 + ".html", "it has 35 characters; give at most 20"),
        ("Document", "\ud800.html", "it has half of a surrogate pair; give text"),
        ("Mode", "", "'' is not possible; give one of rewrite, redirect"),
        ("Sort", "TRUE", "'TRUE' is not possible; give one of true, false"),
        ("Age", "soon", "'soon' is no number; give a number"),
        ("Age", "NaN", "'NaN' is no number; give a number"),
        ("Age", -1, "-1 is too small; give at least 0"),
        ("Age", 3600.5, "3600.5 is too large; give at most 3600"),
        (
            "Countries",
            "DE,UK",
            "entry 2: 'UK' is no country; give its code of ISO 3166-1, two capital letters such as DE",
        ),
        ("Rules", "[", "it is no JSON (Expecting value: line 1 column 2 (char 1)); give a list, such as []"),
        ("Rules", "[" * 4000, "it is no JSON"),
        ("Rules", "[NaN]", "it is no JSON (there is no NaN in JSON); give a list, such as []"),
        ("Rules", {}, "it is JSON, but something else; give a list, such as []"),
        ("Rules", [{"path": "x"}], 'Rules[0].path: "x" does not look right; give what matches ^/'),
        (
            "Rules",
            "[" + "1," * 3000 + "1]",
            "it has more than 4,096 bytes, and CloudFormation takes no more; give less",
        ),
        ("Other", "1", "sample has no such parameter; it has Age, Countries, Document, Mode, Rules, Sort"),
    ],
)
def test_a_wrong_value_is_told_with_its_field_and_what_to_give(name: str, value: object, told: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_parameters(ENTRY, {"Document": "index.html", name: value})

    assert str(refused.value).startswith(f"parameters.{name}")
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_parameters(ENTRY, {"Age": "x", "Rules": [{"status": 303, "to": "/"}, 1], "Colour": "red"})

    assert [line.partition(": ")[0] for line in str(refused.value).splitlines()] == [
        "parameters.Colour",
        "parameters.Document",
        "parameters.Age",
        "parameters.Rules[0].status",
        "parameters.Rules[0].path",
        "parameters.Rules[0].to",
        "parameters.Rules[1]",
    ]


def test_values_with_which_the_code_grows_beyond_cloudfronts_limit_are_refused() -> None:
    rules = [{"path": f"/{number}"} for number in range(100, 180)]
    in_code = {"Document": "index.html", "Rules": json.dumps(rules, separators=(",", ":"))}
    growth = sum(len(b64encode(value.encode())) - len(f"${{{name}}}") for name, value in in_code.items())

    with pytest.raises(InvalidInput) as refused:
        checked_parameters(ENTRY, {"Document": "index.html", "Rules": rules})

    assert str(refused.value) == (
        f"parameters.Rules: with it the code for viewer-request has {9_000 + growth:,} bytes, "
        "and CloudFront takes 10,240; give a shorter one"
    )


def test_code_at_the_edge_has_no_such_limit() -> None:
    rules = [{"path": f"/{number}"} for number in range(100, 180)]

    assert checked_parameters(replace(ENTRY, kind=Kind.LAMBDA_EDGE), {"Document": "index.html", "Rules": rules})


def test_the_difference_names_what_is_new_gone_or_changed() -> None:
    deployed = {"Mode": "rewrite", "Old": "1", "Same": "x"}
    asked = {"Mode": "redirect", "New": "2", "Same": "x"}

    assert parameter_changes(deployed, asked) == (
        ParameterChange("Mode", "rewrite", "redirect"),
        ParameterChange("New", None, "2"),
        ParameterChange("Old", "1", None),
    )
