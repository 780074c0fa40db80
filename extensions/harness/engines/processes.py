"""Processes that answer in lines, and can't hang."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

from extensions.harness.engines.calls import Call, Outcome

START_LIMIT = 30.0
"""Seconds in which a process must have loaded the code: a busy machine is not the function's fault."""
TIMED = "time: "
"""What a line begins with that njs writes about the call which the next line answers."""

MORE = "+"
"""What a line begins with that goes on in the next one: njs cuts off a line after 2,048 bytes."""


class Ended(Exception):
    """The process gives no line any more; the message says why."""


class LineProcess:
    """A process that is ended with the block in which it was started."""

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed in end()
        self._process = subprocess.Popen(  # noqa: S603 - the engine's own command
            command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._complaints
        )
        self._input, self._output = cast(IO[bytes], self._process.stdin), cast(IO[bytes], self._process.stdout)
        self._received = b""
        self.has_ended = False
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._output, selectors.EVENT_READ)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._selector.close()
        self._output.close()
        self._complaints.close()

    def write(self, line: str) -> None:
        """Raises Ended."""
        try:
            self._input.write(line.encode() + b"\n")
            self._input.flush()
        except BrokenPipeError as error:
            raise Ended(self._reason()) from error

    def read(self, seconds: float) -> str:
        """The next line; raises Ended where there is none in time."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self._received:
            if not self._selector.select(max(0.0, deadline - time.monotonic())):
                self.has_ended = True
                raise Ended(f"timed out: no result after {seconds:g} s")
            chunk = os.read(self._output.fileno(), 1 << 16)
            if not chunk:
                raise Ended(self._reason())
            self._received += chunk
        line, _, self._received = self._received.partition(b"\n")
        return line.decode(errors="replace")

    def _reason(self) -> str:
        self.has_ended = True
        code = self._process.wait()
        self._complaints.seek(0)
        said = self._complaints.read().decode(errors="replace").strip().removeprefix("Thrown:").strip()
        if code < 0:
            return f"crashed (exit {128 - code})"
        return said or "ended without a result: a promise is never settled"


def in_turn(calls: Sequence[Call], run: Callable[[Sequence[Call]], list[Outcome]]) -> list[Outcome]:
    """An outcome for each call, where a run may end before it has answered all."""
    outcomes: list[Outcome] = []
    while len(outcomes) < len(calls):
        outcomes += run(calls[len(outcomes) :])
    return outcomes


def converse(process: LineProcess, calls: Sequence[Call], seconds: float) -> list[Outcome]:
    """An outcome for each call; fewer where the process ended, and then the last says why.

    Code that can't be loaded is the same error for every call.
    """
    try:
        loaded = json.loads(process.read(START_LIMIT))
    except Ended as ended:
        return [Outcome(None, str(ended))] * len(calls)
    if loaded["error"]:
        return [Outcome(None, loaded["error"])] * len(calls)
    outcomes: list[Outcome] = []
    for _ in calls:
        try:
            outcomes.append(_outcome(process, seconds))
        except Ended as ended:
            return [*outcomes, Outcome(None, str(ended))]
    return outcomes


def call_document(call: Call) -> dict[str, Any]:
    """A call as the workers read it."""
    return {
        "event": call.event,
        "keyValueStore": call.key_value_store,
        "now": call.now.timestamp() * 1000,
        "secrets": call.secrets,
        "network": list(call.network),
        "rawQuery": call.raw_query,
        "continues": call.continues,
    }


def _outcome(process: LineProcess, seconds: float) -> Outcome:
    line, microseconds = process.read(seconds), None
    if line.startswith(TIMED):
        microseconds = float(line.removeprefix(TIMED).removesuffix("ms")) * 1000
        line = process.read(seconds)
    pieces = []
    while line.startswith(MORE):
        pieces.append(line.removeprefix(MORE))
        line = process.read(seconds)
    answer = json.loads("".join(pieces) + line)
    rest = answer["rest"]
    return Outcome(
        value=answer["value"],
        error=rest["error"],
        log=tuple(rest["log"]),
        origin_calls=tuple(rest.get("originCalls", ())),
        microseconds=rest["microseconds"] if microseconds is None else microseconds,
        unanswered=tuple(rest.get("unanswered", ())),
    )
