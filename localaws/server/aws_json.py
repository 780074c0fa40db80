"""Services that speak AWS's JSON protocol: requests are checked against botocore's model, then answered."""

from __future__ import annotations

import base64
import functools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Answer = tuple[int, dict[str, str], bytes]
Operation = Callable[[dict[str, Any]], dict[str, Any] | None]


class ServiceError(Exception):
    """An error answer of a service, by the code that its API documents."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


class JsonService:
    """Answers the operations of one service.

    An operation of the service's API that is not among `operations` is refused with `refusal`, an error code that the
    service documents: a caller never mistakes a missing feature for an empty answer.
    """

    def __init__(self, name: str, operations: Mapping[str, Operation], *, refusal: str) -> None:
        self._name, self._operations, self._refusal = name, operations, refusal

    async def handle_request(
        self, _method: str, _path: str, headers: Mapping[str, str], body: bytes, _query: Mapping[str, Any]
    ) -> Answer:
        action = headers.get("x-amz-target", "").rpartition(".")[2]
        try:
            return _answer(200, self._perform(action, body) or {})
        except ServiceError as error:
            return _answer(error.status, {"__type": error.code, "message": error.message})

    def _perform(self, action: str, body: bytes) -> dict[str, Any] | None:
        model = service_model(self._name)
        if action not in model.operation_names:
            raise ServiceError("UnknownOperationException", f"{self._name} has no operation {action!r}")
        if action not in self._operations:
            raise ServiceError(self._refusal, f"{action} is not implemented by this embedded AWS")
        try:
            request = json.loads(body or b"{}")
        except json.JSONDecodeError as error:
            raise ServiceError("SerializationException", f"the body is not JSON: {error}") from error
        shape = model.operation_model(action).input_shape
        if shape is None:
            return self._operations[action]({})
        complaints = list(violations(shape, request, ""))
        if complaints:
            raise ServiceError(
                "ValidationException", f"{len(complaints)} validation error(s) detected: {'; '.join(complaints)}"
            )
        return self._operations[action](_decoded(shape, request))


def _answer(status: int, content: Mapping[str, Any]) -> Answer:
    return status, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(content).encode()


@functools.cache
def service_model(name: str) -> Any:
    """botocore's model of a service: shapes, constraints, error codes."""
    from botocore import loaders
    from botocore.model import ServiceModel

    return ServiceModel(loaders.create_loader().load_service_model(name, "service-2"), name)


def violations(shape: Any, value: Any, where: str) -> Iterator[str]:
    """What the model forbids about a value, in the words that AWS uses for constraints. `where` is a dotted path."""
    if shape.type_name == "structure":
        yield from _structure_violations(shape, value, where)
    elif shape.type_name == "list":
        yield from _range_violations(shape, value, where, isinstance(value, list))
        for number, item in enumerate(value if isinstance(value, list) else [], start=1):
            yield from violations(shape.member, item, f"{where}.{number}.member")
    elif shape.type_name in ("string", "blob"):
        yield from _text_violations(shape, value, where)
    elif shape.type_name in ("integer", "long"):
        yield from _range_violations(shape, value, where, isinstance(value, int) and not isinstance(value, bool))


def _structure_violations(shape: Any, value: Any, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"Value at '{where}' failed to satisfy constraint: Member must be a structure"
        return
    for name in sorted(set(value) - set(shape.members)):
        yield f"Unknown member '{_below(where, name)}'"
    for name in shape.required_members:
        if value.get(name) is None:
            yield f"Value null at '{_below(where, name)}' failed to satisfy constraint: Member must not be null"
    for name, member in shape.members.items():
        if value.get(name) is not None:
            yield from violations(member, value[name], _below(where, name))


def _range_violations(shape: Any, value: Any, where: str, is_of_type: bool) -> Iterator[str]:
    complaint = f"Value at '{where}' failed to satisfy constraint: Member must"
    if not is_of_type:
        yield f"{complaint} be of type {shape.type_name}"
        return
    size, measure = (value, "have value") if isinstance(value, int) else (len(value), "have length")
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low:
        yield f"{complaint} {measure} greater than or equal to {low}"
    if high is not None and size > high:
        yield f"{complaint} {measure} less than or equal to {high}"


def _text_violations(shape: Any, value: Any, where: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"Value at '{where}' failed to satisfy constraint: Member must be of type {shape.type_name}"
        return
    if shape.type_name == "blob":
        content = _unpacked(value)
        if content is None:
            yield f"Value at '{where}' failed to satisfy constraint: Member must be base64"
        else:
            yield from _range_violations(shape, content, where, True)
        return
    yield from _range_violations(shape, value, where, True)
    pattern = shape.metadata.get("pattern")
    if pattern and not _compiled(pattern).fullmatch(value):
        yield f"Value at '{where}' failed to satisfy constraint: Member must satisfy the pattern {pattern}"
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        yield f"Value at '{where}' failed to satisfy constraint: Member must satisfy enum value set: {allowed}"


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """The model's patterns are Java's; of what Python lacks they use the classes of letters, separators and numbers."""
    for java, python in ((r"\p{L}", r"\w"), (r"\p{N}", r"\d"), (r"\p{Z}", r"\s")):
        pattern = pattern.replace(java, python)
    return re.compile(pattern)


def _below(where: str, name: str) -> str:
    member = name[:1].lower() + name[1:]
    return f"{where}.{member}" if where else member


def _decoded(shape: Any, request: dict[str, Any]) -> dict[str, Any]:
    """The request with its top-level blobs as bytes and without nulls."""
    present = {name: value for name, value in request.items() if value is not None}
    return {
        name: _unpacked(value) if shape.members[name].type_name == "blob" else value for name, value in present.items()
    }


def _unpacked(value: str) -> bytes | None:
    try:
        return base64.b64decode(value, validate=True)
    except ValueError:
        return None
