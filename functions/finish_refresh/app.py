"""Finish a refresh of the metrics: folders that did not change meanwhile are pending no more."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.aws.metrics_refresh_ending import FinishedRefresh, finish
from cloudfront_extensions.aws.metrics_refresh_state import Scanned


@logger.inject_lambda_context
def handler(event: Scanned, context: Any) -> FinishedRefresh:
    return finish(event)
