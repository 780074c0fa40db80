"""Ask people to approve of a rollback's plan; their answer comes through the task token alone."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.approvals import Asking, ask
from cloudfront_extensions.aws.log import logger


@logger.inject_lambda_context
def handler(event: Asking, context: Any) -> None:
    ask(event)
