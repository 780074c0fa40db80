"""Lines of a log group that a metric filter matches are a metric, which sets alarms off and so reaches their topics."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.workbench import Workbench
from tests.workflows.inbox import letting_in

PATTERN = '{ ($.records.failed > 0) || ($.errorCode = *) || ($.level = "ERROR") }'
TEMPLATE = {
    "Resources": {
        "Lines": {"Type": "AWS::Logs::LogGroup"},
        "Failed": {
            "Type": "AWS::Logs::MetricFilter",
            "Properties": {
                "LogGroupName": {"Ref": "Lines"},
                "FilterPattern": PATTERN,
                "MetricTransformations": [
                    {"MetricNamespace": {"Ref": "Lines"}, "MetricName": "Errors", "MetricValue": "1"}
                ],
            },
        },
        "Alarm": {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "Namespace": {"Ref": "Lines"},
                "MetricName": "Errors",
                "Statistic": "Sum",
                "Period": 300,
                "EvaluationPeriods": 1,
                "ComparisonOperator": "GreaterThanThreshold",
                "Threshold": 0,
                "AlarmActions": [{"Ref": "Topic"}],
            },
        },
        "Topic": {"Type": "AWS::SNS::Topic"},
    },
    "Outputs": {name: {"Value": {"Ref": name}} for name in ("Lines", "Alarm", "Topic")},
}

MATCHED = [
    {"errorCode": "S3.AccessDenied"},
    {"errorCode": "S3.AccessDenied", "records": {"failed": 0}},
    {"records": {"failed": 2, "ok": 5}},
    {"level": "ERROR"},
]
OTHERS = [{"records": {"failed": 0}}, {"records": 7}, {"records": {"failed": "many"}}, {"level": "INFO"}, [], "START"]


def put(instance: Instance, group: str, *lines: object) -> None:
    logs, name = instance.client("logs"), edge.new_token()
    logs.create_log_stream(logGroupName=group, logStreamName=name)
    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": line if isinstance(line, str) else json.dumps(line)} for line in lines]
    logs.put_log_events(logGroupName=group, logStreamName=name, logEvents=events)


def counted(instance: Instance, namespace: str) -> float:
    now = datetime.now(UTC)
    answer = instance.client("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName="Errors",
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(hours=1),
        Period=7200,
        Statistics=["Sum"],
    )
    return sum(point["Sum"] for point in answer["Datapoints"])


def made(bench: Workbench) -> dict[str, str]:
    stack = bench.stack(json.dumps(TEMPLATE))
    (found,) = bench.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}


def test_a_line_that_matches_is_counted_and_others_are_not(bench: Workbench) -> None:
    group = made(bench)["Lines"]
    put(bench.instance, group, *OTHERS)
    assert counted(bench.instance, group) == 0
    put(bench.instance, group, *MATCHED, *OTHERS)
    assert counted(bench.instance, group) == len(MATCHED)


def test_lines_of_another_group_are_not_counted(bench: Workbench) -> None:
    group, other = made(bench)["Lines"], edge.new_token()
    bench.client("logs").create_log_group(logGroupName=other)
    put(bench.instance, other, *MATCHED)
    assert counted(bench.instance, group) == 0


def test_an_alarm_on_it_goes_off_and_its_topic_is_told(bench: Workbench) -> None:
    outputs = made(bench)
    sqs, sns = bench.client("sqs"), bench.client("sns")
    url = sqs.create_queue(QueueName=edge.new_token())["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(letting_in(outputs["Topic"], arn))})
    sns.subscribe(TopicArn=outputs["Topic"], Protocol="sqs", Endpoint=arn)
    put(bench.instance, outputs["Lines"], MATCHED[0])
    (alarm,) = bench.client("cloudwatch").describe_alarms(AlarmNames=[outputs["Alarm"]])["MetricAlarms"]
    assert alarm["StateValue"] == "ALARM"
    (message,) = edge.eventually(lambda: sqs.receive_message(QueueUrl=url).get("Messages", []))
    told = json.loads(json.loads(message["Body"])["Message"])
    assert (told["AlarmName"], told["NewStateValue"]) == (outputs["Alarm"], "ALARM")


@pytest.mark.parametrize("pattern", ["", "ERROR", "[a, b]", "{ $.a && $.b }", "{ $.a = * && $.b = * }", "{ $.a = b* }"])
def test_a_pattern_that_is_not_embedded_is_refused(instance: Instance, pattern: str) -> None:
    logs, group = instance.client("logs"), edge.new_token()
    logs.create_log_group(logGroupName=group)
    transformation = {"metricNamespace": group, "metricName": "Errors", "metricValue": "1"}
    with edge.refused("InvalidParameterException"):
        logs.put_metric_filter(
            logGroupName=group, filterName="errors", filterPattern=pattern, metricTransformations=[transformation]
        )


def test_ministack_alone_counts_none_of_them(stock: Workbench) -> None:
    group = made(stock)["Lines"]
    put(stock.instance, group, *MATCHED)
    assert counted(stock.instance, group) == 0
