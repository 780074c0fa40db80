"""State machines run at most `functions_at_once` functions at a time on this machine; further tasks queue for their turn.

Each running function is a process of some 36 MB. MiniStack starts as many as a Map asks for, and a small machine runs
out of memory long before AWS would throttle. Only calls by state machines queue: a function may invoke a function
freely. A task's TimeoutSeconds begins with its turn, as the work would begin at once on AWS.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from ministack.services import stepfunctions

from localaws.server.settings import Settings

_has_turn: ContextVar[bool] = ContextVar("has_turn", default=False)


def install(settings: Settings) -> None:
    turns = threading.BoundedSemaphore(settings.functions_at_once)
    call_stock, timed_stock = stepfunctions._call_lambda, stepfunctions._invoke_resource_with_timeout

    def call(function: str, event: Any) -> Any:
        with turn(turns):
            return call_stock(function, event)

    def invoke_with_timeout(resource: str, task_input: Any, timeout: float) -> Any:
        if "lambda:invoke" not in resource and ":function:" not in resource:
            return timed_stock(resource, task_input, timeout)
        with turn(turns):
            return timed_stock(resource, task_input, timeout)

    stepfunctions._call_lambda = call
    stepfunctions._invoke_resource_with_timeout = invoke_with_timeout


@contextmanager
def turn(turns: threading.BoundedSemaphore) -> Iterator[None]:
    """Wait for a turn and keep it for the block, once for a task that asks twice."""
    if _has_turn.get():
        yield
        return
    with turns:
        token = _has_turn.set(True)
        try:
            yield
        finally:
            _has_turn.reset(token)
