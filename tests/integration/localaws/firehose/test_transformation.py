"""A function is asked about records, and its answer is held against what Firehose wants of it."""

from __future__ import annotations

import base64
import json

import pytest

from tests.integration.localaws import edge
from tests.integration.localaws.firehose.delivering import (
    delivered,
    delivery_stream,
    destination,
    failed,
    firehose_role,
    objects,
    processing,
    put,
    stream,
)
from tests.integration.localaws.workbench import Workbench

UPPER = """
    import base64

    def handler(event, context):
        answers = []
        for record in event["records"]:
            line = base64.b64decode(record["data"])
            if line == b"drop\\n":
                answers.append({"recordId": record["recordId"], "result": "Dropped"})
            elif line == b"fail\\n":
                answers.append({"recordId": record["recordId"], "result": "ProcessingFailed"})
            else:
                data = base64.b64encode(line.upper()).decode()
                answers.append({"recordId": record["recordId"], "result": "Ok", "data": data})
        return {"records": answers}
"""
TELLS_EVENT = """
    import base64, json

    def handler(event, context):
        data = base64.b64encode(json.dumps(event).encode() + b"\\n").decode()
        first, *others = event["records"]
        dropped = [{"recordId": each["recordId"], "result": "Dropped"} for each in others]
        return {"records": [{"recordId": first["recordId"], "result": "Ok", "data": data}, *dropped]}
"""
WRONG = {
    "Lambda.FunctionError": "raise RuntimeError('no')",
    "Lambda.MissingRecordId": "return {'records': []}",
    "Lambda.DuplicatedRecordId": "return {'records': 2 * [{'recordId': e['records'][0]['recordId'], 'result': 'Dropped'}]}",
    "Lambda.JsonProcessingException": "return {'records': [{'recordId': e['records'][0]['recordId'], 'result': 'Fine'}]}",
}


def test_what_the_function_makes_of_records_is_written_and_what_it_drops_is_not(bench: Workbench) -> None:
    bucket, (name, arn) = bench.bucket(), stream(bench)
    delivery_stream(bench, destination(bench, bucket, bench.function(UPPER)), source=arn)
    put(bench, name, b"one\n", b"drop\n", b"two\n")
    assert delivered(bench, bucket, [b"", b""]) == [b"ONE\n", b"TWO\n"]
    assert objects(bench, bucket, "failed/") == {}


def test_a_record_that_failed_is_kept_under_the_prefix_for_errors_as_it_came(bench: Workbench) -> None:
    bucket, (name, arn), function = bench.bucket(), stream(bench), bench.function(UPPER)
    delivery_stream(bench, destination(bench, bucket, function), source=arn)
    put(bench, name, b"one\n", b"fail\n")
    (document,) = failed(bench, bucket)
    assert (document["errorCode"], document["attemptsMade"]) == ("Lambda.ProcessingFailedStatus", 1)
    assert (base64.b64decode(document["rawData"]), document["lambdaArn"]) == (b"fail\n", function)
    assert document["arrivalTimestamp"] <= document["attemptEndingTimestamp"]
    (key,) = objects(bench, bucket, "failed/")
    assert key.startswith("failed/processing-failed/hour=")
    assert delivered(bench, bucket, [b""]) == [b"ONE\n"]


@pytest.mark.parametrize("code", WRONG)
def test_a_function_that_fails_or_answers_wrongly_is_asked_again_and_loses_nothing(bench: Workbench, code: str) -> None:
    bucket, (name, arn) = bench.bucket(), stream(bench)
    function = bench.function(f"def handler(e, context): {WRONG[code]}")
    retrying_once = processing(function, NumberOfRetries="1")
    delivery_stream(bench, destination(bench, bucket, ProcessingConfiguration=retrying_once), source=arn)
    put(bench, name, b"one\n")
    (document,) = failed(bench, bucket)
    assert (document["errorCode"], document["attemptsMade"]) == (code, 2)
    assert base64.b64decode(document["rawData"]) == b"one\n"


def test_a_function_is_told_where_records_come_from(bench: Workbench) -> None:
    bucket, (name, arn) = bench.bucket(), stream(bench)
    made = delivery_stream(bench, destination(bench, bucket, bench.function(TELLS_EVENT)), source=arn)
    put(bench, name, b"one\n")
    event = json.loads(delivered(bench, bucket, [b""])[0])
    (record,) = event["records"]
    assert event["deliveryStreamArn"].endswith(f":deliverystream/{made}")
    assert (event["sourceKinesisStreamArn"], event["region"]) == (arn, "us-east-1")
    assert base64.b64decode(record["data"]) == b"one\n"
    metadata = record["kinesisRecordMetadata"]
    assert record["recordId"].startswith(metadata["sequenceNumber"])
    assert metadata["approximateArrivalTimestamp"] == record["approximateArrivalTimestamp"]


def test_a_function_is_not_invoked_unless_the_role_may(bench: Workbench) -> None:
    bucket, (name, arn) = bench.bucket(), stream(bench)
    writing = {"Effect": "Allow", "Action": ["kinesis:*", "s3:*"], "Resource": "*"}
    role = firehose_role(bench, writing)
    delivery_stream(bench, destination(bench, bucket, bench.function(UPPER), RoleARN=role), source=arn)
    put(bench, name, b"one\n")
    (document,) = failed(bench, bucket)
    assert (document["errorCode"], document["attemptsMade"]) == ("Lambda.InvokeAccessDenied", 1)


def test_failures_stand_in_the_log_of_the_delivery_stream(bench: Workbench) -> None:
    logs, group, bucket, (name, arn) = bench.client("logs"), edge.new_token(), bench.bucket(), stream(bench)
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="errors")
    logging = {"Enabled": True, "LogGroupName": group, "LogStreamName": "errors"}
    configuration = destination(bench, bucket, bench.function(UPPER), CloudWatchLoggingOptions=logging)
    delivery_stream(bench, configuration, source=arn)
    put(bench, name, b"fail\n")
    failed(bench, bucket)
    events = edge.eventually(lambda: logs.get_log_events(logGroupName=group, logStreamName="errors")["events"])
    assert json.loads(events[0]["message"])["errorCode"] == "Lambda.ProcessingFailedStatus"


def test_ministack_alone_leaves_out_what_failed(stock: Workbench) -> None:
    bucket, (name, arn) = stock.bucket(), stream(stock)
    function = stock.function(UPPER, runtime="python3.11")
    delivery_stream(stock, destination(stock, bucket, function), source=arn)
    put(stock, name, b"fail\n")
    put(stock, name, b"one\n")
    edge.eventually(lambda: objects(stock, bucket))
    assert list(objects(stock, bucket).values()) == [b"ONE\n"]
