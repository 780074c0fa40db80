"""Writes `<state directory>/calls.jsonl`: one line for every AWS API call and every invocation of a function.

    {"time", "service", "operation", "caller", "status", "errorCode"?, "milliseconds", "resource"?}

`caller` is `role/session` for a function or a state machine, else the access key that signed the call, or, for a
function that the embedded AWS invokes itself, the service that does; `status` is 0 where no answer came; `resource` is
the function of an invocation. Stages of the front door add fields of their own (`Call.notes`): `wire` what
botocore's model forbids, `by` the service that calls in the name of `caller`, `marked` where a marked text was seen, and
others. Bodies are never recorded.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from ministack.core.responses import now_iso
from ministack.services import lambda_svc

from localaws.server import front_door
from localaws.server.front_door import Answer, Call, ConnectionLost, Proceed
from localaws.server.records.json_lines import JsonLines
from localaws.server.settings import Settings

INVOKED_FUNCTION = re.compile(r"/functions/(?:arn:[^/]*:function:)?([^/:]+)[^/]*/invocations$")

_is_recorded: ContextVar[bool] = ContextVar("is_recorded", default=False)
"""Whether the current work answers a Lambda Invoke that is recorded as a call."""


def install(settings: Settings) -> None:
    lines = JsonLines(settings.state_directory / "calls.jsonl")

    async def recorded(call: Call, proceed: Proceed) -> Answer:
        if call.request.method == "OPTIONS" and not call.operation:
            # What a browser asks S3 before it calls it.
            return await proceed(call)
        _is_recorded.set((call.service, call.operation) == ("lambda", "Invoke"))
        started = time.monotonic()
        try:
            answer = await proceed(call)
        except (Exception, ConnectionLost) as error:
            lines.append(line_of(call, started, 0, type(error).__name__))
            raise
        lines.append(line_of(call, started, answer.status, error_code(answer)))
        return answer

    front_door.add(recorded)
    lambda_svc._execute_function = recorded_invocations(lambda_svc._execute_function, lines)


def line_of(call: Call, started: float, status: int, code: str | None) -> dict[str, object]:
    return {
        "time": now_iso(),
        "service": call.service,
        "operation": call.operation,
        "caller": call.caller,
        "status": status,
        **({"errorCode": code} if code else {}),
        "milliseconds": round((time.monotonic() - started) * 1000, 1),
        **call.notes,
        **({"resource": found[1]} if (found := INVOKED_FUNCTION.search(call.request.path)) else {}),
    }


def error_code(answer: Answer) -> str | None:
    """The code of an error answer, from its body or its header; the error of a function that failed; else None."""
    headers = dict(answer.headers)
    body = answer.body.decode(errors="replace")
    if headers.get(b"x-amz-function-error") or headers.get(b"X-Amz-Function-Error"):
        return str(json.loads(body).get("errorType"))
    if answer.status < 400:
        return None
    if found := re.search(r"<Code>([^<]+)</Code>", body):
        return found[1]
    try:
        error = json.loads(body)
    except ValueError:
        return None
    code = (error.get("__type") or error.get("code")) if isinstance(error, dict) else None
    code = code or headers.get(b"x-amzn-errortype", b"").decode()
    return str(code).rpartition("#")[2] if code else None


def recorded_invocations(
    execute_stock: Callable[[dict[str, Any], Any], dict[str, Any]], lines: JsonLines
) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """`_execute_function`, with a line for each invocation that no API call asked for."""

    def execute(func: dict[str, Any], event: Any) -> dict[str, Any]:
        if _is_recorded.get():
            return execute_stock(func, event)
        token = _is_recorded.set(True)
        started = time.monotonic()
        result: dict[str, Any] = {}
        try:
            result = execute_stock(func, event)
            return result
        finally:
            _is_recorded.reset(token)
            failure = result.get("body") if result.get("error") else None
            code = (failure.get("errorType") or failure.get("__type")) if isinstance(failure, dict) else None
            lines.append(
                {
                    "time": now_iso(),
                    "service": "lambda",
                    "operation": "Invoke",
                    "caller": "aws",
                    "status": 200,
                    **({"errorCode": code} if code else {}),
                    "milliseconds": round((time.monotonic() - started) * 1000, 1),
                    "resource": (func.get("config") or func)["FunctionName"],
                }
            )

    return execute
