"""Begin a change of log delivery: what each distribution takes, in batches."""

from __future__ import annotations

from typing import Any, TypedDict

from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.aws.log_delivery import BegunDelivery, list_log_deliveries


class BeginningEvent(TypedDict):
    request: dict[str, Any]
    runId: str


@logger.inject_lambda_context
def handler(event: BeginningEvent, context: Any) -> BegunDelivery:
    return list_log_deliveries(event["request"], event["runId"])
