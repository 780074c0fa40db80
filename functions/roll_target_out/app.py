"""Take the next step with one target of a rollback, as far as that can be done now."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.aws.target_rollout import RolloutInput, RolloutState, roll_target_out


@logger.inject_lambda_context
def handler(event: RolloutInput | RolloutState, context: Any) -> RolloutState:
    return roll_target_out(event)
