"""One request to a REST API, from its arrival to its answer: what is known of it, and how each part may refuse it.

MiniStack's own parts return a gateway error; ours raise `Refused` from wherever they are. Either way the answer is made by
the API's gateway responses.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ministack.core.responses import new_uuid
from ministack.services import apigateway_v1
from ministack.services.apigateway_v1 import _GatewayError as GatewayError

Json = dict[str, Any]
Answer = tuple[int, dict[str, Any], bytes]
Outcome: TypeAlias = "Answer | GatewayError"

INTERNAL = "Internal server error"


class Refused(Exception):
    """API Gateway answers in the integration's place, by the gateway response of this type."""

    def __init__(
        self, response_type: str, message: str = INTERNAL, *, error_type: str | None = None, status: int | None = None
    ) -> None:
        super().__init__(message)
        self.error = GatewayError(response_type, message, error_type)
        self.error.status = status
        """Where the gateway response does not say its own; DEFAULT_5XX alone has none."""


@dataclass(slots=True)
class Exchange:
    """What is not known yet, or never will be, is empty or None."""

    api_id: str
    stage: str
    method: str
    path: str
    headers: Mapping[str, Any]
    account: str
    region: str
    request_id: str = field(default_factory=new_uuid)
    received: float = field(default_factory=time.time)
    started: float = field(default_factory=time.monotonic)
    request: Json = field(default_factory=dict)
    """MiniStack's own notes about the request, which its gateway responses are made of."""
    resource: Json | None = None
    resource_method: Json | None = None
    authorizer: Json | None = None
    """What `requestContext.authorizer` says."""
    identity: Json = field(default_factory=dict)
    """The caller who signed, as `requestContext.identity` has it."""
    error: GatewayError | None = None
    integration_status: int | None = None
    integration_milliseconds: float | None = None
    answer: Answer | None = None

    @property
    def resource_path(self) -> str:
        return str(self.resource["path"]) if self.resource else ""

    @property
    def route(self) -> str:
        """The name of the operation in the record of calls."""
        return f"{self.method} {self.resource_path or '(no route)'}"


_current: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


def install() -> None:
    apigateway_v1._handle_execute_in_scope = handle


def current() -> Exchange:
    """The exchange that the current work belongs to."""
    exchange = _current.get()
    if exchange is None:
        raise LookupError("no request to a REST API is at work")
    return exchange


async def handle(
    api_id: str,
    stage: str,
    method: str,
    path: str,
    headers: Mapping[str, Any] | None,
    body: bytes,
    query: Mapping[str, Any] | None,
    account: str,
    region: str,
) -> Answer:
    exchange = Exchange(api_id, stage, method, path, headers or {}, account, region)
    _current.set(exchange)
    exchange.request = {
        "api_id": api_id,
        "stage_name": stage,
        "stage": None,
        "headers": headers or {},
        "query_params": query or {},
        "path_params": {},
        "resource_path": "",
        "request_id": exchange.request_id,
    }
    response = await outcome_of(
        apigateway_v1._execute_in_scope(
            exchange.request, api_id, stage, method, path, headers, body, query, account, region
        )
    )
    if isinstance(response, GatewayError):
        exchange.error = response
        response = apigateway_v1._gateway_error_response(response, exchange.request)
    status, answered, content = response
    exchange.answer = status, {**answered, "x-amzn-requestid": exchange.request_id}, content
    return exchange.answer


async def outcome_of(execution: Awaitable[Outcome]) -> Outcome:
    """What comes of a request, which any part may refuse by raising."""
    try:
        return await execution
    except Refused as refused:
        return refused.error
