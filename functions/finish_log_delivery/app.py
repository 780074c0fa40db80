"""Report what a change of log delivery came to, and whether anything is missing."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.aws.log_delivery import BegunDelivery, FinishedDelivery, finish


@logger.inject_lambda_context
def handler(event: BegunDelivery, context: Any) -> FinishedDelivery:
    return finish(event)
