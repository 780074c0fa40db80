"""Write the report of a rollback that has ended in any way."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.aws.rollback_completion import (
    CompletedRollback,
    EndingRollback,
    NotBegun,
    Unstarted,
    complete_rollback,
)


@logger.inject_lambda_context
def handler(event: EndingRollback | NotBegun, context: Any) -> CompletedRollback | Unstarted:
    return complete_rollback(event)
