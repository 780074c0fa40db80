"""A TypedDict of the operations becomes a schema, its docstrings descriptions."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Generic, NotRequired, TypedDict, TypeVar

import pytest

from api.answers import Answers

ItemT = TypeVar("ItemT")


class Colour(StrEnum):
    RED = "red"


class Leaf(TypedDict):
    """The end."""

    name: str
    """How it is called."""
    colour: Colour
    weight: NotRequired[float | None]


class Box(TypedDict, Generic[ItemT]):
    items: list[ItemT]


class Tree(Leaf):
    leaves: dict[str, Leaf]
    rest: Any


def test_a_generic_is_named_after_what_it_holds() -> None:
    answers = Answers()
    assert answers.schema(Box[Leaf]) == {"$ref": "#/components/schemas/LeafBox"}
    items = answers.schemas["LeafBox"]["properties"]["items"]
    assert items == {"type": "array", "items": {"$ref": "#/components/schemas/Leaf"}}


def test_members_have_their_types_and_words() -> None:
    answers = Answers()
    answers.schema(Leaf)
    leaf = answers.schemas["Leaf"]
    assert leaf["description"] == "The end."
    assert leaf["required"] == ["colour", "name"]
    assert leaf["properties"] == {
        "name": {"type": "string", "description": "How it is called."},
        "colour": {"type": "string", "enum": ["red"]},
        "weight": {"type": ["number", "null"]},
    }


def test_what_is_inherited_is_described_too() -> None:
    answers = Answers()
    answers.schema(Tree)
    tree = answers.schemas["Tree"]["properties"]
    assert tree["name"]["description"] == "How it is called."
    assert tree["leaves"] == {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Leaf"}}
    assert tree["rest"] == {}


def test_what_has_no_schema_is_no_answer() -> None:
    with pytest.raises(TypeError, match="no schema is known"):
        Answers().schema(complex)
