"""Make a job the cleanup's own, and write down what the cleanup goes through."""

from __future__ import annotations

from typing import Any, TypedDict

from cloudfront_extensions.aws.cleanup_planning import PlannedCleanup, plan_cleanup
from cloudfront_extensions.aws.log import logger


class PlanningEvent(TypedDict):
    request: dict[str, Any]
    executionArn: str


@logger.inject_lambda_context
def handler(event: PlanningEvent, context: Any) -> PlannedCleanup:
    return plan_cleanup(event["request"], event["executionArn"])
