"""Delivery streams for contract tests: made, fed, and what came of it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from typing import Any

from tests.integration.localaws import edge
from tests.integration.localaws.workbench import Workbench

FIREHOSE, CLOUDFRONT = "firehose.amazonaws.com", "cloudfront.amazonaws.com"
PREFIX = "logs/hour=!{timestamp:yyyy-MM-dd-HH}/"
ERRORS = "failed/!{firehose:error-output-type}/hour=!{timestamp:yyyy-MM-dd-HH}/"
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
SIXTY_SECONDS = {"SizeInMBs": 1, "IntervalInSeconds": 60}

Json = dict[str, Any]


def firehose_role(bench: Workbench, *statements: Json) -> str:
    return bench.role("", *(statements or [EVERYTHING]), service=[FIREHOSE])


def stream(bench: Workbench) -> tuple[str, str]:
    """A new stream of Kinesis: its name and ARN."""
    kinesis, name = bench.client("kinesis"), edge.new_token()
    kinesis.create_stream(StreamName=name, StreamModeDetails={"StreamMode": "ON_DEMAND"})
    return name, str(kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"])


def destination(bench: Workbench, bucket: str, function: str | None = None, **more: Any) -> Json:
    """The configuration of a destination in S3, by way of the function if there is one."""
    configuration: Json = {
        "BucketARN": f"arn:aws:s3:::{bucket}",
        "Prefix": PREFIX,
        "ErrorOutputPrefix": ERRORS,
        "BufferingHints": SIXTY_SECONDS,
        "CompressionFormat": "GZIP",
    }
    if function:
        configuration["ProcessingConfiguration"] = processing(function)
    configuration |= more
    return configuration if "RoleARN" in configuration else configuration | {"RoleARN": firehose_role(bench)}


def processing(function: str, **parameters: str) -> Json:
    named = {"LambdaArn": function, "BufferIntervalInSeconds": "60", **parameters}
    values = [{"ParameterName": name, "ParameterValue": value} for name, value in named.items()]
    return {"Enabled": True, "Processors": [{"Type": "Lambda", "Parameters": values}]}


def delivery_stream(bench: Workbench, configuration: Json, source: str | None = None, role: str = "") -> str:
    """A new delivery stream, from a stream of Kinesis if one is named; returns its name."""
    name, more = edge.new_token(), {}
    if source:
        from_kinesis = {"KinesisStreamARN": source, "RoleARN": role or firehose_role(bench)}
        more = {
            "DeliveryStreamType": "KinesisStreamAsSource",
            "KinesisStreamSourceConfiguration": from_kinesis,
        }
    bench.client("firehose").create_delivery_stream(
        DeliveryStreamName=name, ExtendedS3DestinationConfiguration=configuration, **more
    )
    return name


def put(bench: Workbench, stream_name: str, *lines: bytes) -> None:
    records = [{"Data": line, "PartitionKey": str(number)} for number, line in enumerate(lines)]
    bench.client("kinesis").put_records(StreamName=stream_name, Records=records)


def objects(bench: Workbench, bucket: str, prefix: str = "") -> dict[str, bytes]:
    """The objects of a bucket by key."""
    s3 = bench.client("s3")
    found = s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
    return {each["Key"]: s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read() for each in found}


def delivered(bench: Workbench, bucket: str, lines: Sequence[bytes]) -> list[bytes]:
    """All lines under `logs/`, sorted, once there are as many."""

    def all_there() -> list[bytes] | None:
        bodies = objects(bench, bucket, "logs/").values()
        found = [line for body in bodies for line in gzip.decompress(body).splitlines(keepends=True)]
        return sorted(found) if len(found) >= len(lines) else None

    found = edge.eventually(all_there, 20)
    assert found is not None
    return found


def failed(bench: Workbench, bucket: str, number: int = 1) -> list[Json]:
    """The documents of failures, once there are as many."""

    def all_there() -> list[Json] | None:
        bodies = objects(bench, bucket, "failed/").values()
        found = [json.loads(line) for body in bodies for line in body.splitlines()]
        return found if len(found) >= number else None

    found = edge.eventually(all_there, 20)
    assert found is not None
    return found
