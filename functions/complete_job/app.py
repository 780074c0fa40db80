"""Total up a job that has ended in any way, and write its report."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.job_completion import CompletedJob, EndingJob, complete_job
from cloudfront_extensions.aws.log import logger


@logger.inject_lambda_context
def handler(event: EndingJob, context: Any) -> CompletedJob:
    return complete_job(event)
