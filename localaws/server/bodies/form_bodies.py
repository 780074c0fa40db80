"""Parameters of the query protocol (`Tags.member.1.Key=…`) in the form that JSON would have, guided by the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localaws.server.bodies.text_values import value_of
from localaws.server.shapes import members

Nested = dict[str, Any]
"""Parameters by the parts of their names between dots."""
TEXT = ""
"""The name of a parameter's own text in it."""


def tree(shape: Any, parameters: Mapping[str, str]) -> Any:
    """`parameters` without Action and Version."""
    nested: Nested = {}
    for name, text in parameters.items():
        inside = nested
        for part in name.split("."):
            inside = inside.setdefault(part, {})
        inside[TEXT] = text
    return _value(shape, nested)


def _value(shape: Any, given: Nested) -> Any:
    if shape.type_name == "structure":
        known = members(shape)
        return {name: _value(known[name].shape, value) if name in known else "" for name, value in given.items()}
    if shape.type_name == "list":
        items = given if shape.serialization.get("flattened") else given.get(_name(shape.member, "member"), {})
        return [_value(shape.member, item) for item in _in_order(items)]
    if shape.type_name == "map":
        entries = given if shape.serialization.get("flattened") else given.get("entry", {})
        key, value = _name(shape.key, "key"), _name(shape.value, "value")
        return {
            str(entry.get(key, {}).get(TEXT)): _value(shape.value, entry.get(value, {})) for entry in _in_order(entries)
        }
    return value_of(shape, given.get(TEXT, ""))


def _name(shape: Any, otherwise: str) -> str:
    """What an item of a list, or the key or value of a map, is called."""
    return str(shape.serialization.get("name", otherwise))


def _in_order(items: Nested) -> list[Nested]:
    """The items with a number for a name; an empty list is written as an empty text."""
    return [items[number] for number in sorted(filter(str.isdigit, items), key=int)]
