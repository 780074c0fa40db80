"""The variables `$context.…` of gateway responses and access logs (API Gateway's guide, "Variables for access logging")."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime

from localaws.server.api_gateway.exchanges import Exchange

VARIABLE = re.compile(r"\$(?:\{(context(?:\.[\w:]+)+)\}|(context(?:\.[A-Za-z]\w*)+(?::\w+)?))")
"""A claim's name may have a colon."""
SOURCE_IP = "127.0.0.1"
"""Nobody else reaches this AWS, whatever a header says."""
NAMED: dict[str, Callable[[Exchange], object]] = {
    "accountId": lambda exchange: exchange.account,
    "apiId": lambda exchange: exchange.api_id,
    "deploymentId": lambda exchange: (exchange.request.get("stage") or {}).get("deploymentId"),
    "domainName": lambda exchange: domain_name(exchange),
    "domainPrefix": lambda exchange: exchange.api_id,
    "error.message": lambda exchange: exchange.error and exchange.error.message,
    "error.messageString": lambda exchange: exchange.error and json.dumps(exchange.error.message),
    "error.responseType": lambda exchange: exchange.error and exchange.error.response_type,
    "error.validationErrorString": lambda exchange: _validation_error(exchange),
    "extendedRequestId": lambda exchange: extended_request_id(exchange),
    "httpMethod": lambda exchange: exchange.method,
    "identity.sourceIp": lambda _: SOURCE_IP,
    "identity.userAgent": lambda exchange: exchange.headers.get("user-agent"),
    "integration.integrationStatus": lambda exchange: exchange.integration_status,
    "integration.latency": lambda exchange: _whole(exchange.integration_milliseconds),
    "integration.status": lambda exchange: exchange.integration_status,
    "integrationLatency": lambda exchange: _whole(exchange.integration_milliseconds),
    "integrationStatus": lambda exchange: exchange.integration_status,
    "path": lambda exchange: f"/{exchange.stage}{exchange.path}",
    "protocol": lambda _: "HTTP/1.1",
    "requestId": lambda exchange: exchange.request_id,
    "requestTime": lambda exchange: request_time(exchange),
    "requestTimeEpoch": lambda exchange: int(exchange.received * 1000),
    "resourceId": lambda exchange: exchange.resource and exchange.resource["id"],
    "resourcePath": lambda exchange: exchange.resource_path,
    "responseLatency": lambda exchange: _whole((time.monotonic() - exchange.started) * 1000),
    "responseLength": lambda exchange: exchange.answer and len(exchange.answer[2]),
    "stage": lambda exchange: exchange.stage,
    "status": lambda exchange: exchange.answer and exchange.answer[0],
}


def value(exchange: Exchange, variable: str) -> str | None:
    """What `context.…` stands for in this exchange; None for nothing."""
    name = variable.removeprefix("context.")
    if name in NAMED:
        found = NAMED[name](exchange)
    elif name.startswith("identity."):
        found = exchange.identity.get(name.removeprefix("identity."))
    elif name.startswith("authorizer.claims."):
        found = ((exchange.authorizer or {}).get("claims") or {}).get(name.removeprefix("authorizer.claims."))
    elif name.startswith("authorizer."):
        found = (exchange.authorizer or {}).get(name.removeprefix("authorizer."))
    else:
        found = None
    return None if found in (None, "") else str(found)


def domain_name(exchange: Exchange) -> str:
    return f"{exchange.api_id}.execute-api.{exchange.region}.amazonaws.com"


def extended_request_id(exchange: Exchange) -> str:
    """Sixteen characters, as API Gateway's are."""
    return exchange.request_id.replace("-", "")[:15] + "="


def request_time(exchange: Exchange) -> str:
    return datetime.fromtimestamp(exchange.received, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")


def _validation_error(exchange: Exchange) -> str | None:
    error = exchange.error
    is_validation = error is not None and error.response_type in ("BAD_REQUEST_BODY", "BAD_REQUEST_PARAMETERS")
    return error.message if error is not None and is_validation else None


def _whole(milliseconds: float | None) -> int | None:
    return None if milliseconds is None else round(milliseconds)
