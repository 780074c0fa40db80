"""Begin a rollback for a request token: hold its targets and plan it, or say which execution works on it."""

from __future__ import annotations

from typing import Any, TypedDict

from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.aws.rollback_beginning import AttachedRollback, BegunRollback, begin_rollback


class BeginningEvent(TypedDict):
    request: dict[str, Any]
    executionArn: str


@logger.inject_lambda_context
def handler(event: BeginningEvent, context: Any) -> BegunRollback | AttachedRollback:
    return begin_rollback(event["request"], event["executionArn"])
