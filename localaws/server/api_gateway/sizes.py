"""A request above 10 MB, or one that is more than Lambda takes for a function, is too long: 413.

MiniStack passes any size. The first can't be customised, so its answer is no gateway response.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.services import apigateway_v1

from localaws.server import quotas
from localaws.server.api_gateway.exchanges import Answer, Json, Refused
from localaws.server.seams import wrap
from localaws.server.step_functions.payload_limit import json_bytes

LARGEST_BODY = 10 * 1024 * 1024
TOO_LONG = "Request Too Long"


def install() -> None:
    wrap(apigateway_v1, "_execute_in_scope", unless_too_long)
    wrap(apigateway_v1, "_call_lambda_raw", unless_too_long_for_lambda)


def unless_too_long(stock: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def execute(
        request: Json, api_id: str, stage: str, method: str, path: str, headers: Any, body: bytes | None, *more: Any
    ) -> Any:
        if len(body or b"") > LARGEST_BODY:
            answer: Answer = (413, {"Content-Type": "application/json"}, json.dumps({"message": TOO_LONG}).encode())
            return answer
        return await stock(request, api_id, stage, method, path, headers, body, *more)

    return execute


def unless_too_long_for_lambda(stock: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def call_lambda(function: str, event: Any, **scope: Any) -> Any:
        if json_bytes(event) > quotas.limit(quotas.SYNCHRONOUS_PAYLOAD_BYTES):
            raise Refused("REQUEST_TOO_LARGE", TOO_LONG)
        return await stock(function, event, **scope)

    return call_lambda
