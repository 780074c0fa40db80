"""A request to an API stands in `calls.jsonl` as a call of `execute-api`, named after its route, with the function's time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from ministack.services import apigateway_v1

from localaws.server import front_door
from localaws.server.api_gateway import exchanges
from localaws.server.api_gateway.exchanges import Answer, Exchange
from localaws.server.seams import wrap


def install() -> None:
    wrap(apigateway_v1, "_handle_execute_in_scope", noted)


def noted(stock: Callable[..., Awaitable[Answer]]) -> Callable[..., Awaitable[Answer]]:
    async def handle(*request: Any) -> Answer:
        try:
            return await stock(*request)
        finally:
            note(exchanges.current())

    return handle


def note(exchange: Exchange) -> None:
    call = front_door.current()
    if call is None:
        return
    call.notes.update(service="execute-api", operation=exchange.route, api=exchange.api_id)
    if exchange.error is not None:
        call.notes["errorCode"] = exchange.error.response_type
    if exchange.integration_milliseconds is not None:
        call.notes["functionMilliseconds"] = round(exchange.integration_milliseconds, 1)
