"""Note the folders in which log files have arrived, and bring those of standard logging v1 to theirs."""

from __future__ import annotations

from typing import Any, TypedDict

from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.aws.log_arrivals import BatchResponse, note_arrivals


class BatchEvent(TypedDict):
    Records: list[dict[str, Any]]


@logger.inject_lambda_context
def handler(event: BatchEvent, context: Any) -> BatchResponse:
    return note_arrivals(event["Records"])
