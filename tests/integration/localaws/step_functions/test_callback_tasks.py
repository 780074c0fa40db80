"""Tasks that wait for a token: failures, tokens and heartbeats."""

from __future__ import annotations

import json
import re

import pytest
from botocore.exceptions import ClientError

from tests.integration.localaws.workbench import WAIT_FOR_TOKEN, Json, Workbench, wait_for_token

BREAKS = """
    class QueueIsFull(Exception):
        pass

    def handler(event, context):
        raise QueueIsFull("try later")
"""


def wait_in_function(function: str, **fields: object) -> Json:
    return {
        "Type": "Task",
        "Resource": WAIT_FOR_TOKEN,
        "Parameters": {"FunctionName": function, "Payload": {"token.$": "$$.Task.Token"}},
        "End": True,
        **fields,
    }


def refusal(bench: Workbench, token: str) -> str:
    with pytest.raises(ClientError) as refused:
        bench.client("stepfunctions").send_task_success(taskToken=token, output="{}")
    return str(refused.value.response["Error"]["Code"])


def test_the_output_of_send_task_success_is_the_result(bench: Workbench) -> None:
    queue = bench.queue()
    execution = bench.start({"Wait": wait_for_token(queue)})
    token = bench.received(queue)["token"]
    bench.client("stepfunctions").send_task_success(taskToken=token, output='{"certificate": "issued"}')
    assert bench.wait(execution)["output"] == {"certificate": "issued"}
    assert refusal(bench, token) == "TaskTimedOut"


def test_send_task_failure_fails_the_task(bench: Workbench) -> None:
    queue = bench.queue()
    execution = bench.start({"Wait": wait_for_token(queue)})
    token = bench.received(queue)["token"]
    bench.client("stepfunctions").send_task_failure(taskToken=token, error="Rejected", cause="by a person")
    ended = bench.wait(execution)
    assert (ended["status"], ended["error"], ended["cause"]) == ("FAILED", "Rejected", "by a person")


def test_a_failing_function_fails_the_task_with_its_error(bench: Workbench) -> None:
    ended = bench.run({"Wait": wait_in_function(bench.function(BREAKS), TimeoutSeconds=86_400)})
    assert (ended["status"], ended["error"]) == ("FAILED", "QueueIsFull")
    assert json.loads(ended["cause"])["errorMessage"] == "try later"


def test_the_state_can_retry_and_catch_the_functions_error(bench: Workbench) -> None:
    states = {
        "Wait": wait_in_function(
            bench.function(BREAKS),
            Retry=[{"ErrorEquals": ["QueueIsFull"], "MaxAttempts": 2}],
            Catch=[{"ErrorEquals": ["QueueIsFull"], "Next": "Caught"}],
        ),
        "Caught": {"Type": "Pass", "End": True},
    }
    ended = bench.run(states)
    assert ended["output"]["Error"] == "QueueIsFull"
    assert [line["event"] for line in bench.states_of(ended["executionArn"])].count("retried") == 2


def test_a_function_that_fails_after_the_token_came_back_changes_nothing(bench: Workbench) -> None:
    answers_and_breaks = """
        import boto3

        def handler(event, context):
            boto3.client("stepfunctions").send_task_success(taskToken=event["token"], output='"in time"')
            raise ValueError("too late")
    """
    assert bench.run({"Wait": wait_in_function(bench.function(answers_and_breaks))})["output"] == "in time"


def test_each_attempt_has_a_token_of_its_own(bench: Workbench) -> None:
    queue = bench.queue()
    retry = [{"ErrorEquals": ["TryAgain"], "MaxAttempts": 1}]
    execution = bench.start({"Wait": wait_for_token(queue, Retry=retry)})
    states = bench.client("stepfunctions")
    first = bench.received(queue)["token"]
    states.send_task_failure(taskToken=first, error="TryAgain")
    second = bench.received(queue)["token"]
    assert refusal(bench, first) == "TaskTimedOut"
    states.send_task_success(taskToken=second, output='"second"')
    assert bench.wait(execution)["output"] == "second"


def test_a_token_looks_like_one_of_aws(bench: Workbench) -> None:
    queue = bench.queue()
    execution = bench.start({"Wait": wait_for_token(queue)})
    assert re.fullmatch(r"[A-Za-z0-9+/]{600,1024}=*", bench.received(queue)["token"])
    bench.client("stepfunctions").stop_execution(executionArn=execution)


@pytest.mark.parametrize(("token", "error"), [("no token", "InvalidToken"), ("A" * 640, "TaskDoesNotExist")])
def test_a_token_that_was_never_given_out_is_refused(bench: Workbench, token: str, error: str) -> None:
    assert refusal(bench, token) == error


def test_the_tokens_of_a_stopped_execution_are_refused(bench: Workbench) -> None:
    queue = bench.queue()
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "On"}]
    execution = bench.start({"Wait": wait_for_token(queue, Catch=catch), "On": {"Type": "Succeed"}})
    token = bench.received(queue)["token"]
    bench.client("stepfunctions").stop_execution(executionArn=execution)
    assert refusal(bench, token) == "TaskTimedOut"
    assert bench.wait(execution)["status"] == "ABORTED"


def test_an_output_that_is_not_json_is_refused(bench: Workbench) -> None:
    with pytest.raises(ClientError, match="InvalidOutput"):
        bench.client("stepfunctions").send_task_success(taskToken="A" * 640, output="{")


def test_a_task_without_a_heartbeat_in_time_fails(bench: Workbench) -> None:
    ended = bench.run({"Wait": wait_for_token(bench.queue(), HeartbeatSeconds=60, TimeoutSeconds=86_400)})
    assert (ended["status"], ended["error"]) == ("FAILED", "States.HeartbeatTimeout")


def test_a_catch_of_timeouts_takes_a_missed_heartbeat(bench: Workbench) -> None:
    catch = [{"ErrorEquals": ["States.Timeout"], "Next": "Look"}]
    states = {"Wait": wait_for_token(bench.queue(), HeartbeatSeconds=60, Catch=catch), "Look": {"Type": "Succeed"}}
    assert bench.run(states)["status"] == "SUCCEEDED"


def test_heartbeats_keep_a_task_waiting(bench: Workbench) -> None:
    queue = bench.queue()
    execution = bench.start({"Wait": wait_for_token(queue, HeartbeatSeconds=2_000, TimeoutSeconds=86_400)})
    token = bench.received(queue)["token"]
    states = bench.client("stepfunctions")
    states.send_task_heartbeat(taskToken=token)
    states.send_task_success(taskToken=token, output="{}")
    assert bench.wait(execution)["status"] == "SUCCEEDED"


def test_ministack_alone_swallows_the_functions_failure(stock: Workbench) -> None:
    ended = stock.run({"Wait": wait_in_function(stock.function(BREAKS), TimeoutSeconds=1)})
    assert ended["error"] == "States.Timeout"


def test_ministack_alone_retries_with_the_same_token(stock: Workbench) -> None:
    queue = stock.queue()
    execution = stock.start({"Wait": wait_for_token(queue, Retry=[{"ErrorEquals": ["TryAgain"], "MaxAttempts": 1}])})
    first = stock.received(queue)["token"]
    stock.client("stepfunctions").send_task_failure(taskToken=first, error="TryAgain")
    assert stock.received(queue)["token"] == first
    stock.client("stepfunctions").stop_execution(executionArn=execution)
