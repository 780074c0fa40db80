"""CloudFront Functions on Node: faster than the edge and more lenient, so that code must pass the lint besides."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from extensions.harness.engines.calls import TIME_LIMIT, Call, Outcome
from extensions.harness.engines.processes import Ended, LineProcess, call_document, converse, in_turn

WORKER = Path(__file__).with_name("node_worker.js")


class Node:
    """One process for all that it is asked, until a function hangs or ends it."""

    name = "node"

    def __init__(self, binary: str, time_limit: float = TIME_LIMIT) -> None:
        self._command = [binary, str(WORKER)]
        self._time_limit = time_limit
        self._process: LineProcess | None = None

    def run(self, code: str, calls: Sequence[Call]) -> list[Outcome]:
        return in_turn(calls, lambda remaining: self._run(code, remaining))

    def close(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None

    def _run(self, code: str, calls: Sequence[Call]) -> list[Outcome]:
        if self._process is None:
            self._process = LineProcess(self._command, WORKER.parent, {"PATH": os.defpath})
        try:
            self._process.write(json.dumps({"code": code, "calls": [call_document(call) for call in calls]}))
            outcomes = converse(self._process, calls, self._time_limit)
        except Ended as ended:
            outcomes = [Outcome(None, str(ended))]
        if self._process.has_ended:
            self.close()
        return outcomes


def find_node(time_limit: float = TIME_LIMIT) -> Node | None:
    binary = shutil.which("node")
    return Node(binary, time_limit) if binary else None
