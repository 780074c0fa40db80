"""What the model forbids about a request: unknown or missing members, types, ranges, patterns, enums."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from localaws.server import shapes
from localaws.server.bodies import form_bodies
from localaws.server.front_door import Call
from localaws.server.operations import FORM, LABEL
from localaws.server.wire import placed_members
from localaws.server.wire.exchange import JSON, QUERY, Exchange
from localaws.server.wire.json_bodies import json_violations
from localaws.server.wire.placed_members import Places

OUTSIDE_THE_MODEL = re.compile(r"^(X-Amz-.*|x-id)$")
"""Parameters of a query that belong to its signature or name its operation once more."""


def violations_in(exchange: Exchange, call: Call) -> Iterator[str]:
    operation = exchange.operation
    if operation is None:
        said = call.operation or f"of {call.request.method} {call.request.path}"
        yield f"the model of {exchange.service} has no operation {said}"
    elif exchange.protocol == JSON:
        yield from json_violations(operation.input_shape, call.body)
    elif exchange.protocol == QUERY:
        yield from form_violations(exchange, call)
    elif operation.input_shape is not None:
        labels, literal = labels_of(operation.http["requestUri"], call.request.path)
        if labels is None:
            return  # a path whose variable parts hold escaped slashes can't be taken apart again
        query = call.request.query
        places = Places(call.body, call.request.headers, query, labels)
        yield from placed_members.violations_in(exchange, operation.input_shape, places)
        yield from unknown_parameters(operation.input_shape, query.keys() - literal)


def form_violations(exchange: Exchange, call: Call) -> Iterator[str]:
    given = {name: values[0] for name, values in call.request.query.items() if not OUTSIDE_THE_MODEL.match(name)}
    if call.request.headers.get("content-type", "").startswith(FORM):
        given |= dict(parse_qsl(call.body.decode("latin-1"), keep_blank_values=True, encoding="utf-8"))
    version = given.pop("Version", None)
    if version != exchange.operation.metadata["apiVersion"]:
        yield f"the API's version is {exchange.operation.metadata['apiVersion']}, not {version}"
    del given["Action"]
    shape = exchange.operation.input_shape
    if shape is not None:
        yield from shapes.violations(shape, form_bodies.tree(shape, given), "", exchange.times)
    elif given:
        yield f"the operation has no parameters, and {', '.join(sorted(given))} are given"


def unknown_parameters(shape: Any, names: set[str]) -> Iterator[str]:
    members = [member for member in shape.members.values() if member.serialization.get("location") == "querystring"]
    if any(member.type_name == "map" for member in members):
        return
    known = {member.serialization["name"] for member in members}
    yield from (f"Unknown parameter '{name}'" for name in sorted(names - known) if not OUTSIDE_THE_MODEL.match(name))


def labels_of(request_uri: str, path: str) -> tuple[dict[str, str] | None, set[str]]:
    """What stands in the variable parts of a path, and the parameters that the operation's own URI has."""
    pattern, literal = _uri(request_uri)
    found = pattern.fullmatch(path)
    return (found.groupdict() if found else None), literal


@functools.cache
def _uri(request_uri: str) -> tuple[re.Pattern[str], set[str]]:
    path, _, query = request_uri.partition("?")
    labels = re.sub(
        r"\\{(\w+)(\\\+)?\\}",
        lambda found: f"(?P<{found[1]}>{'.+' if found[2] else LABEL})",
        re.escape(path),
    )
    return re.compile(labels.rstrip("/") + "/?", re.DOTALL), set(parse_qs(query, keep_blank_values=True))
