"""What a log says in the embedded metric format is a metric, and what it says otherwise is not."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.workbench import Workbench

WINDOW = int(time.time()) // 300 * 300 - 3600

PRINTS = """
import json
def handler(event, context):
    for line in event:
        print(json.dumps(line))
"""


def document(namespace: str, value: object = 7, *, at: float = WINDOW, **more: Any) -> dict[str, Any]:
    directive = {"Namespace": namespace, "Dimensions": [["Domain"]], "Metrics": [{"Name": "Requests", "Unit": "Count"}]}
    aws = {"Timestamp": int(at * 1000), "CloudWatchMetrics": [{**directive, **more}]}
    return {"_aws": aws, "Domain": "shop.example.com", "Requests": value}


def found(instance: Instance, namespace: str, at: float = WINDOW) -> list[tuple[float, float]]:
    """Sum and number of the data of Requests in the five minutes from a moment on."""
    starts = datetime.fromtimestamp(at, UTC)
    answer = instance.client("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName="Requests",
        Dimensions=[{"Name": "Domain", "Value": "shop.example.com"}],
        StartTime=starts,
        EndTime=starts + timedelta(minutes=5),
        Period=300,
        Statistics=["Sum", "SampleCount"],
    )
    return [(one["Sum"], one["SampleCount"]) for one in answer["Datapoints"]]


def put_lines(instance: Instance, *lines: str) -> None:
    logs, group = instance.client("logs"), edge.new_token()
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="lines")
    events = [{"timestamp": int(time.time() * 1000), "message": line} for line in lines]
    logs.put_log_events(logGroupName=group, logStreamName="lines", logEvents=events)


def test_what_a_function_prints_is_counted_at_its_own_time(bench: Workbench) -> None:
    namespace = edge.new_token()
    function = bench.function(PRINTS)
    lines = [document(namespace, 7), document(namespace, -2), document(namespace, 5, at=WINDOW + 300), {"plain": 1}]
    bench.client("lambda").invoke(FunctionName=function, Payload=json.dumps(lines))
    assert edge.eventually(lambda: found(bench.instance, namespace)) == [(5, 2)]
    assert found(bench.instance, namespace, WINDOW + 300) == [(5, 1)]


def test_what_is_put_into_a_log_is_counted_too_with_all_its_values(instance: Instance) -> None:
    namespace = edge.new_token()
    put_lines(instance, json.dumps(document(namespace, [1, 2, 3])))
    assert found(instance, namespace) == [(6, 3)]


@pytest.mark.parametrize(
    "change",
    [
        {"value": "seven"},
        {"value": True},
        {"value": [1] * 101},
        {"at": time.time() - 15 * 86_400},
        {"at": time.time() + 3 * 3600},
        {"Dimensions": [["Missing"]]},
        {"Dimensions": [["Domain"] * 31]},
        {"Metrics": [{"Name": "Requests"}] * 101},
    ],
    ids=lambda change: "-".join(change),
)
def test_what_is_against_the_format_is_no_metric(instance: Instance, change: dict[str, Any]) -> None:
    namespace = edge.new_token()
    put_lines(instance, json.dumps(document(namespace, **change)), '{"_aws": 1}', '{"_aws": ')
    assert found(instance, namespace, change.get("at", WINDOW)) == []


def test_ministack_alone_reads_no_metrics_in_logs(stock: Workbench) -> None:
    namespace = edge.new_token()
    put_lines(stock.instance, json.dumps(document(namespace)))
    assert found(stock.instance, namespace) == []
