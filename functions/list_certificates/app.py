"""Begin a run of the inventory: all certificates of the account, in batches; or say which execution is at it."""

from __future__ import annotations

from typing import Any, TypedDict

from cloudfront_extensions.aws.inventory_beginning import AttachedRun, BegunRun, list_certificates
from cloudfront_extensions.aws.log import logger


class BeginningEvent(TypedDict):
    request: dict[str, Any]
    executionArn: str


@logger.inject_lambda_context
def handler(event: BeginningEvent, context: Any) -> BegunRun | AttachedRun:
    return list_certificates(event["request"], event["executionArn"])
