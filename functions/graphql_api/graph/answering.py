"""From AppSync's event to the value of a field: who asks, may he, and then the field.

What goes wrong is raised again as AppSync passes it on: the message of a Lambda function's error becomes the message of the
GraphQL error, whole. Its lines are the problem's type, what happened, what to do about it, and the request to look for in
the log. What nobody expected is logged with its trace, and told without anything of the inside.
"""

from __future__ import annotations

import logging
from typing import Any

from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.errors import CloudFrontExtensionsError
from cloudfront_extensions.operations.sizes import fitting
from cloudfront_extensions.problems import UNEXPECTED, Problem, problem_of
from graph.callers import caller_of, check
from graph.fields import resolver
from graph.given import arguments_of

for library in ("botocore", "urllib3", "aws_lambda_powertools"):
    # At the level DEBUG these log requests and answers whole.
    logging.getLogger(library).setLevel(logging.INFO)


_LESS = "Ask for less at once: a smaller `limit`, or one of `forms` at a time; REST has each form by itself."


class UnexpectedError(Exception):
    """What nobody had thought of; its message says nothing of it."""


def answer(event: dict[str, Any], context: Any) -> Any:
    try:
        caller = caller_of(event)
        check(event["info"], caller)
        resolver.append_context(caller=caller)  # type: ignore[no-untyped-call]
        told = resolver.resolve({**event, "arguments": arguments_of(event)}, context)
        # Documents that fit each by itself may not together, nor as a text within a text.
        return fitting(told, event["info"]["fieldName"], _LESS)
    except CloudFrontExtensionsError as error:
        problem = problem_of(error, context.aws_request_id)
        if problem["status"] >= UNEXPECTED:
            logger.error("AWS did not do what it was asked for", error=type(error).__name__, reason=str(error))
        raise type(error)(_message(problem)) from None
    except Exception as error:  # noqa: BLE001 - the edge of the process: nothing of the inside may reach a client
        # Not its message, which may quote what was sent.
        logger.error("a field failed", error=type(error).__name__, trace=_trace(error))
        raise UnexpectedError(_message(problem_of(error, context.aws_request_id))) from None


def _message(problem: Problem) -> str:
    parts = (problem["type"], problem["detail"], problem["nextAction"], problem["instance"])
    return "\n".join(" ".join(part.splitlines()) for part in parts)


def _trace(error: Exception) -> list[str]:
    lines, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        lines.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return lines
