"""`athena:startQueryExecution.sync`: a task that waits for its query."""

from __future__ import annotations

import pytest

from localaws.faults import Fault, faults
from localaws.queries import queries
from tests.integration.localaws import edge
from tests.integration.localaws.athena.lake import Lake, decoded, made, statements_of_reading
from tests.integration.localaws.workbench import Workbench


@pytest.fixture(scope="module")
def lake(bench: Workbench) -> Lake:
    return made(bench)


def test_a_task_waits_for_its_query_and_has_its_description(lake: Lake) -> None:
    ended = lake.bench.run(lake.task("SELECT count(*) AS lines FROM words"))
    assert ended["status"] == "SUCCEEDED", ended
    execution = ended["output"]["QueryExecution"]
    assert execution["Status"]["State"] == "SUCCEEDED"
    assert isinstance(execution["Status"]["CompletionDateTime"], int)
    assert lake.csv(execution) == '"lines"\n"8"\n'


def test_a_query_that_fails_is_the_cause_of_a_failed_task(lake: Lake) -> None:
    ended = lake.bench.run(lake.task("SELECT * FROM missing"))
    assert (ended["status"], ended["error"]) == ("FAILED", "States.TaskFailed")
    cause = decoded(ended["cause"])
    assert cause["Status"]["State"] == "FAILED"
    assert cause["Status"]["StateChangeReason"].startswith("TABLE_NOT_FOUND")
    assert cause["Status"]["AthenaError"]["Retryable"] is False


def test_a_query_that_is_cancelled_fails_the_task(lake: Lake) -> None:
    with queries(lake.bench.instance, containing="cancelled for a task", cancel="by order"):
        ended = lake.bench.run(lake.task("SELECT 'cancelled for a task' AS text"))
    assert (ended["error"], decoded(ended["cause"])["Status"]["State"]) == ("States.TaskFailed", "CANCELLED")


def test_a_query_that_is_queued_for_longer_than_the_task_waits_is_a_timeout_and_is_stopped(lake: Lake) -> None:
    with queries(lake.bench.instance, containing="queued for long", queued_seconds=10**9):
        ended = lake.bench.run(lake.task("SELECT 'queued for long' AS text", TimeoutSeconds=600))
    assert ended["error"] == "States.Timeout"
    (latest, *_) = lake.bench.client("athena").list_query_executions(WorkGroup=lake.group)["QueryExecutionIds"]
    assert lake.described(latest)["Status"]["State"] == "CANCELLED"


def test_a_query_that_is_queued_for_less_is_waited_for(lake: Lake) -> None:
    with queries(lake.bench.instance, containing="queued for a while", queued_seconds=1200):
        ended = lake.bench.run(lake.task("SELECT 'queued for a while' AS text", TimeoutSeconds=1800))
    assert ended["status"] == "SUCCEEDED"


def test_an_execution_that_is_stopped_stops_its_query(lake: Lake) -> None:
    client = lake.bench.client("stepfunctions")
    with queries(lake.bench.instance, containing="stopped with its execution", queued_seconds=10**9):
        execution = lake.bench.start(lake.task("SELECT 'stopped with its execution' AS text"))
        query = edge.eventually(lambda: started_by(lake, "stopped with its execution"))
        client.stop_execution(executionArn=execution)
        assert lake.bench.wait(execution)["status"] == "ABORTED"
        assert lake.described(query)["Status"]["State"] == "CANCELLED"


def test_a_role_that_may_not_stop_queries_leaves_them(lake: Lake) -> None:
    kept = [
        {**one, "Action": [name for name in one["Action"] if name != "athena:StopQueryExecution"]}
        for one in statements_of_reading(lake)
    ]
    machine = lake.bench.machine(lake.task("SELECT 'left alone' AS text"), role=lake.bench.role("", *kept))
    with queries(lake.bench.instance, containing="left alone", queued_seconds=10**9):
        execution = lake.bench.started(machine)
        query = edge.eventually(lambda: started_by(lake, "left alone"))
        lake.bench.client("stepfunctions").stop_execution(executionArn=execution)
        assert lake.described(query)["Status"]["State"] == "QUEUED"
        lake.bench.client("athena").stop_query_execution(QueryExecutionId=query)


def test_a_throttled_start_is_tried_again(lake: Lake) -> None:
    retry = [{"ErrorEquals": ["Athena.TooManyRequestsException"], "IntervalSeconds": 1, "MaxAttempts": 3}]
    fault = Fault("throttle", service="athena", operation="StartQueryExecution", times=2)
    with faults(lake.bench.instance, fault) as injected:
        ended = lake.bench.run(lake.task("SELECT 1 AS one", Retry=retry))
    assert (ended["status"], injected.struck()) == ("SUCCEEDED", [2])


def test_ministack_alone_does_not_wait(stock: Workbench) -> None:
    bucket = stock.bucket()
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::athena:startQueryExecution.sync",
        "Parameters": {"QueryString": "SELECT 1", "ResultConfiguration": {"OutputLocation": f"s3://{bucket}/"}},
        "End": True,
    }
    assert stock.run({"Query": task})["status"] == "FAILED"


def started_by(lake: Lake, text: str) -> str | None:
    """The id of the query that contains a text."""
    client = lake.bench.client("athena")
    for query in client.list_query_executions(WorkGroup=lake.group)["QueryExecutionIds"]:
        if text in lake.described(query)["Query"]:
            return str(query)
    return None
