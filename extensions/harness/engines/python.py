"""Lambda@Edge functions in a Python process of their own, as far from this one as the edge is."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from extensions.harness.engines.calls import TIME_LIMIT, Call, Outcome
from extensions.harness.engines.processes import Ended, LineProcess, call_document, converse, in_turn

PROJECT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-E", "-s", "-m", "extensions.harness.engines.lambda_edge"]
ENVIRONMENT = {
    "PATH": os.defpath,
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "edge",
    "AWS_SECRET_ACCESS_KEY": "edge",
    "AWS_LAMBDA_FUNCTION_NAME": "us-east-1.edge",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_MAX_ATTEMPTS": "1",
}
"""The reserved variables of Lambda: a function at the edge can have none of its own. The last two spare waiting."""


@dataclass(frozen=True, slots=True)
class Python:
    time_limit: float = TIME_LIMIT
    name: str = "python"

    def run(self, code: str, calls: Sequence[Call]) -> list[Outcome]:
        return in_turn(calls, lambda remaining: self._run(code, remaining))

    def _run(self, code: str, calls: Sequence[Call]) -> list[Outcome]:
        with LineProcess(COMMAND, PROJECT, ENVIRONMENT) as process:
            try:
                process.write(json.dumps({"code": code, "calls": [call_document(call) for call in calls]}))
            except Ended as ended:
                return [Outcome(None, str(ended))]
            return converse(process, calls, self.time_limit)
