"""Bodies of XML in the form that JSON would have, guided by the model; what the model does not know keeps its own name."""

from __future__ import annotations

import functools
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring

from localaws.server.bodies.text_values import value_of
from localaws.server.shapes import wire_name


def root_of(body: bytes) -> Element | None:
    """The outermost element; None when the body is not XML."""
    try:
        return fromstring(body)  # noqa: S314 - of callers on this machine
    except ParseError:
        return None


def name_of(element: Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def tree(shape: Any, element: Element) -> Any:
    if shape.type_name == "structure":
        return _structure(shape, element)
    if shape.type_name == "list":
        wanted = shape.member.serialization.get("name", "member")
        if strangers := {name_of(child) for child in element} - {wanted}:
            return dict.fromkeys(strangers)
        return [tree(shape.member, child) for child in element]
    if shape.type_name == "map":
        return dict(_entry(shape, child) for child in element)
    return value_of(shape, element.text or "")


def _structure(shape: Any, element: Element) -> dict[str, Any]:
    members = _by_element(shape)
    found: dict[str, Any] = {}
    if element.attrib:
        found |= _attributes(shape, element)
    for child in element:
        name = name_of(child)
        if name not in members:
            found[name] = ""
            continue
        key, member, is_flattened = members[name]
        if not is_flattened:
            found[key] = tree(member, child)
        elif member.type_name == "map":
            found.setdefault(key, {}).update([_entry(member, child)])
        else:
            found.setdefault(key, []).append(tree(member.member, child))
    return found


@functools.cache
def _by_element(structure: Any) -> dict[str, tuple[str, Any, bool]]:
    """Members by their elements; a flattened list has no element of its own, only those of its items."""
    found = {}
    for name, member in structure.members.items():
        key, is_flattened = wire_name(member, name), bool(member.serialization.get("flattened"))
        of_items = member.member.serialization.get("name", key) if is_flattened and member.type_name == "list" else key
        found[of_items] = (key, member, is_flattened)
    return found


def _attributes(shape: Any, element: Element) -> dict[str, str]:
    """Of an element; its own namespaces are not among them."""
    given = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
    wanted = (
        wire_name(member, name) for name, member in shape.members.items() if member.serialization.get("xmlAttribute")
    )
    return {name: given[name.rpartition(":")[2]] for name in wanted if name.rpartition(":")[2] in given}


def _entry(shape: Any, element: Element) -> tuple[str, Any]:
    parts = {name_of(child): child for child in element}
    key = parts.get(shape.key.serialization.get("name", "key"))
    value = parts.get(shape.value.serialization.get("name", "value"))
    return (key.text or "") if key is not None else "", tree(shape.value, value) if value is not None else None
