"""Take back what a job made for one item, as far as that can be done now."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.item_cleanup import CleanupInput, CleanupState, clean_up_item
from cloudfront_extensions.aws.log import logger


@logger.inject_lambda_context
def handler(event: CleanupInput | CleanupState, context: Any) -> CleanupState:
    return clean_up_item(event)
