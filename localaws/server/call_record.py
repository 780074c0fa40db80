"""Writes `<state directory>/calls.jsonl`: one line for every AWS API call and every invocation of a function.

    {"time", "service", "operation", "caller", "status", "errorCode"?, "milliseconds", "resource"?}

`caller` is `role/session` for a function, else the access key that signed the call, or, for a function that the
embedded AWS invokes itself, the service that does. Bodies are never recorded. Calls that a state machine makes
without a function stay inside MiniStack and are not seen here.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextvars import ContextVar
from typing import Any
from urllib.parse import parse_qs

from ministack import app
from ministack.core.responses import now_iso
from ministack.services import lambda_svc

from localaws.server import state_visits
from localaws.server.function_identity import caller_of
from localaws.server.json_lines import JsonLines
from localaws.server.operations import FORM, Request, operation_of
from localaws.server.settings import Settings

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
OWN_PATHS = ("/_ministack/", "/_localaws/")
FIRST_BYTES = 4096
"""How much of a form or of an error is read to find a name in it."""

_invoke_call: ContextVar[bool] = ContextVar("invoke_call", default=False)
"""Whether the current work answers a Lambda Invoke that is recorded as a call."""


def install(settings: Settings) -> None:
    lines = JsonLines(settings.state_directory / "calls.jsonl")
    app.app = recorded(app.app, lines)
    lambda_svc._execute_function = recorded_invocations(lambda_svc._execute_function, lines)


def recorded(application: Callable[..., Awaitable[None]], lines: JsonLines) -> Callable[..., Awaitable[None]]:
    """The ASGI application, with a line for every call that it answers."""

    async def answer(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(OWN_PATHS):
            await application(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        form, receive = await peeked(receive, headers)
        query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        call = Call(Request(scope["method"], scope["path"], query, headers, form), send, lines)
        _invoke_call.set(call.is_invoke)
        await application(scope, receive, call.send)

    return answer


async def peeked(receive: Receive, headers: Mapping[str, str]) -> tuple[str, Receive]:
    """The start of a form-encoded body, which names the operation, and a `receive` that still gives all of it."""
    if not headers.get("content-type", "").startswith(FORM):
        return "", receive
    waiting = [await receive()]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return waiting[0].get("body", b"")[:FIRST_BYTES].decode("latin-1"), receive_again


class Call:
    """Passes an answer on, and records the call just before the caller has all of it."""

    def __init__(self, request: Request, send: Send, lines: JsonLines) -> None:
        self._request = request
        self._operation = operation_of(request)
        self._send = send
        self._lines = lines
        self._started = time.monotonic()
        self._status = 0
        self._error = b""

    @property
    def is_invoke(self) -> bool:
        return (self._request.service, self._operation) == ("lambda", "Invoke")

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
        elif message["type"] == "http.response.body":
            if self._status >= 400 and len(self._error) < FIRST_BYTES:
                self._error += message.get("body", b"")[:FIRST_BYTES]
            if not message.get("more_body"):
                self._lines.append(self._line())
        await self._send(message)

    def _line(self) -> dict[str, object]:
        code = error_code(self._error.decode(errors="replace"))
        return {
            "time": now_iso(),
            "service": self._request.service,
            "operation": self._operation,
            "caller": caller_of(self._request.access_key or "unsigned"),
            "status": self._status,
            **({"errorCode": code} if code else {}),
            "milliseconds": round((time.monotonic() - self._started) * 1000, 1),
        }


def error_code(body: str) -> str | None:
    """The code in the body of an AWS error, which is XML or JSON; None in any other text."""
    if found := re.search(r"<Code>([^<]+)</Code>", body):
        return found[1]
    try:
        error = json.loads(body)
    except ValueError:
        return None
    code = (error.get("__type") or error.get("code")) if isinstance(error, dict) else None
    return str(code).rpartition("#")[2] if code else None


def recorded_invocations(
    execute_stock: Callable[[dict[str, Any], Any], dict[str, Any]], lines: JsonLines
) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """`_execute_function`, with a line for each invocation that no API call asked for."""

    def execute(func: dict[str, Any], event: Any) -> dict[str, Any]:
        if _invoke_call.get():
            return execute_stock(func, event)
        token = _invoke_call.set(True)
        visit = state_visits.current()
        started = time.monotonic()
        result: dict[str, Any] = {}
        try:
            result = execute_stock(func, event)
            return result
        finally:
            _invoke_call.reset(token)
            body = result.get("body")
            failed = bool(result.get("error")) and isinstance(body, dict)
            lines.append(
                {
                    "time": now_iso(),
                    "service": "lambda",
                    "operation": "Invoke",
                    "caller": f"states/{visit.state_machine_name}" if visit else "aws",
                    "status": 200,
                    **({"errorCode": body["errorType"]} if failed and isinstance(body, dict) else {}),
                    "milliseconds": round((time.monotonic() - started) * 1000, 1),
                    "resource": (func.get("config") or func)["FunctionName"],
                }
            )

    return execute
