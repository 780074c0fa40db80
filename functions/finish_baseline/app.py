"""Report what a baseline captured, and whether anything is missing."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.config_baseline import BegunBaseline, FinishedBaseline, finish
from cloudfront_extensions.aws.log import logger


@logger.inject_lambda_context
def handler(event: BegunBaseline, context: Any) -> FinishedBaseline:
    return finish(event)
