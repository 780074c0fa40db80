"""Write on an item why one of its stages failed and what a person does about it, and say so in words."""

from __future__ import annotations

from typing import Any, TypedDict

from cloudfront_extensions.aws.failure_records import Stage, record_failure
from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.jobs.failures import ErrorOutput, failure_of


class CaughtFailure(TypedDict):
    stage: Stage
    request: dict[str, Any]
    """Input or state of the workflow that failed; jobId and itemId are read of it."""
    failure: dict[str, Any]
    """Step Functions' error output: Error and Cause."""


class Recorded(ErrorOutput):
    recorded: bool


@logger.inject_lambda_context
def handler(event: CaughtFailure, context: Any) -> Recorded:
    recorded = record_failure(event["stage"], event["request"], event["failure"])
    return Recorded(recorded=recorded, **failure_of(event["failure"]).as_output())
