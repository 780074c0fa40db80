"""The delay before a retry."""

from __future__ import annotations

import json
import subprocess

import pytest

from localaws.instance import PROJECT, SERVER_INTERPRETER
from tests.integration.localaws.workbench import INVOKE, Json, Workbench

FAILS = """
    def handler(event, context):
        raise ValueError("as asked")
"""


def delays(retrier: Json) -> list[float]:
    """The first six delays of a retrier, asked of the server's own code in the server's environment."""
    code = """
import json, random, sys
from localaws.server.step_functions.retry_limits import delay
chance = random.Random(0)
print(json.dumps([delay(json.loads(sys.argv[1]), retries, chance) for retries in range(6)]))
"""
    ran = subprocess.run(
        [SERVER_INTERPRETER, "-c", code, json.dumps(retrier)], cwd=PROJECT, capture_output=True, check=True, text=True
    )
    seconds: list[float] = json.loads(ran.stdout)
    return seconds


@pytest.mark.parametrize(
    ("retrier", "expected"),
    [
        ({}, [1, 2, 4, 8, 16, 32]),
        ({"IntervalSeconds": 30, "BackoffRate": 2}, [30, 60, 120, 240, 480, 960]),
        ({"IntervalSeconds": 3, "BackoffRate": 1.5, "MaxDelaySeconds": 10}, [3, 4.5, 6.75, 10, 10, 10]),
    ],
)
def test_delays_grow_up_to_the_maximum(retrier: Json, expected: list[float]) -> None:
    assert delays(retrier) == expected


def test_full_jitter_takes_any_part_of_the_delay() -> None:
    retrier = {"IntervalSeconds": 10, "BackoffRate": 1, "JitterStrategy": "FULL"}
    assert all(0 <= seconds <= 10 for seconds in delays(retrier))
    assert len(set(delays(retrier))) == 6
    assert delays(retrier) == delays(retrier)


def seconds_to_fail(bench: Workbench, retrier: Json) -> float:
    """Seconds from start to end of an execution whose only state fails at once, and is retried once."""
    failing = {"StartAt": "Fail", "States": {"Fail": {"Type": "Fail", "Error": "AsAsked"}}}
    retry = [{"ErrorEquals": ["AsAsked"], "MaxAttempts": 1, **retrier}]
    ended = bench.run({"Try": {"Type": "Parallel", "Branches": [failing], "Retry": retry, "End": True}})
    return float((ended["stopDate"] - ended["startDate"]).total_seconds())


def test_a_delay_of_ten_minutes_passes_at_the_speed_of_the_instance(bench: Workbench) -> None:
    assert 0.6 <= seconds_to_fail(bench, {"IntervalSeconds": 600}) < 5


def test_a_delay_is_cut_to_its_maximum(bench: Workbench) -> None:
    assert seconds_to_fail(bench, {"IntervalSeconds": 86_400, "MaxDelaySeconds": 100}) < 5


def test_a_task_is_retried_as_often_as_its_retrier_allows(bench: Workbench) -> None:
    task = {
        "Type": "Task",
        "Resource": INVOKE,
        "Parameters": {"FunctionName": bench.function(FAILS), "Payload": {}},
        "Retry": [{"ErrorEquals": ["ValueError"], "MaxAttempts": 3}],
        "End": True,
    }
    ended = bench.run({"Work": task})
    lines = bench.states_of(ended["executionArn"])
    assert [line["event"] for line in lines] == ["entered", "retried", "retried", "retried"]


def test_ministack_alone_waits_a_minute_at_most(stock: Workbench) -> None:
    assert seconds_to_fail(stock, {"IntervalSeconds": 600}) < 0.6
