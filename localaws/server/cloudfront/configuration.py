"""Configurations, of distributions above all: from XML to plain data as boto3 shows it, and back.

Both directions follow botocore's model of the API: what the model knows is kept, and what it does not know is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from localaws.server.cloudfront.answers import RefusedError
from localaws.server.models import service_model
from localaws.server.shapes import violations

NUMBER = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?", re.IGNORECASE)

Config = dict[str, Any]


def read(element: Element, kind: str = "DistributionConfig", **elsewhere: str) -> Config:
    """An element of this kind as plain data, with what its request has in path and headers by the names that go over
    the wire. Raises RefusedError for what the model does not allow."""
    shape = service_model("cloudfront").shape_for(kind)
    config = _value(element, shape) | elsewhere
    complaints = list(violations(shape, config, kind[:1].lower() + kind[1:]))
    if complaints:
        raise RefusedError("MalformedXML", f"{len(complaints)} validation error(s) detected: {'; '.join(complaints)}")
    return dict(config)


def write(config: Config, kind: str = "DistributionConfig") -> Element:
    """The element of this kind, members in the model's order."""
    element = Element(kind)
    _fill(element, service_model("cloudfront").shape_for(kind), config)
    return element


def items(block: dict[str, Any] | None) -> list[Any]:
    """The items of a `{Quantity, Items}` block, which may be absent or lack Items."""
    return list((block or {}).get("Items") or [])


def behaviors(config: Config) -> Iterator[dict[str, Any]]:
    """The default cache behavior and all others."""
    yield config["DefaultCacheBehavior"]
    yield from items(config.get("CacheBehaviors"))


def aliases(config: Config) -> list[str]:
    return [alias.lower() for alias in items(config.get("Aliases"))]


def _value(element: Element, shape: Any) -> Any:
    if shape.type_name == "structure":
        members = {member.serialization.get("name", name): (name, member) for name, member in shape.members.items()}
        structure = {}
        for child in element:
            tag = _local_name(child)
            if tag not in members:
                raise RefusedError("MalformedXML", f"{_local_name(element)} has no member {tag}")
            name, member = members[tag]
            structure[name] = _value(child, member)
        return structure
    if shape.type_name == "list":
        return [_value(child, shape.member) for child in element]
    return _scalar((element.text or "").strip(), shape, _local_name(element))


def _scalar(text: str, shape: Any, tag: str) -> str | int | float | bool:
    if shape.type_name == "boolean" and text in ("true", "false"):
        return text == "true"
    if shape.type_name in ("integer", "long") and text.lstrip("-").isdecimal():
        return int(text)
    if shape.type_name == "float" and NUMBER.fullmatch(text):
        return float(text)
    if shape.type_name not in ("string", "blob"):
        raise RefusedError("MalformedXML", f"{tag} is not of type {shape.type_name}: {text!r}")
    return text


def _fill(element: Element, shape: Any, value: Any) -> None:
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if name in value:
                _fill(SubElement(element, member.serialization.get("name", name)), member, value[name])
    elif shape.type_name == "list":
        for item in value:
            _fill(SubElement(element, shape.member.serialization.get("name", "member")), shape.member, item)
    else:
        element.text = str(value).lower() if isinstance(value, bool) else str(value)


def _local_name(element: Element) -> str:
    return element.tag.rpartition("}")[2]
