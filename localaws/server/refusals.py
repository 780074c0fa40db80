"""Errors as a service would send them: by the protocol, the codes and the statuses of botocore's model."""

from __future__ import annotations

import functools
import json
import uuid
from xml.sax.saxutils import escape

from localaws.server.front_door import Answer, Call
from localaws.server.models import model_of

STATUS_OF_COMMON_CODES = {
    "AccessDenied": 403,
    "InternalError": 500,
    "InternalFailure": 500,
    "InternalServerError": 500,
    "InternalServiceError": 500,
    "InternalServiceException": 500,
    "InternalServerException": 500,
    "ServiceException": 500,
    "ServiceUnavailable": 503,
    "ServiceUnavailableException": 503,
    "SlowDown": 503,
    "TooManyRequestsException": 429,
}
"""Status of codes that models leave out, because every operation may answer them; 400 for any other."""


def refusal(call: Call, code: str, message: str) -> Answer:
    """The answer with which the called service refuses. `code` is the one that SDKs report."""
    service = call.service or ""
    protocol, status = protocol_of(service), status_of(service, code)
    request_id = str(uuid.uuid4())
    if protocol in ("rest-xml", "query", "ec2"):
        error = f"<Error><Type>Sender</Type><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
        body = f"<ErrorResponse>{error}<RequestId>{request_id}</RequestId></ErrorResponse>"
        if service == "s3":
            body = f"<Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
        return Answer(status, _headers("text/xml", request_id), f'<?xml version="1.0"?>{body}'.encode())
    headers = _headers("application/x-amz-json-1.0", request_id)
    of_graphql = {"errors": [{"errorType": code, "message": message}]}
    body = json.dumps(of_graphql if call.request.is_graphql else {"__type": code, "message": message})
    return Answer(status, (*headers, (b"x-amzn-errortype", code.encode())), body.encode())


def throttling_code(service: str | None) -> str:
    """The code with which a service asks for fewer requests; of REST APIs, the gateway response."""
    return {
        "appsync": "TooManyRequestsException",
        "athena": "TooManyRequestsException",
        "cloudformation": "Throttling",
        "cloudfront": "Throttling",
        "dynamodb": "ThrottlingException",
        "execute-api": "THROTTLED",
        "lambda": "TooManyRequestsException",
        "route53": "Throttling",
        "s3": "SlowDown",
        "serverlessrepo": "TooManyRequestsException",
        "servicequotas": "TooManyRequestsException",
        "sns": "Throttling",
        "tagging": "ThrottledException",
    }.get(service or "", "ThrottlingException")


def unavailable_code(service: str | None) -> str:
    """The code with which a service says that the fault is its own; of REST APIs, the gateway response."""
    return {
        "acm": "InternalFailure",
        "appsync": "InternalFailureException",
        "athena": "InternalServerException",
        "cloudfront": "InternalFailure",
        "dynamodb": "InternalServerError",
        "execute-api": "DEFAULT_5XX",
        "glue": "InternalServiceException",
        "lambda": "ServiceException",
        "s3": "InternalError",
        "servicequotas": "ServiceException",
        "sns": "InternalError",
        "tagging": "InternalServiceException",
    }.get(service or "", "InternalFailure")


def status_of(service: str, code: str) -> int:
    modelled = _modelled_statuses(service).get(code)
    return modelled or STATUS_OF_COMMON_CODES.get(code, 400)


def protocol_of(service: str) -> str:
    return str(model_of(service).metadata["protocol"])


@functools.cache
def _modelled_statuses(service: str) -> dict[str, int]:
    model = model_of(service)
    statuses = {}
    for shape in model.error_shapes:
        if status := shape.metadata.get("error", {}).get("httpStatusCode"):
            statuses[shape.error_code] = statuses[shape.name] = status
    return statuses


def _headers(content_type: str, request_id: str) -> tuple[tuple[bytes, bytes], ...]:
    return (b"content-type", content_type.encode()), (b"x-amzn-requestid", request_id.encode())
