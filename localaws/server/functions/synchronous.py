"""Functions that answer requests to APIs run `functions_at_once` at a time, those of REST and GraphQL together; others queue.

MiniStack starts a process for each of any number of requests at once. As many cold starts together as there are clients
take a small machine longer than a gateway has patience; a few processes that stay warm answer them all sooner. AWS would
run 1,000, then throttle. A turn lasts as long as the function, also when nobody waits for it any more. A function that asks
an API itself queues like anybody.
"""

from __future__ import annotations

import asyncio
import contextvars
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ministack.services import lambda_svc

from localaws.server.settings import Settings

Json = dict[str, Any]

_turns: ThreadPoolExecutor | None = None
"""None: the event loop's own."""


def install(settings: Settings) -> None:
    global _turns
    _turns = ThreadPoolExecutor(settings.functions_at_once, thread_name_prefix="answering")


async def begun(function: Json, configuration: Json, event: Any) -> tuple[asyncio.Future[Json], float]:
    """Wait for a turn. The answer is how the invocation, which has begun, will end, and when it began (monotonic clock)."""
    loop, context = asyncio.get_running_loop(), contextvars.copy_context()
    record = lambda_svc._execution_record_for_config(function, configuration)
    turn: asyncio.Future[float] = loop.create_future()

    def invoke() -> Json:
        loop.call_soon_threadsafe(turn.set_result, time.monotonic())
        result: Json = context.run(lambda_svc._execute_function_with_config_scope, record, event)
        return result

    end = loop.run_in_executor(_turns, invoke)
    try:
        return end, await turn
    except asyncio.CancelledError:
        end.cancel()
        raise
