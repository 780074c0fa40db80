"""An error as the answer that tells of it: application/problem+json (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.errors import CloudFrontExtensionsError, InvalidInput, NoSuchRoute
from cloudfront_extensions.problems import problem_of, retry_after

MEDIA_TYPE = "application/problem+json"
MOST_FIELDS = 50


def problem_answer(error: Exception, event: Mapping[str, Any]) -> Response[str]:
    known = _known(error)
    problem = problem_of(known, (event.get("requestContext") or {}).get("requestId"))
    _log(known, problem["status"])
    faults = {"errors": _faults(error)} if isinstance(error, RequestValidationError) else {}
    seconds = retry_after(problem)
    return Response(
        problem["status"],
        MEDIA_TYPE,
        json.dumps({**problem, **faults}),
        {"Retry-After": str(seconds)} if seconds else {},
    )


def _known(error: Exception) -> Exception:
    match error:
        case RequestValidationError():
            first = [f"{fault['field']}: {fault['message']}" for fault in _faults(error)[:3]]
            return InvalidInput("; ".join(first))
        case NotFoundError():
            return NoSuchRoute("there is no such operation")
    return error


def _faults(error: RequestValidationError) -> list[dict[str, str]]:
    """Where, and what is wanted there; never what was sent."""
    return [
        {"field": ".".join(str(part) for part in fault["loc"])[:256], "message": fault["msg"]}
        for fault in error.errors()[:MOST_FIELDS]
    ]


def _log(error: Exception, status: int) -> None:
    """What is nobody's fault who asked: AWS's own words, and where in the code something unknown happened.

    Not the message of an unknown error, which may quote what was sent.
    """
    if isinstance(error, CloudFrontExtensionsError):
        if status >= 500:
            logger.error("AWS did not do what it was asked for", error=type(error).__name__, reason=str(error))
        return
    logger.error("a request failed", error=type(error).__name__, trace=_trace(error))


def _trace(error: Exception) -> list[str]:
    lines, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        lines.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return lines
