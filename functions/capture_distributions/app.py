"""Capture a batch of distributions as they are, and close the histories of those that are gone."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.config_baseline import Batch, look_at_batch
from cloudfront_extensions.aws.log import logger


@logger.inject_lambda_context
def handler(event: Batch, context: Any) -> dict[str, int]:
    return look_at_batch(event)
