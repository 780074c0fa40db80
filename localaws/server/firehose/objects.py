"""What Firehose writes to S3: records one behind the other, and a document for each that failed.

An object has the prefix and the name of the moment at which the oldest of its records arrived.
"""

from __future__ import annotations

import base64
import functools
import gzip
import json
import sys
import time
from collections.abc import Callable

from ministack import app
from ministack.core.responses import new_uuid
from ministack.services import cloudwatch_logs, firehose, s3

from localaws.server.firehose.records import Json, Record, may
from localaws.server.firehose.transformation import Failure
from localaws.server.permissions.required import Permission

FAILED = "processing-failed"
EXTENSIONS = {"GZIP": ".gz"}
COMPRESSED: dict[str, Callable[[bytes], bytes]] = {"GZIP": gzip.compress, "UNCOMPRESSED": bytes}
"""How each format that is embedded is made."""


def write_records(stream: Json, configuration: Json, records: list[Record]) -> None:
    form = configuration.get("CompressionFormat", "UNCOMPRESSED")
    moment = time.gmtime(min(record.arrived for record in records))
    prefix = firehose._evaluate_prefix(configuration.get("Prefix", ""), moment)
    extension = configuration.get("FileExtension") or EXTENSIONS.get(form, "")
    body = COMPRESSED[form](b"".join(record.data for record in records))
    put(stream, configuration, f"{prefix}{_suffix(stream, moment)}{extension}", body)


def write_failures(stream: Json, configuration: Json, failures: list[Failure]) -> None:
    """One line of JSON for each, uncompressed; and one in the log of the delivery stream, if it has one."""
    moment = time.gmtime(min(failure.record.arrived for failure in failures))
    template = configuration.get("ErrorOutputPrefix") or f"{configuration.get('Prefix', '')}{FAILED}/"
    prefix = firehose._evaluate_prefix(template, moment, error_type=FAILED)
    lines = "".join(json.dumps(_document(failure)) + "\n" for failure in failures)
    put(stream, configuration, f"{prefix}{_suffix(stream, moment)}", lines.encode())
    for code, message in {failure.code: failure.message for failure in failures}.items():
        tell(stream, configuration, code, message)


def put(stream: Json, configuration: Json, key: str, body: bytes) -> None:
    """Write an object, if the role may. What may not be written is lost; Firehose would try again for 24 hours."""
    arn = f"{configuration['BucketARN']}/{key}"
    if not may(configuration["RoleARN"], stream, Permission("s3:PutObject", arn)):
        tell(stream, configuration, "S3.AccessDenied", f"Access was denied to {arn}.")
        return
    bucket = configuration["BucketARN"].rpartition(":")[2]
    headers = {
        "content-type": "application/octet-stream",
        "content-length": str(len(body)),
        "host": "s3.us-east-1.amazonaws.com",
    }
    handler = functools.partial(s3.handle_request, internal=True)
    status, _, answer = app.call_service_handler_sync(handler, "PUT", f"/{bucket}/{key}", headers, body, {})
    if status != 200:
        print(f"Firehose {stream['name']} could not write {arn}: {answer!r}", file=sys.stderr, flush=True)
        tell(stream, configuration, "S3.ObjectNotWritten", f"{arn} could not be written.")


def tell(stream: Json, configuration: Json, code: str, message: str) -> None:
    """Write an error to the log that the delivery stream names, if there is one and the role may."""
    options = configuration.get("CloudWatchLoggingOptions") or {}
    group, name = options.get("LogGroupName"), options.get("LogStreamName")
    if str(options.get("Enabled", "false")).lower() != "true" or group not in cloudwatch_logs._log_groups:
        return
    region, account = stream["arn"].split(":")[3:5]
    log_stream = f"arn:aws:logs:{region}:{account}:log-group:{group}:log-stream:{name}"
    if not may(configuration["RoleARN"], stream, Permission("logs:PutLogEvents", log_stream)):
        return
    line = {"deliveryStreamARN": stream["arn"], "errorCode": code, "message": message}
    event = {"timestamp": int(time.time() * 1000), "message": json.dumps(line)}
    cloudwatch_logs._put_log_events({"logGroupName": group, "logStreamName": name, "logEvents": [event]})


def _suffix(stream: Json, moment: time.struct_time) -> str:
    return f"{stream['name']}-{stream.get('version', 1)}-{time.strftime('%Y-%m-%d-%H-%M-%S', moment)}-{new_uuid()}"


def _document(failure: Failure) -> Json:
    return {
        "attemptsMade": failure.attempts,
        "arrivalTimestamp": int(failure.record.arrived * 1000),
        "errorCode": failure.code,
        "errorMessage": failure.message,
        "attemptEndingTimestamp": int(time.time() * 1000),
        "rawData": base64.b64encode(failure.record.data).decode(),
        "lambdaArn": failure.function,
    }
