"""Have the distributions of a batch deliver their access logs here, or no longer."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.aws.log_delivery_changes import Batch, change_batch


@logger.inject_lambda_context
def handler(event: Batch, context: Any) -> dict[str, int]:
    return change_batch(event)
