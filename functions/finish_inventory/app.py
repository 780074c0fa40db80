"""Total up a run of the inventory, forecast the renewals, and write the reports."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.inventory_beginning import BegunRun
from cloudfront_extensions.aws.inventory_ending import FinishedRun, finish
from cloudfront_extensions.aws.log import logger


@logger.inject_lambda_context
def handler(event: BegunRun, context: Any) -> FinishedRun:
    return finish(event)
