"""What a call asked and what it got, in CloudTrail's spelling.

Members have the model's names with the first letter made small, and only that: `aRN`, `hTTPPort`, `eTag`. Times are written
as `Feb 2, 2024 7:26:01 PM`. What the model marks as sensitive is hidden: comments, the values of origin headers, the code
of functions. The first three are as in the example of CloudFront's developer guide, which shows a hidden comment.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from localaws.server.front_door import Answer, Call
from localaws.server.shapes import wire_name
from localaws.server.wire.exchange import Exchange
from localaws.server.wire.placed_members import Places, body_of, placed
from localaws.server.wire.requests import labels_of

HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"


def request_parameters(exchange: Exchange, call: Call) -> dict[str, Any] | None:
    """None where the request says nothing, or nothing that can be read."""
    labels, _ = labels_of(exchange.operation.http["requestUri"], call.request.path)
    places = Places(call.body, call.request.headers, call.request.query, labels or {})
    return _members(exchange, exchange.operation.input_shape, places)


def response_elements(exchange: Exchange, answer: Answer, headers: Mapping[str, str]) -> dict[str, Any] | None:
    """None where the answer says nothing. The names of `headers` are in small letters."""
    return _members(exchange, exchange.operation.output_shape, Places(answer.body, headers))


def spelled(shape: Any, value: Any) -> Any:
    """A value of XML bodies, read by `bodies`; None where it is not what the model wants."""
    if shape.metadata.get("sensitive"):
        return HIDDEN
    if shape.type_name == "structure":
        return _structure(shape, value) if isinstance(value, dict) else None
    if shape.type_name == "list":
        return [spelled(shape.member, item) for item in value] if isinstance(value, list) else None
    if shape.type_name == "timestamp":
        time = datetime.fromisoformat(value)
        return f"{time:%b} {time.day}, {time.year} {time.hour % 12 or 12}:{time:%M:%S %p}"
    return value


def _members(exchange: Exchange, shape: Any, places: Places) -> dict[str, Any] | None:
    if shape is None:
        return None
    payload = shape.serialization.get("payload")
    holder = shape.members[payload] if payload else shape
    body = body_of(exchange, holder, places.body) if holder.type_name == "structure" else None
    values = {payload: body} if payload else body or {}
    for name, member in shape.members.items():
        if location := member.serialization.get("location"):
            values[wire_name(member, name)] = placed(member, location, wire_name(member, name), places)
    return _structure(shape, values) or None


def _structure(shape: Any, value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name[:1].lower() + name[1:]: spelled(member, value[wire_name(member, name)])
        for name, member in shape.members.items()
        if value.get(wire_name(member, name)) is not None
    }
