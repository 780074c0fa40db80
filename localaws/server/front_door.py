"""The one way into this AWS: every call passes here, on its way to the service and back.

Callers outside and functions come over HTTP; what MiniStack would do for a state machine or a rule inside itself is sent
here too (`step_functions.service_tasks`, `permissions.event_targets`). A *stage* sees the call before the service does
and the answer before the caller does: it may refuse, delay, change, record. Modules `add` stages, the last one added is
the first to see a call. The services themselves, and MiniStack's check of signatures and policies, are behind the
innermost stage.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from hypercorn.events import Closed
from ministack import app

from localaws.server.identities import caller_of
from localaws.server.operations import FORM, Request, operation_of
from localaws.server.settings import Settings

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
OWN_PATHS = ("/_ministack/", "/_localaws/")
NAMED_IN_FORM = 4096
"""How much of a form is read to find the operation's name in it."""
FUNCTION_PROCESS = re.compile(r"\bapp/process-(\d+)")
"""In the user agent of a function's SDK; `functions.worker` puts it there."""


class ConnectionLost(BaseException):
    """The caller's connection breaks; raised instead of an answer, by a stage or from within a service. No Exception:
    MiniStack answers those."""


@dataclass(frozen=True, slots=True)
class Call:
    request: Request
    service: str | None
    """The service that the call is signed for, which is also its prefix in IAM policies."""
    operation: str | None
    """By botocore's name; None when it can't be told."""
    caller: str
    """`role/session` of a function, a state machine or a rule; else the access key that signed."""
    body: bytes
    notes: dict[str, Any] = field(default_factory=dict)
    """What stages have to say about the call; it becomes part of its record."""

    @property
    def function_process(self) -> int | None:
        """The process of the function that calls; None for any other caller."""
        found = FUNCTION_PROCESS.search(self.request.headers.get("user-agent", ""))
        return int(found[1]) if found else None


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


Proceed = Callable[[Call], Awaitable[Answer]]
Stage = Callable[[Call, Proceed], Awaitable[Answer]]

_stages: list[Stage] = []
_current: ContextVar[Call | None] = ContextVar("call", default=None)


def install(settings: Settings) -> None:
    inner = app.app

    async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(OWN_PATHS):
            await inner(scope, receive, send)
            return
        call = call_of(scope, await body_of(receive))
        _current.set(call)
        try:
            answer = await passed_on(call, lambda _: answered(inner, scope, call.body))
        except ConnectionLost:
            await break_off(send)
            return
        await send({"type": "http.response.start", "status": answer.status, "headers": list(answer.headers)})
        await send({"type": "http.response.body", "body": answer.body})

    app.app = application


def add(stage: Stage) -> None:
    """Let a stage see every call from now on, before those that were added earlier."""
    _stages.append(stage)


def current() -> Call | None:
    """The call that the current work answers."""
    return _current.get()


async def passed_on(call: Call, service: Proceed) -> Answer:
    proceed = service
    for stage in _stages:
        proceed = _before(stage, proceed)
    return await proceed(call)


def _before(stage: Stage, proceed: Proceed) -> Proceed:
    return lambda call: stage(call, proceed)


def call_of(scope: dict[str, Any], body: bytes) -> Call:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    is_form = headers.get("content-type", "").startswith(FORM)
    form = body[:NAMED_IN_FORM].decode("latin-1") if is_form else ""
    request = Request(scope["method"], scope["path"], query, headers, form)
    return Call(request, request.service, operation_of(request), caller_of(request.access_key or "unsigned"), body)


async def body_of(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def answered(application: Callable[..., Awaitable[None]], scope: dict[str, Any], body: bytes) -> Answer:
    """What the application behind the door answers, as a whole."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]
    status, headers, parts = 500, (), []

    async def receive() -> Message:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status, headers = message["status"], tuple(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    await application(scope, receive, send)
    return Answer(status, headers, b"".join(parts))


async def break_off(send: Send) -> None:
    """Close the connection without a word of an answer. ASGI has no message for that; `send` is hypercorn's own."""
    connection = send.__self__.send.__self__  # type: ignore[attr-defined]
    await connection.send(Closed())
