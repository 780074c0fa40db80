"""Runs a Lambda@Edge function: the line in is its code with calls, each line out is an answer."""

from __future__ import annotations

import contextlib
import io
import json
import resource
import sys
import time
import traceback
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from types import ModuleType, SimpleNamespace
from typing import Any

from extensions.harness.engines.lambda_edge import clock, network

LARGEST_MEMORY = 1 << 30
"""Bytes of address space, so that what runs away ends. Lambda counts what is resident, which no limit here can do."""
RUNTIME_PACKAGES = frozenset({"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six"})
"""What Lambda's Python has besides the standard library."""
PACKAGED = frozenset({"PIL"})
"""What an extension of the catalogue brings in its zip."""
FILE = "index.py"


class OnlyWhatLambdaHas:
    """Refuses to import a package that is installed here, and not there."""

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        if name.partition(".")[0] in sys.stdlib_module_names | RUNTIME_PACKAGES | PACKAGED:
            return None
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def main() -> None:
    answers = sys.stdout
    asked = json.loads(sys.stdin.readline())
    resource.setrlimit(resource.RLIMIT_AS, (LARGEST_MEMORY, LARGEST_MEMORY))
    clock.install()
    surroundings = network.install()
    sys.path.pop(0)
    sys.meta_path.insert(0, OnlyWhatLambdaHas())
    print(json.dumps({"error": None}), flush=True)
    function: ModuleType | None = None
    for call in asked["calls"]:
        clock.set_now(call["now"] / 1000)
        surroundings.begin(call)
        log = io.StringIO()
        with contextlib.redirect_stdout(log), contextlib.redirect_stderr(log):
            if not call["continues"]:
                function = None
            function, answer = _answer(asked["code"], function, call["event"])
        answer["rest"] |= {"log": log.getvalue().splitlines(), "unanswered": surroundings.unanswered}
        print(json.dumps(answer), file=answers, flush=True)


def _answer(code: str, function: ModuleType | None, event: Any) -> tuple[ModuleType | None, dict[str, Any]]:
    """The function, loaded if it was not, and what it returns or throws."""
    value, error, seconds = None, None, 0.0
    try:
        function = function or _load(code)
        value, seconds = _timed(function.handler, event)
        json.dumps(value)
    except BaseException as thrown:  # noqa: BLE001 - whatever it is, it is the function's answer
        value, error = None, _described(thrown)
    return function, {"value": value, "rest": {"error": error, "microseconds": seconds * 1_000_000}}


def _load(code: str) -> ModuleType:
    module = ModuleType("index")
    exec(compile(code, FILE, "exec"), module.__dict__)  # noqa: S102 - this is what the process is for
    return module


def _timed(handler: Callable[[Any, object], Any], event: Any) -> tuple[Any, float]:
    started = time.perf_counter()
    value = handler(event, _context())
    return value, time.perf_counter() - started


def _context() -> SimpleNamespace:
    return SimpleNamespace(
        aws_request_id="00000000-0000-0000-0000-000000000000",
        function_name="us-east-1.edge",
        function_version="1",
        get_remaining_time_in_millis=lambda: 5000,
        invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:edge:1",
        memory_limit_in_mb="128",
    )


def _described(error: BaseException) -> str:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == FILE]
    place = f" (line {lines[-1]})" if lines else ""
    return f"{type(error).__name__}: {error}{place}"


main()
