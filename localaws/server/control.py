"""The HTTP paths below `/_localaws/`, by which a person or a test arranges what AWS itself would bring about."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ministack import app as ministack_app

from localaws.server.seams import wrap

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]
Operation = Callable[[dict[str, Any]], Any]
"""Takes the JSON object of the request and returns what the answer's JSON says."""


class BadRequestError(Exception):
    """The request asks for something that does not exist here; answered as status 400 with the message."""


def serve(path: str, **operations: Operation) -> None:
    """Answer requests for `path`; `operations` are named by HTTP method, such as `PUT=publish`."""
    wrap(ministack_app, "app", lambda inner: _in_front_of(inner, path, operations))


def fields(body: Mapping[str, Any], *required: str, optional: tuple[str, ...] = ()) -> list[Any]:
    """The values of the named fields, in that order, None for an optional one left out. Raises BadRequestError."""
    missing = [name for name in required if name not in body]
    unknown = sorted(set(body) - set(required) - set(optional))
    if missing or unknown:
        raise BadRequestError(
            f"expected {', '.join(required)}{_also(optional)}; missing: {missing}, unknown: {unknown}"
        )
    return [body.get(name) for name in (*required, *optional)]


def _also(optional: tuple[str, ...]) -> str:
    return f" and optionally {', '.join(optional)}" if optional else ""


def _in_front_of(inner: Application, path: str, operations: Mapping[str, Operation]) -> Application:
    async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != path:
            await inner(scope, receive, send)
            return
        status, answer = _answer(operations.get(scope["method"]), await _body(receive), sorted(operations))
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    return application


def _answer(operation: Operation | None, body: bytes, allowed: list[str]) -> tuple[int, Any]:
    if operation is None:
        return 405, {"message": f"use one of {', '.join(allowed)}"}
    try:
        request = json.loads(body or b"{}")
        if not isinstance(request, dict):
            raise BadRequestError("the body must be a JSON object")
        return 200, operation(request)
    except (BadRequestError, json.JSONDecodeError) as error:
        return 400, {"message": str(error)}


async def _body(receive: Receive) -> bytes:
    body: bytes = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body
