"""Approve of a rollback's plan or deny it: invoked by a person, once the rollback has asked."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.approvals import Answered, answer
from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.versions.rollback_answer import parse_answer


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> Answered:
    return answer(parse_answer(event))
