"""Stop a rollback: what it has changed goes back. Invoked by a person, at any time until it has ended."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.approvals import Answered, stop
from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.versions.rollback_answer import parse_stop


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> Answered:
    return stop(parse_stop(event))
