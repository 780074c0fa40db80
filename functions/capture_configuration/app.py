"""Capture the configuration that an event of CloudTrail tells of, or the one that is live, as a version."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.config_capture import Captured, PassedOver, capture
from cloudfront_extensions.aws.log import logger


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> Captured | PassedOver:
    return capture(event)
