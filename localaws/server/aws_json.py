"""Services that speak AWS's JSON protocol: requests are checked against botocore's model, then answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from localaws.server.models import service_model
from localaws.server.shapes import unpacked, violations

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


def _decoded(shape: Any, request: dict[str, Any]) -> dict[str, Any]:
    """The request with its top-level blobs as bytes and without nulls."""
    present = {name: value for name, value in request.items() if value is not None}
    return {
        name: unpacked(value) if shape.members[name].type_name == "blob" else value for name, value in present.items()
    }
