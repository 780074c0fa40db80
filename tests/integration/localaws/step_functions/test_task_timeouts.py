"""Timeouts of tasks: given by path, and shortened where the task only waits."""

from __future__ import annotations

import pytest

from tests.integration.localaws.workbench import INVOKE, Workbench, wait_for_token

SLOW = """
    import time

    def handler(event, context):
        time.sleep(event["seconds"])
        return "done"
"""


@pytest.mark.parametrize("field", ["TimeoutSeconds", "HeartbeatSeconds"])
def test_a_path_gives_the_seconds_that_a_callback_task_waits(bench: Workbench, field: str) -> None:
    ended = bench.run({"Wait": wait_for_token(bench.queue(), **{f"{field}Path": "$.wait"})}, {"wait": 600})
    assert ended["error"] in ("States.Timeout", "States.HeartbeatTimeout")


def test_a_day_of_waiting_passes_at_the_speed_of_the_instance(bench: Workbench) -> None:
    ended = bench.run({"Wait": wait_for_token(bench.queue(), TimeoutSeconds=900)})
    assert ended["error"] == "States.Timeout"


@pytest.mark.parametrize(("seconds", "status"), [(3, "SUCCEEDED"), (1, "FAILED")])
def test_work_keeps_its_timeout(bench: Workbench, seconds: int, status: str) -> None:
    task = {
        "Type": "Task",
        "Resource": INVOKE,
        "Parameters": {"FunctionName": bench.function(SLOW, Timeout=10), "Payload": {"seconds": 1.2}},
        "TimeoutSecondsPath": "$.timeout",
        "End": True,
    }
    assert bench.run({"Work": task}, {"timeout": seconds})["status"] == status


@pytest.mark.parametrize("wait", [0, -1, "60", 1.5, True])
def test_a_timeout_that_is_not_a_positive_integer_fails_the_execution(bench: Workbench, wait: object) -> None:
    ended = bench.run({"Wait": wait_for_token(bench.queue(), TimeoutSecondsPath="$.wait")}, {"wait": wait})
    assert ended["error"] == "States.Runtime"


def test_ministack_alone_ignores_the_path(stock: Workbench) -> None:
    queue = stock.queue()
    execution = stock.start({"Wait": wait_for_token(queue, TimeoutSecondsPath="$.wait")}, {"wait": 1})
    token = stock.received(queue)["token"]
    again = stock.client("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=2)
    assert "Messages" not in again
    stock.client("stepfunctions").send_task_success(taskToken=token, output="{}")
    assert stock.wait(execution)["status"] == "SUCCEEDED"
