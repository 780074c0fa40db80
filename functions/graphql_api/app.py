"""Resolve a field of the GraphQL API, for people or for machines."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.log import logger
from graph.answering import answer


# What is asked holds tokens and may hold what is secret: it is never logged, whatever the environment says.
@logger.inject_lambda_context(log_event=False)
def handler(event: dict[str, Any], context: Any) -> Any:
    return answer(event, context)
