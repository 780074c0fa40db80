"""What a fault does to a call: refused, slow, stale, its answer lost, its caller killed.

The first rule that strikes a call has it; the others count it all the same. Each strike is noted in `calls.jsonl`.
"""

from __future__ import annotations

import asyncio
import contextlib
import html
import itertools
import json
import os
import signal
import time
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn, TypeVar
from urllib.parse import unquote_plus, urlencode

from ministack import app
from ministack.core import lambda_runtime

from localaws.server import front_door
from localaws.server.faults import in_force, stale_reads
from localaws.server.faults.logical_names import logical_name
from localaws.server.faults.rules import CALLS, KILLS, Armed, Occasion
from localaws.server.front_door import Answer, Call, ConnectionLost, Proceed
from localaws.server.operations import FORM
from localaws.server.refusals import refusal, throttling_code, unavailable_code
from localaws.server.settings import Settings

LONGEST_WAIT = 900.0
"""Seconds after which the connection of a call without an answer breaks: no function waits longer."""

T = TypeVar("T")


class Refused(Exception):
    """The service refuses the call, with its own code and in its own form."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def install(settings: Settings) -> None:
    front_door.add(at_the_front_door)


async def at_the_front_door(call: Call, proceed: Proceed) -> Answer:
    """Calls of REST APIs pass: they are struck where their routes are known, in `api_gateway.faults`."""
    if app._parse_execute_api_url(call.request.headers.get("host", ""), call.request.path):
        return await proceed(call)
    if in_force.has("stale"):
        proceed = stale_reads.remembering(proceed)
    try:
        return await struck(call, proceed)
    except Refused as refused:
        return refusal(call, refused.code, refused.message)


async def struck(call: Call, proceed: Callable[[Call], Awaitable[T]]) -> T:
    """What comes of a call under the rules in force. Raises Refused and ConnectionLost."""
    armed = in_force.strike(occasion_of(call)) if in_force.rules else None
    if armed is None:
        return await proceed(call)
    call.notes["fault"] = {"kind": armed.rule.kind, "rule": armed.number}
    answer: T = await KINDS[armed.rule.kind](armed, call, proceed)
    return answer


def occasion_of(call: Call) -> Occasion:
    kinds = CALLS if _is_running(call.function_process) else CALLS - KILLS
    if (call.service, call.operation) != ("lambda", "Invoke"):
        kinds -= {"function-error"}
    if not stale_reads.is_read(call):
        kinds -= {"stale"}
    by_template = "/".join(map(logical_name, call.caller.split("/")))
    fields = {
        "service": (call.service or "",),
        "operation": (call.operation or "",),
        "caller": (call.caller, by_template),
    }
    return Occasion(kinds, fields, text_of(call))


def text_of(call: Call) -> str:
    """Path, query and body, without the escapes of their formats."""
    body = call.body.decode(errors="replace")
    if call.request.headers.get("content-type", "").startswith(FORM):
        body = unquote_plus(body)
    elif body.startswith("<"):
        body = html.unescape(body)
    elif body:
        with contextlib.suppress(ValueError):
            body = json.dumps(json.loads(body), ensure_ascii=False).replace('\\"', '"')
    query = urlencode(call.request.query, doseq=True)
    return f"{unquote_plus(f'{call.request.path}?{query}')}\n{body}"


async def throttle(armed: Armed, call: Call, proceed: Proceed) -> NoReturn:
    raise Refused(throttling_code(call.service), "Rate exceeded")


async def unavailable(armed: Armed, call: Call, proceed: Proceed) -> NoReturn:
    raise Refused(unavailable_code(call.service), "We encountered an internal error. Please try again.")


async def error(armed: Armed, call: Call, proceed: Proceed) -> NoReturn:
    raise Refused(armed.rule.code, f"{armed.rule.code} by a fault")


async def lose_before(armed: Armed, call: Call, proceed: Proceed) -> NoReturn:
    raise ConnectionLost


async def lose_after(armed: Armed, call: Call, proceed: Proceed) -> NoReturn:
    await proceed(call)
    raise ConnectionLost


async def unavailable_after(armed: Armed, call: Call, proceed: Proceed) -> NoReturn:
    await proceed(call)
    await unavailable(armed, call, proceed)


async def leave_unanswered(armed: Armed, call: Call, proceed: Proceed) -> NoReturn:
    """Keep the caller waiting until it gives up; a caller that does not is let go when the rule ends."""
    await proceed(call)
    deadline = time.monotonic() + LONGEST_WAIT
    while armed in in_force.rules and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    raise ConnectionLost


async def slow_down(armed: Armed, call: Call, proceed: Proceed) -> Answer:
    await asyncio.sleep(armed.rule.seconds)
    return await proceed(call)


async def read_stale(armed: Armed, call: Call, proceed: Proceed) -> Answer:
    return stale_reads.before_the_last_change(call, await proceed(call))


async def kill_before(armed: Armed, call: Call, proceed: Proceed) -> NoReturn:
    kill(call)
    raise ConnectionLost


async def kill_after(armed: Armed, call: Call, proceed: Proceed) -> NoReturn:
    await proceed(call)
    kill(call)
    raise ConnectionLost


async def fail_function(armed: Armed, call: Call, proceed: Proceed) -> Answer:
    """The function does not run; its invocation ends with an error as if it had."""
    failure = {"errorType": armed.rule.error_type, "errorMessage": f"{armed.rule.error_type} by a fault"}
    headers = (b"content-type", b"application/json"), (b"x-amz-function-error", b"Unhandled")
    return Answer(200, headers, json.dumps(failure).encode())


def kill(call: Call) -> None:
    """End the process of the function that calls, at once and without a word, as an exhausted memory does."""
    if call.function_process is not None and _is_running(call.function_process):
        os.kill(call.function_process, signal.SIGKILL)


KINDS: dict[str, Callable[[Armed, Call, Any], Awaitable[Any]]] = {
    "throttle": throttle,
    "unavailable": unavailable,
    "error": error,
    "lost-before": lose_before,
    "lost-after": lose_after,
    "unavailable-after": unavailable_after,
    "unanswered": leave_unanswered,
    "slow": slow_down,
    "stale": read_stale,
    "kill-before": kill_before,
    "kill-after": kill_after,
    "function-error": fail_function,
}


def _is_running(process: int | None) -> bool:
    """Whether this is the process of a function: a user agent may claim any number."""
    if process is None:
        return False
    workers = itertools.chain.from_iterable(list(lambda_runtime._workers.values()))
    return any(worker._proc is not None and worker._proc.pid == process for worker in list(workers))
