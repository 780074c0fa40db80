"""Faults by rule and seed: what AWS does on its bad days, on demand and again.

`PUT /_localaws/faults` with `{"seed": 7, "rules": [{"kind": "throttle", "service": "acm", "probability": 0.5}]}` sets
rules in place of all others, `POST` adds to them; both pick a seed when none is given and answer it with the rules'
numbers. `GET` tells the rules and how often each has matched and struck, and so does `DELETE`, which ends them: all, or
those of `{"numbers": […]}`. Fields and kinds of rules: `fault_rules`; events are struck in `event_faults`.

The first rule that strikes a call has it; the others count it all the same. Each strike is noted in `calls.jsonl`.
"""

from __future__ import annotations

import asyncio
import contextlib
import html
import itertools
import json
import os
import random
import signal
import threading
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import unquote_plus, urlencode

from ministack.core import lambda_runtime
from ministack.services import sts

from localaws.server import control, front_door, stale_reads
from localaws.server.fault_rules import CALLS, KILLS, Armed, Occasion, RuleError, rule_of
from localaws.server.front_door import Answer, Call, ConnectionLost, Proceed
from localaws.server.logical_names import logical_name
from localaws.server.operations import FORM
from localaws.server.refusals import refusal, throttling_code, unavailable_code
from localaws.server.seams import on_reset
from localaws.server.settings import Settings

LARGEST_SEED = 2**32
LONGEST_WAIT = 900.0
"""Seconds after which the connection of a call without an answer breaks: no function waits longer."""

_armed: list[Armed] = []
_numbers = itertools.count(1)
_deciding = threading.Lock()


def install(settings: Settings) -> None:
    control.serve("/_localaws/faults", PUT=_replace, POST=_add, GET=_show, DELETE=_end)
    on_reset(sts, partial(_keep, []))  # a reset is one of all services; any will do
    front_door.add(struck)


def strike(occasion: Occasion) -> Armed | None:
    """The rule that strikes, now; every rule that matches counts the occasion."""
    with _deciding:
        striking = [armed for armed in _armed if armed.strikes(occasion)]
        if not striking:
            return None
        striking[0].struck += 1
        return striking[0]


def is_armed(armed: Armed) -> bool:
    """Whether the rule still holds."""
    return armed in _armed


async def struck(call: Call, proceed: Proceed) -> Answer:
    """The stage of the front door."""
    if not _armed:
        return await proceed(call)
    armed = strike(occasion_of(call))
    if any(one.rule.kind == "stale" for one in _armed):
        proceed = stale_reads.remembering(proceed)
    if armed is None:
        return await proceed(call)
    call.notes["fault"] = {"kind": armed.rule.kind, "rule": armed.number}
    return await KINDS[armed.rule.kind](armed, call, proceed)


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


async def throttle(armed: Armed, call: Call, proceed: Proceed) -> Answer:
    return refusal(call, throttling_code(call.service), "Rate exceeded")


async def unavailable(armed: Armed, call: Call, proceed: Proceed) -> Answer:
    return refusal(call, unavailable_code(call.service), "We encountered an internal error. Please try again.")


async def error(armed: Armed, call: Call, proceed: Proceed) -> Answer:
    return refusal(call, armed.rule.code, f"{armed.rule.code} by a fault")


async def lose_before(armed: Armed, call: Call, proceed: Proceed) -> Answer:
    raise ConnectionLost


async def lose_after(armed: Armed, call: Call, proceed: Proceed) -> Answer:
    await proceed(call)
    raise ConnectionLost


async def unavailable_after(armed: Armed, call: Call, proceed: Proceed) -> Answer:
    await proceed(call)
    return await unavailable(armed, call, proceed)


async def leave_unanswered(armed: Armed, call: Call, proceed: Proceed) -> Answer:
    """Keep the caller waiting until it gives up; a caller that does not is let go when the rule ends."""
    await proceed(call)
    deadline = time.monotonic() + LONGEST_WAIT
    while is_armed(armed) and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    raise ConnectionLost


async def slow_down(armed: Armed, call: Call, proceed: Proceed) -> Answer:
    await asyncio.sleep(armed.rule.seconds)
    return await proceed(call)


async def read_stale(armed: Armed, call: Call, proceed: Proceed) -> Answer:
    return stale_reads.before_the_last_change(call, await proceed(call))


async def kill_before(armed: Armed, call: Call, proceed: Proceed) -> Answer:
    kill(call)
    raise ConnectionLost


async def kill_after(armed: Armed, call: Call, proceed: Proceed) -> Answer:
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


KINDS: dict[str, Callable[[Armed, Call, Proceed], Awaitable[Answer]]] = {
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


def _replace(body: dict[str, Any]) -> dict[str, Any]:
    seed, added = _armed_of(body)
    _keep(added)
    return _told(seed, added)


def _add(body: dict[str, Any]) -> dict[str, Any]:
    seed, added = _armed_of(body)
    _armed.extend(added)
    return _told(seed, added)


def _keep(rules: list[Armed]) -> None:
    _armed[:] = rules
    if not any(armed.rule.kind == "stale" for armed in rules):
        stale_reads.forget()


def _armed_of(body: dict[str, Any]) -> tuple[int, list[Armed]]:
    rules, seed = control.fields(body, "rules", optional=("seed",))
    seed = random.randrange(LARGEST_SEED) if seed is None else seed  # noqa: S311
    if not isinstance(rules, list) or not isinstance(seed, int):
        raise control.BadRequestError("rules is a list and seed a whole number")
    try:
        return seed, [Armed(next(_numbers), seed, place, rule_of(one), one) for place, one in enumerate(rules)]
    except (RuleError, TypeError, ValueError) as error:
        raise control.BadRequestError(str(error)) from error


def _told(seed: int, added: list[Armed]) -> dict[str, Any]:
    print(f"faults: seed {seed}, rules {json.dumps([armed.stated for armed in added])}", flush=True)
    return {"seed": seed, **_report(added)}


def _show(_: dict[str, Any]) -> dict[str, Any]:
    return _report(_armed)


def _end(body: dict[str, Any]) -> dict[str, Any]:
    (numbers,) = control.fields(body, optional=("numbers",))
    ended = [armed for armed in _armed if numbers is None or armed.number in numbers]
    _keep([armed for armed in _armed if armed not in ended])
    return _report(ended)


def _report(rules: list[Armed]) -> dict[str, Any]:
    return {"rules": [armed.report() for armed in rules]}
