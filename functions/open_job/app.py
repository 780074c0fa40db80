"""Open a job for a request token, go on with the one that is there, or say which execution works on it."""

from __future__ import annotations

from typing import Any, TypedDict

from cloudfront_extensions.aws.job_opening import AttachedJob, OpenedJob, open_job
from cloudfront_extensions.aws.log import logger


class OpeningEvent(TypedDict):
    request: dict[str, Any]
    executionArn: str


@logger.inject_lambda_context
def handler(event: OpeningEvent, context: Any) -> OpenedJob | AttachedJob:
    return open_job(event["request"], event["executionArn"])
