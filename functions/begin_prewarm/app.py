"""Begin a pre-warming: what is to be fetched through which points of presence, and the invalidation before it."""

from __future__ import annotations

from typing import Any, TypedDict

from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.aws.prewarm_beginning import BegunPrewarm, begin_prewarm


class BeginningEvent(TypedDict):
    request: dict[str, Any]
    runId: str


@logger.inject_lambda_context
def handler(event: BeginningEvent, context: Any) -> BegunPrewarm:
    return begin_prewarm(event["request"], event["runId"])
