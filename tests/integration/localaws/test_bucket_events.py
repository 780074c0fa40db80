"""A new object of a bucket is told by way of EventBridge and a queue to a function, which answers for each message."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration.localaws import edge
from tests.integration.localaws.workbench import Workbench

CODE = """
import json

def handler(event, context):
    failed = []
    for record in event["Records"]:
        told = json.loads(record["body"])
        key = told["detail"]["object"]["key"]
        print("HEARD " + json.dumps([key, told["detail-type"], told["detail"]["bucket"]["name"]]))
        if "bad" in key:
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
"""
TEMPLATE: dict[str, Any] = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Resources": {
        "Bucket": {
            "Type": "AWS::S3::Bucket",
            "Properties": {
                "NotificationConfiguration": {"EventBridgeConfiguration": {"EventBridgeEnabled": True}},
            },
        },
        "Dead": {"Type": "AWS::SQS::Queue"},
        "Arrivals": {
            "Type": "AWS::SQS::Queue",
            "Properties": {
                "VisibilityTimeout": 1,
                "RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 2},
            },
        },
        "Sending": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {
                "Queues": [{"Ref": "Arrivals"}],
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "events.amazonaws.com"},
                            "Action": "sqs:SendMessage",
                            "Resource": {"Fn::GetAtt": ["Arrivals", "Arn"]},
                            "Condition": {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["Rule", "Arn"]}}},
                        }
                    ],
                },
            },
        },
        "Rule": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "EventPattern": {
                    "source": ["aws.s3"],
                    "detail-type": ["Object Created"],
                    "detail": {"bucket": {"name": [{"Ref": "Bucket"}]}},
                },
                "Targets": [{"Id": "Queue", "Arn": {"Fn::GetAtt": ["Arrivals", "Arn"]}}],
            },
        },
    },
    "Outputs": {
        name: {"Value": value}
        for name, value in {
            "Bucket": {"Ref": "Bucket"},
            "Arrivals": {"Ref": "Arrivals"},
            "Dead": {"Ref": "Dead"},
            "ArrivalsArn": {"Fn::GetAtt": ["Arrivals", "Arn"]},
        }.items()
    },
}


@pytest.fixture(scope="module")
def outputs(bench: Workbench) -> dict[str, str]:
    stack = bench.stack(json.dumps(TEMPLATE))
    (described,) = bench.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}


@pytest.fixture(scope="module")
def function(bench: Workbench, outputs: dict[str, str]) -> str:
    arn = bench.function(CODE)
    bench.client("lambda").create_event_source_mapping(
        EventSourceArn=outputs["ArrivalsArn"],
        FunctionName=arn,
        BatchSize=10,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    return arn.rpartition(":")[2]


def heard(bench: Workbench, function: str) -> list[list[str]]:
    """Key, detail type and bucket of each message that the function had."""
    logs = bench.client("logs")
    try:
        events = logs.filter_log_events(logGroupName=f"/aws/lambda/{function}", filterPattern="HEARD")["events"]
    except logs.exceptions.ResourceNotFoundException:
        return []
    messages = [event["message"] for event in events if event["message"].startswith("HEARD ")]
    return [json.loads(message.removeprefix("HEARD ")) for message in messages]


def test_a_new_object_of_a_stacks_bucket_is_told_to_the_function(
    bench: Workbench, outputs: dict[str, str], function: str
) -> None:
    s3, bucket = bench.client("s3"), outputs["Bucket"]
    s3.put_object(Bucket=bucket, Key="good/a b.gz", Body=b"1")
    s3.copy_object(Bucket=bucket, Key="good/copy.gz", CopySource={"Bucket": bucket, "Key": "good/a b.gz"})
    wanted = [["good/a b.gz", "Object Created", bucket], ["good/copy.gz", "Object Created", bucket]]
    edge.eventually(lambda: all(one in heard(bench, function) for one in wanted), 60)


def test_a_message_that_the_function_names_as_failed_comes_again_and_then_lies_in_the_dead_letter_queue(
    bench: Workbench, outputs: dict[str, str], function: str
) -> None:
    s3, bucket = bench.client("s3"), outputs["Bucket"]
    for key in ("bad.gz", "fine.gz"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"1")
    sqs = bench.client("sqs")

    def dead() -> list[Any]:
        return list(sqs.receive_message(QueueUrl=outputs["Dead"], WaitTimeSeconds=1).get("Messages", []))

    (message,) = edge.eventually(dead, 60)
    assert json.loads(message["Body"])["detail"]["object"]["key"] == "bad.gz"
    keys = [key for key, *_ in heard(bench, function)]
    assert (keys.count("bad.gz"), keys.count("fine.gz")) == (2, 1)
