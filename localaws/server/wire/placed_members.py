"""The members of a REST operation's input or output where the model places them: path, query, headers, status, body."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from localaws.server import shapes
from localaws.server.bodies import xml_bodies
from localaws.server.bodies.text_values import value_of
from localaws.server.wire.exchange import REST_XML, Exchange

TIMES = {"header": "rfc822", "headers": "rfc822", "querystring": "iso8601", "uri": "iso8601"}


@dataclass(frozen=True, slots=True)
class Places:
    """What one side has sent. Names of headers are in small letters."""

    body: bytes
    headers: Mapping[str, str]
    query: Mapping[str, list[str]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    """What stands in the variable parts of the path, by their names in the model."""
    status: int = 0


def violations_in(exchange: Exchange, shape: Any, places: Places) -> Iterator[str]:
    payload = shape.serialization.get("payload")
    holder = shape.members[payload] if payload else shape
    is_opaque = holder.type_name in ("blob", "string") or holder.serialization.get("eventstream")
    body: Any = {}
    if places.body.strip() and not is_opaque:
        body = body_of(exchange, holder, places.body)
        if not isinstance(body, dict):
            yield "the body can't be read as the model's structure"
            return
    for name, member in shapes.members(shape).items():
        location = member.shape.serialization.get("location")
        is_payload = payload is not None and member.shape is holder
        if is_payload and is_opaque:
            continue  # bytes of the caller's own
        if is_payload:
            value = body or None
        elif location:
            value = placed(member.shape, location, name, places)
        else:
            value = body.get(name)
        if value is not None:
            yield from shapes.violations(member.shape, value, member.place, TIMES.get(location, exchange.times))
        elif member.is_required:
            yield f"Value null at '{member.place}' failed to satisfy constraint: Member must not be null"
    if not payload:
        known = {name for name, member in shapes.members(shape).items() if "location" not in member.shape.serialization}
        yield from (f"Unknown member '{name[:1].lower() + name[1:]}'" for name in sorted(body.keys() - known))


def body_of(exchange: Exchange, shape: Any, body: bytes) -> Any:
    if exchange.protocol == REST_XML:
        root = xml_bodies.root_of(body)
        return None if root is None else xml_bodies.tree(shape, root)
    try:
        return json.loads(body)
    except ValueError:
        return None


def placed(member: Any, location: str, name: str, places: Places) -> Any:
    """The value of a member outside the body; None when it is not there."""
    if location == "statusCode":
        return places.status
    if location == "headers":
        prefix = name.lower()
        return {key[len(prefix) :]: value for key, value in places.headers.items() if key.startswith(prefix)}
    if location == "querystring":
        return _queried(member, name, places.query)
    text = places.labels.get(name) if location == "uri" else places.headers.get(name.lower())
    if text is None:
        return None
    if member.type_name == "list":
        return [value_of(member.member, part.strip()) for part in text.split(",")]
    return value_of(member, text)


def _queried(member: Any, name: str, query: Mapping[str, list[str]]) -> Any:
    if member.type_name == "map":
        return {key: values if member.value.type_name == "list" else values[0] for key, values in query.items()}
    if name not in query:
        return None
    if member.type_name == "list":
        return [value_of(member.member, text) for text in query[name]]
    return value_of(member, query[name][0])
