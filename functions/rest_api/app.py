"""Answer a request to the REST API, of people or of machines."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.log import logger
from rest.answering import answer


# What is asked holds tokens and may hold what is secret: it is never logged, whatever the environment says.
@logger.inject_lambda_context(log_event=False, correlation_id_path="requestContext.requestId")
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return answer(event, context)
