"""Judge a scan that failed: put right what can be and scan again, or say why not."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.aws.metrics_refresh_judging import ScanAgain, judge_query
from cloudfront_extensions.aws.metrics_refresh_state import FailedScan

MARGIN = 30_000
"""Milliseconds that are left to set files aside."""


@logger.inject_lambda_context
def handler(event: FailedScan, context: Any) -> ScanAgain:
    return judge_query(event, lambda: context.get_remaining_time_in_millis() > MARGIN)
