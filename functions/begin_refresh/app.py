"""Begin a refresh of the metrics: the folders that have changed, and the one statement that counts them."""

from __future__ import annotations

from typing import Any, TypedDict

from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.aws.metrics_refresh_beginning import BegunRefresh, BusyRefresh, NothingNew, begin
from cloudfront_extensions.aws.metrics_refresh_state import Progress


class BeginningEvent(TypedDict):
    request: dict[str, Any]
    progress: Progress
    executionArn: str


@logger.inject_lambda_context
def handler(event: BeginningEvent, context: Any) -> BegunRefresh | BusyRefresh | NothingNew:
    return begin(event["request"], event["progress"], event["executionArn"])
