"""Total up a cleanup that has ended in any way, and write its report."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.cleanup_completion import CompletedCleanup, EndingCleanup, complete_cleanup
from cloudfront_extensions.aws.log import logger


@logger.inject_lambda_context
def handler(event: EndingCleanup, context: Any) -> CompletedCleanup:
    return complete_cleanup(event)
