"""Report what every fetch of a pre-warming came to."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.aws.prewarm_beginning import BegunPrewarm
from cloudfront_extensions.aws.prewarm_ending import FinishedPrewarm, finish_prewarm


@logger.inject_lambda_context
def handler(event: BegunPrewarm, context: Any) -> FinishedPrewarm:
    return finish_prewarm(event)
