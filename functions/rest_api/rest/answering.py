"""From API Gateway's event to its answer: who asks, may he, is the body sound, and then the route.

Everything that goes wrong on the way becomes a problem (RFC 9457). What nobody expected is logged with its trace, and
answered with a problem that says nothing of the inside.
"""

from __future__ import annotations

import logging
from typing import Any

from cloudfront_extensions.operations import access
from rest.bodies import check_body
from rest.callers import caller_of
from rest.headers import response_headers
from rest.problems import problem_answer
from rest.resolver import resolver, takes_body
from rest.routing import operation_of

Json = dict[str, Any]

for library in ("botocore", "urllib3", "aws_lambda_powertools"):
    # At the level DEBUG these log requests and answers whole.
    logging.getLogger(library).setLevel(logging.INFO)


def answer(event: Json, context: Any) -> Json:
    try:
        operation = operation_of(event)
        access.check(operation, caller_of(event))
        check_body(event, is_wanted=takes_body(operation))
        answered: Json = resolver.resolve(event, context)
    except Exception as error:  # noqa: BLE001 - the edge of the process: whatever it is becomes a problem
        refusal = problem_answer(error, event)
        headers = {name: [value] for name, value in refusal.headers.items()}
        answered = {"statusCode": refusal.status_code, "multiValueHeaders": headers, "body": refusal.body}
    return {
        "statusCode": int(answered["statusCode"]),
        "multiValueHeaders": {**answered["multiValueHeaders"], **response_headers(event)},
        "body": answered.get("body") or "",
        "isBase64Encoded": False,
    }
