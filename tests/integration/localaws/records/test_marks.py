"""Where a marked text is found, and that it is found nowhere else."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator

import pytest

from localaws import executions, marks
from localaws.control import ControlRefused
from tests.integration.localaws.edge import eventually
from tests.integration.localaws.workbench import INVOKE, Workbench

SECRET = "-----BEGIN KEY-----\nMIIEvQ/IBADA+NBgkq\n-----END KEY-----"
KEEPS_A_SECRET = """
    import os
    import boto3

    def handler(event, context):
        print("the key is", repr(event["secret"]))
        item = {"id": {"S": "1"}, "key": {"S": event["secret"]}}
        boto3.client("dynamodb").put_item(TableName=os.environ["TABLE"], Item=item)
        return {"kept": True}
"""


@pytest.fixture(autouse=True)
def marked(bench: Workbench) -> Iterator[None]:
    marks.mark(bench.instance, SECRET, "key")
    yield
    marks.forget(bench.instance)


def seen(bench: Workbench) -> set[tuple[str, str, str, str]]:
    return {(one.sink, one.who, one.what, one.direction) for one in marks.sightings(bench.instance)}


def table(bench: Workbench, name: str) -> str:
    bench.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return name


def test_every_place_that_a_secret_goes_through_is_found(bench: Workbench) -> None:
    variables = {"TABLE": table(bench, "marks-everywhere")}
    bench.function(KEEPS_A_SECRET, name="keeps-a-secret", Environment={"Variables": variables})
    parameters = {"FunctionName": "keeps-a-secret", "Payload.$": "$"}
    states = {
        "Keep it": {"Type": "Task", "Resource": INVOKE, "Parameters": parameters, "ResultPath": "$.kept", "End": True}
    }
    ended = bench.run(states, {"secret": SECRET})
    assert ended["status"] == "SUCCEEDED"
    bench.client("events").put_events(
        Entries=[{"Source": "test.keys", "DetailType": "Kept", "Detail": json.dumps({"secret": SECRET})}]
    )
    machine = ended["stateMachineArn"].rpartition(":")[2]
    assert {
        ("call", "test", "states:StartExecution", "request"),
        ("state", machine, "Keep it", "input"),
        ("state", machine, "Keep it", "output"),
        ("call", f"contract-test/{machine}", "lambda:Invoke", "request"),
        ("log", "keeps-a-secret", "", ""),
        ("call", "contract-test/keeps-a-secret", "dynamodb:PutItem", "request"),
        ("call", "test", "events:PutEvents", "request"),
        ("event", "test.keys", "Kept", ""),
    } <= seen(bench)
    assert ("call", f"contract-test/{machine}", "lambda:Invoke", "answer") not in seen(bench)


def test_the_record_of_a_call_says_that_it_bears_the_mark(bench: Workbench) -> None:
    bench.client("dynamodb").put_item(
        TableName=table(bench, "marks-in-a-table"), Item={"id": {"S": "1"}, "key": {"S": SECRET}}
    )
    bench.client("dynamodb").get_item(TableName="marks-in-a-table", Key={"id": {"S": "1"}})
    marked = [
        (call["operation"], call["marked"]) for call in executions.lines(bench.instance.calls) if "marked" in call
    ]
    assert marked[-2:] == [("PutItem", ["request"]), ("GetItem", ["answer"])]


@pytest.mark.parametrize(
    "body",
    [
        SECRET.encode(),
        json.dumps({"inner": json.dumps({"key": SECRET})}).encode(),
        base64.b64encode(f"x{SECRET}".encode()),
        base64.b64encode(f"xy{SECRET}".encode()),
        base64.b64encode(json.dumps({"key": SECRET}).encode()),
        gzip.compress(SECRET.encode()),
    ],
    ids=["as it is", "JSON in JSON", "base64", "base64, one further", "JSON in base64", "gzip"],
)
def test_a_mark_is_recognised_in_other_forms(bench: Workbench, body: bytes) -> None:
    bench.client("s3").put_object(Bucket=bench.bucket(), Key="some-object", Body=body)
    assert ("call", "test", "s3:PutObject", "request") in seen(bench)


def test_a_mark_is_recognised_in_a_form_and_in_a_path(bench: Workbench) -> None:
    topic = bench.client("sns").create_topic(Name="marks")["TopicArn"]
    bench.client("sns").publish(TopicArn=topic, Message=SECRET)
    bench.client("s3").put_object(Bucket=bench.bucket(), Key=SECRET, Body=b"")
    assert {what for _, _, what, _ in seen(bench)} == {"sns:Publish", "s3:PutObject"}


def test_a_function_that_an_event_invokes_is_looked_at_too(bench: Workbench) -> None:
    function = bench.function("def handler(event, context): return event['detail']", name="told-by-a-rule")
    bench.client("events").put_rule(Name="marks", EventPattern=json.dumps({"source": ["test.told"]}))
    bench.client("events").put_targets(Rule="marks", Targets=[{"Id": "1", "Arn": function}])
    bench.client("lambda").add_permission(
        FunctionName=function, StatementId="rule", Action="lambda:InvokeFunction", Principal="events.amazonaws.com"
    )
    bench.client("events").put_events(
        Entries=[{"Source": "test.told", "DetailType": "Kept", "Detail": json.dumps({"secret": SECRET})}]
    )
    both = {("invocation", "told-by-a-rule", "", direction) for direction in ("request", "answer")}
    eventually(lambda: both <= seen(bench))


def test_what_does_not_hold_the_text_is_not_found(bench: Workbench) -> None:
    bench.client("dynamodb").put_item(
        TableName=table(bench, "marks-nowhere"), Item={"id": {"S": "1"}, "key": {"S": SECRET[:-1]}}
    )
    assert bench.run({"Pass": {"Type": "Pass", "End": True}}, {"secret": SECRET[1:]})["status"] == "SUCCEEDED"
    assert seen(bench) == set()


def test_the_list_does_not_show_the_text(bench: Workbench) -> None:
    bench.client("s3").put_object(Bucket=bench.bucket(), Key="some-object", Body=SECRET.encode())
    (found,) = marks.sightings(bench.instance)
    assert (found.mark, found.count) == ("key", 1)
    assert "MIIEvQ" not in repr(found)


def test_a_text_that_would_be_found_by_chance_is_refused(bench: Workbench) -> None:
    with pytest.raises(ControlRefused, match="8 or more"):
        marks.mark(bench.instance, "secret")
