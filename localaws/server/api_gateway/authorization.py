"""The exchange learns which method it reaches, and who may be calling, when MiniStack asks whether it is authorized."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from ministack.services import apigateway_v1

from localaws.server.api_gateway import exchanges
from localaws.server.seams import wrap

Authorize = Callable[..., Awaitable[tuple[Any, Any]]]


def install() -> None:
    wrap(apigateway_v1, "_authorize_request_v1", noted)


def noted(stock: Authorize) -> Authorize:
    async def authorize(api_id: str, stage: str, method: Any, verb: str, path: str, resource: Any, *rest: Any) -> Any:
        exchange = exchanges.current()
        exchange.resource, exchange.resource_method = resource, method
        error, context = await stock(api_id, stage, method, verb, path, resource, *rest)
        exchange.authorizer = context
        return error, context

    return authorize
