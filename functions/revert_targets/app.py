"""Give back to all targets that have to go back what they had, as far as that can be done now."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.aws.target_reverting import RevertInput, RevertState, revert_targets


@logger.inject_lambda_context
def handler(event: RevertInput, context: Any) -> RevertState:
    return revert_targets(event)
