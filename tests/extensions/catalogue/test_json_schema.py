"""The subset of JSON Schema says of every value what the reference implementation says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from cloudfront_extensions.extensions.json_schema import complaints, unknown_keywords

NAMES = st.sampled_from("abc")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, 1.0]) | st.text("ab/", max_size=3),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(NAMES, below, max_size=3),
    max_leaves=6,
)
SIZES = st.integers(0, 3)
TYPES = st.sampled_from(["array", "object", "string", "number", "integer", "boolean", "null"])


def _larger(below: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {},
        optional={
            "type": TYPES | st.lists(TYPES, min_size=1, max_size=2, unique=True),
            "properties": st.dictionaries(NAMES, below, max_size=2),
            "additionalProperties": st.booleans() | below,
            "propertyNames": below,
            "required": st.lists(NAMES, max_size=2, unique=True),
            "items": below,
            "anyOf": st.lists(below, min_size=1, max_size=2),
            "oneOf": st.lists(below, min_size=1, max_size=2),
            "enum": st.lists(VALUES, min_size=1, max_size=2),
            "const": VALUES,
            "pattern": st.sampled_from(["^/", "a+$"]),
            "minimum": st.integers(-2, 2),
            "maximum": st.integers(-2, 2),
            "uniqueItems": st.booleans(),
            **dict.fromkeys(
                ["minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"], SIZES
            ),
        },
    )


SCHEMAS = st.recursive(st.just({}), _larger, max_leaves=3)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(SCHEMAS, VALUES)
def test_it_agrees_with_the_reference_implementation(schema: dict[str, Any], value: Any) -> None:
    assert not list(unknown_keywords(schema, "schema"))
    assert (not list(complaints(value, schema, "P"))) == Draft202012Validator(schema).is_valid(value)


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ({"$ref": "#/$defs/a"}, "schema.$ref"),
        ({"properties": {"a": {"format": "uri"}}}, "schema.properties.a.format"),
        ({"items": {"anyOf": [{}, {"not": {}}]}}, "schema.items.anyOf[1].not"),
        ({"additionalProperties": {"if": {}}}, "schema.additionalProperties.if"),
        ({"type": "text"}, "schema.type"),
        ({"items": True}, "schema.items"),
    ],
)
def test_what_it_would_not_look_at_is_named(schema: dict[str, Any], place: str) -> None:
    assert [told.partition(": ")[0] for told in unknown_keywords(schema, "schema")] == [place]


def test_a_complaint_says_where_and_what_to_give() -> None:
    schema = {"items": {"type": "object", "properties": {"status": {"minimum": 300}}, "additionalProperties": False}}

    assert list(complaints([{}, {"status": 200}, {"state": 1}, 5], schema, "Rules")) == [
        "Rules[1].status: 200 is too small; give at least 300",
        "Rules[2].state: there is no such field; the fields are status",
        "Rules[3]: 5 is of the wrong type; give object",
    ]
