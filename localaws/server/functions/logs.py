"""The log of an invocation ends where the function's process says so, which it says before it answers.

MiniStack listens until the process has been silent for a while: 50 ms with each invocation that logs nothing, and what is
written later counts as the next invocation's. Needs `runtime`.
"""

from __future__ import annotations

import queue
from collections.abc import Callable
from typing import Any

from ministack.core import lambda_runtime

from localaws.server.functions.worker import END_OF_LOG
from localaws.server.settings import Settings

LONGEST_WAIT = 5.0
"""Seconds for a line of a process that has answered; none waits so long, for its end is written already."""

Drain = Callable[..., str]


def install(settings: Settings) -> None:
    lambda_runtime.Worker._drain_stderr_bounded = until_it_ends(lambda_runtime.Worker._drain_stderr_bounded)


def until_it_ends(stock: Drain) -> Drain:
    def drain(worker: Any, *waits: float, **named: float) -> str:
        is_ours = str(worker.config.get("Runtime", "")).startswith("python3.")
        if not is_ours or worker._proc is None:
            return stock(worker, *waits, **named)
        return "\n".join(lines_of_an_invocation(worker._stderr_queue))

    return drain


def lines_of_an_invocation(lines: queue.Queue[str]) -> list[str]:
    """What was written before the end; the function's last line may have no end of its own."""
    found: list[str] = []
    while True:
        try:
            line = lines.get(timeout=LONGEST_WAIT)
        except queue.Empty:
            return found
        if not line.endswith(END_OF_LOG):
            found.append(line)
            continue
        last = line.removesuffix(END_OF_LOG)
        return [*found, last] if last else found
