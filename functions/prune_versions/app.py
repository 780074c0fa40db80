"""Let go, of a batch of distributions, the versions that have outlived their days."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.config_baseline import Batch, prune_batch
from cloudfront_extensions.aws.log import logger


@logger.inject_lambda_context
def handler(event: Batch, context: Any) -> dict[str, int]:
    return prune_batch(event)
