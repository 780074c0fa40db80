"""State machines run at most FUNCTIONS_AT_ONCE functions at a time on this machine; further tasks queue for their turn.

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

FUNCTIONS_AT_ONCE = 4

_turns = threading.BoundedSemaphore(FUNCTIONS_AT_ONCE)
_has_turn: ContextVar[bool] = ContextVar("has_turn", default=False)


def install(settings: Settings) -> None:
    call_stock, timed_stock = stepfunctions._call_lambda, stepfunctions._invoke_resource_with_timeout

    def call(function: str, event: Any) -> Any:
        with turn():
            return call_stock(function, event)

    def invoke_with_timeout(resource: str, task_input: Any, timeout: float) -> Any:
        if "lambda:invoke" not in resource and ":function:" not in resource:
            return timed_stock(resource, task_input, timeout)
        with turn():
            return timed_stock(resource, task_input, timeout)

    stepfunctions._call_lambda = call
    stepfunctions._invoke_resource_with_timeout = invoke_with_timeout


@contextmanager
def turn() -> Iterator[None]:
    """Wait for a turn and keep it for the block, once for a task that asks twice."""
    if _has_turn.get():
        yield
        return
    with _turns:
        token = _has_turn.set(True)
        try:
            yield
        finally:
            _has_turn.reset(token)
