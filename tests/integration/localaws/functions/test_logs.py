"""Each invocation has the lines that its function wrote, all of them, and no other's."""

from __future__ import annotations

import base64
import json

from tests.integration.localaws.workbench import Workbench

WRITING = """
    import logging, sys

    def handler(event, context):
        for number in range(event.get("lines", 0)):
            print("line", number)
        if "error" in event:
            raise ValueError(event["error"])
        print(event.get("unended", ""), end="")
"""


def log_of(bench: Workbench, function: str, event: object) -> list[str]:
    """The last lines of an invocation's log, without Lambda's own."""
    answer = bench.client("lambda").invoke(FunctionName=function, LogType="Tail", Payload=json.dumps(event))
    lines = base64.b64decode(answer.get("LogResult", "")).decode().splitlines()
    return [line for line in lines if not line.startswith(("START ", "END ", "REPORT "))]


def test_a_log_is_whole_and_of_one_invocation(bench: Workbench) -> None:
    function = bench.function(WRITING)
    assert log_of(bench, function, {}) == []
    assert log_of(bench, function, {"lines": 2}) == ["line 0", "line 1"]
    assert log_of(bench, function, {}) == []
    assert log_of(bench, function, {"lines": 5000})[-1] == "line 4999"
    assert log_of(bench, function, {"lines": 1}) == ["line 0"]


def test_a_last_line_needs_no_end(bench: Workbench) -> None:
    function = bench.function(WRITING)
    assert log_of(bench, function, {"lines": 1, "unended": "and then"}) == ["line 0", "and then"]


def test_a_failure_is_in_the_log_of_its_invocation(bench: Workbench) -> None:
    function = bench.function(WRITING)
    assert "[ERROR] ValueError: no" in log_of(bench, function, {"error": "no"})
    assert log_of(bench, function, {}) == []
