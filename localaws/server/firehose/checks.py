"""What Firehose asks of a delivery stream before it makes or changes it, where MiniStack takes anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import firehose, kinesis

from localaws.server.firehose.records import FIREHOSE, Json, may
from localaws.server.permissions import trust
from localaws.server.permissions.required import Permission

EXPRESSION = re.compile(r"!\{")
ERROR_TYPE = "!{firehose:error-output-type}"
MEGABYTES, SECONDS = range(1, 128 + 1), range(900 + 1)

Operation = Callable[[Json], Any]


def unless_refused(stock: Operation) -> Operation:
    def operation(request: Json) -> Any:
        for complaint in complaints(request):
            return error_response_json("InvalidArgumentException", complaint, 400)
        return stock(request)

    return operation


def complaints(request: Json) -> Iterator[str]:
    if request.get("DeliveryStreamType") == "KinesisStreamAsSource":
        yield from _of_source(request.get("DeliveryStreamName", ""), request.get("KinesisStreamSourceConfiguration"))
    for resolve in (firehose._resolve_dest_type_and_config, firehose._resolve_dest_update_config):
        kind, configuration = resolve(request)
        if kind in ("ExtendedS3", "S3"):
            yield from _of_destination(configuration)


def _of_source(name: str, source: Json | None) -> Iterator[str]:
    if not source:
        yield "KinesisStreamSourceConfiguration is required for the type KinesisStreamAsSource"
        return
    arn, role = source.get("KinesisStreamARN", ""), source.get("RoleARN", "")
    if not trust.may_assume(role, FIREHOSE):
        yield f"Firehose is unable to assume role {role}. Please check the role provided."
    elif not may(role, {"name": name}, Permission("kinesis:DescribeStream", arn)):
        yield f"Role {role} is not authorized to perform: kinesis:DescribeStream on {arn}."
    elif kinesis._resolve_stream_by_arn(arn) is None:
        yield f"The stream {arn} does not exist"


def _of_destination(configuration: Json) -> Iterator[str]:
    role = configuration.get("RoleARN")
    if role and not trust.may_assume(role, FIREHOSE):
        yield f"Firehose is unable to assume role {role}. Please check the role provided."
    if EXPRESSION.search(configuration.get("Prefix") or ""):
        if not configuration.get("ErrorOutputPrefix"):
            yield "ErrorOutputPrefix cannot be null or empty when Prefix contains expressions"
        elif ERROR_TYPE not in configuration["ErrorOutputPrefix"]:
            yield f"ErrorOutputPrefix must contain {ERROR_TYPE} when Prefix contains expressions"
    hints = configuration.get("BufferingHints") or {}
    if int(hints.get("SizeInMBs", 5)) not in MEGABYTES or int(hints.get("IntervalInSeconds", 300)) not in SECONDS:
        yield "BufferingHints must be from 1 to 128 MB and from 0 to 900 seconds"
