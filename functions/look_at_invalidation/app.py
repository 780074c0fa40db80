"""Look whether the invalidation before a pre-warming is done."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.aws.prewarm_beginning import BegunPrewarm, look_at_invalidation


@logger.inject_lambda_context
def handler(event: BegunPrewarm, context: Any) -> BegunPrewarm:
    return look_at_invalidation(event)
