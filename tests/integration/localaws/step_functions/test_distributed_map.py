"""Distributed Map: limits by path, results in S3, children of their own."""

from __future__ import annotations

from typing import Any

import pytest

from localaws import executions
from tests.integration.localaws.workbench import Json, Workbench, wait_for_token

CHECK: Json = {
    "Good?": {
        "Type": "Choice",
        "Choices": [{"Variable": "$.bad", "BooleanEquals": True, "Next": "Refuse"}],
        "Default": "Accept",
    },
    "Refuse": {"Type": "Fail", "Error": "BadDomain", "Cause": "as asked"},
    "Accept": {"Type": "Pass", "End": True},
}


def distributed(states: Json = CHECK, **fields: Any) -> Json:
    processor = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": next(iter(states)),
        "States": states,
    }
    return {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": processor, "End": True, **fields}


def items(good: int, bad: int) -> list[Json]:
    return [{"bad": False}] * good + [{"bad": True}] * bad


def writer(bucket: str) -> Json:
    return {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": bucket, "Prefix": "jobs/7"}}


def test_results_are_written_with_a_manifest(bench: Workbench) -> None:
    bucket = bench.bucket()
    ended = bench.run(
        {"Each": distributed(ResultWriter=writer(bucket), ToleratedFailurePercentage=100)}, {"items": items(2, 1)}
    )
    output = ended["output"]
    key = output["ResultWriterDetails"]["Key"]
    assert key == f"jobs/7/{output['MapRunArn'].rpartition(':')[2]}/manifest.json"
    manifest = bench.stored(bucket, key)
    assert (manifest["DestinationBucket"], manifest["MapRunArn"]) == (bucket, output["MapRunArn"])
    files = manifest["ResultFiles"]
    assert {kind: len(listed) for kind, listed in files.items()} == {"SUCCEEDED": 1, "FAILED": 1, "PENDING": 0}
    succeeded = bench.stored(bucket, files["SUCCEEDED"][0]["Key"])
    failed = bench.stored(bucket, files["FAILED"][0]["Key"])
    assert [(child["Status"], child["Output"]) for child in succeeded] == [("SUCCEEDED", '{"bad": false}')] * 2
    assert [(child["Status"], child["Error"], child["Input"]) for child in failed] == [
        ("FAILED", "BadDomain", '{"bad": true}')
    ]


def test_results_need_a_bucket_that_exists(bench: Workbench) -> None:
    ended = bench.run({"Each": distributed(ResultWriter=writer("no-such-bucket"))}, {"items": items(1, 0)})
    assert ended["error"] == "States.ResultWriterFailed"


@pytest.mark.parametrize(
    ("limit", "tolerated", "status"),
    [
        ("ToleratedFailurePercentagePath", 20, "SUCCEEDED"),
        ("ToleratedFailurePercentagePath", 19, "FAILED"),
        ("ToleratedFailureCountPath", 1, "SUCCEEDED"),
        ("ToleratedFailureCountPath", 0, "FAILED"),
    ],
)
def test_tolerated_failures_may_come_by_path(bench: Workbench, limit: str, tolerated: int, status: str) -> None:
    ended = bench.run({"Each": distributed(**{limit: "$.limit"})}, {"items": items(4, 1), "limit": tolerated})
    assert ended["status"] == status
    assert ended.get("error") in (None, "States.ExceedToleratedFailureThreshold")


def test_concurrency_may_come_by_path(bench: Workbench) -> None:
    ended = bench.run({"Each": distributed(MaxConcurrencyPath="$.at_once")}, {"items": items(3, 0), "at_once": 1})
    lines = executions.lines(bench.instance.states)
    order = [line["executionArn"] for line in lines if line.get("parentExecutionArn") == ended["executionArn"]]
    assert len(set(order)) == 3
    assert order == sorted(order, key=order.index), "one child at a time"


def test_a_child_knows_its_own_name_and_history(bench: Workbench) -> None:
    who: Json = {
        "Who": {
            "Type": "Pass",
            "Parameters": {"id.$": "$$.Execution.Id", "name.$": "$$.Execution.Name", "input.$": "$$.Execution.Input"},
            "End": True,
        }
    }
    ended = bench.run({"Each": distributed(who)}, {"items": [1, 2]})
    states = bench.client("stepfunctions")
    (run,) = states.list_map_runs(executionArn=ended["executionArn"])["mapRuns"]
    children = states.list_executions(mapRunArn=run["mapRunArn"])["executions"]
    assert {child["id"] for child in ended["output"]} == {child["executionArn"] for child in children}
    assert {child["name"] for child in ended["output"]} == {child["name"] for child in children}
    assert [child["input"] for child in ended["output"]] == [1, 2]
    history = states.get_execution_history(executionArn=children[0]["executionArn"])["events"]
    assert [event["type"] for event in history] == [
        "ExecutionStarted",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionSucceeded",
    ]


def test_items_may_come_in_batches_with_something_in_common(bench: Workbench) -> None:
    batcher = {"MaxItemsPerBatch": 2, "BatchInput": {"job.$": "$.job"}}
    echo = {"Echo": {"Type": "Pass", "End": True}}
    ended = bench.run({"Each": distributed(echo, ItemBatcher=batcher)}, {"items": [1, 2, 3], "job": "7"})
    assert ended["output"] == [
        {"BatchInput": {"job": "7"}, "Items": [1, 2]},
        {"BatchInput": {"job": "7"}, "Items": [3]},
    ]


def test_items_are_read_from_s3_and_selected(bench: Workbench) -> None:
    bucket = bench.bucket(domains=[{"name": "a.example.com"}, {"name": "b.example.com"}])
    each = distributed(
        {"Echo": {"Type": "Pass", "End": True}},
        ItemReader={
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSON"},
            "Parameters": {"Bucket.$": "$.bucket", "Key": "domains"},
        },
        ItemSelector={"index.$": "$$.Map.Item.Index", "domain.$": "$$.Map.Item.Value.name", "job.$": "$.job"},
    )
    del each["ItemsPath"]
    ended = bench.run({"Each": each}, {"bucket": bucket, "job": "7"})
    assert ended["output"] == [
        {"index": 0, "domain": "a.example.com", "job": "7"},
        {"index": 1, "domain": "b.example.com", "job": "7"},
    ]


def test_a_run_that_has_failed_starts_no_more_children(bench: Workbench) -> None:
    each = distributed(MaxConcurrency=1)
    ended = bench.run({"Each": each}, {"items": items(0, 1) + items(5, 0)})
    states = bench.client("stepfunctions")
    (run,) = states.list_map_runs(executionArn=ended["executionArn"])["mapRuns"]
    counts = states.describe_map_run(mapRunArn=run["mapRunArn"])["itemCounts"]
    assert (counts["failed"], counts["aborted"], counts["succeeded"]) == (1, 5, 0)


def test_stopping_the_parent_stops_children_that_wait(bench: Workbench) -> None:
    queue = bench.queue()
    execution = bench.start({"Each": distributed({"Wait": wait_for_token(queue)})}, {"items": [1]})
    bench.received(queue)
    states = bench.client("stepfunctions")
    states.stop_execution(executionArn=execution)
    (run,) = states.list_map_runs(executionArn=execution)["mapRuns"]
    (child,) = states.list_executions(mapRunArn=run["mapRunArn"])["executions"]
    assert child["status"] == "ABORTED"


def test_ministack_alone_writes_no_results(stock: Workbench) -> None:
    bucket = stock.bucket()
    ended = stock.run({"Each": distributed(ResultWriter=writer(bucket))}, {"items": items(1, 0)})
    assert ended["output"] == [{"bad": False}]


def test_ministack_alone_gives_children_the_name_of_their_parent(stock: Workbench) -> None:
    who = {"Who": {"Type": "Pass", "Parameters": {"id.$": "$$.Execution.Id"}, "End": True}}
    ended = stock.run({"Each": distributed(who)}, {"items": [1]})
    assert ended["output"] == [{"id": ended["executionArn"]}]
