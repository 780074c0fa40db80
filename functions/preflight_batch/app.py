"""Judge a whole batch before anything is created, and write down what is to be done."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.batch_preflight import PreflightedJob, preflight
from cloudfront_extensions.aws.job_opening import OpenedJob
from cloudfront_extensions.aws.log import logger


@logger.inject_lambda_context
def handler(event: OpenedJob, context: Any) -> PreflightedJob:
    return preflight(event)
