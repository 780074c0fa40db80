"""Faults strike a request where its route is known, and what they refuse is told by the API's gateway responses.

They come first, as everywhere: nobody has been asked who he is. What finds no stage is not struck.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.services import apigateway_v1

from localaws.server import front_door
from localaws.server.api_gateway import exchanges
from localaws.server.api_gateway.exchanges import INTERNAL, Json, Outcome, Refused
from localaws.server.faults import calls
from localaws.server.front_door import Call
from localaws.server.seams import wrap

UNAVAILABLE = 503
"""Of a gateway response that does not say its own status."""


def install() -> None:
    wrap(apigateway_v1, "_execute_in_scope", struck)


def struck(stock: Callable[..., Awaitable[Outcome]]) -> Callable[..., Awaitable[Outcome]]:
    async def execute(request: Json, api_id: str, stage: str, method: str, path: str, *more: Any) -> Outcome:
        async def proceed(_: Call | None) -> Outcome:
            return await exchanges.outcome_of(stock(request, api_id, stage, method, path, *more))

        exchange, call = exchanges.current(), front_door.current()
        found = apigateway_v1._stages_v1.get(api_id, {}).get(stage)
        if call is None or found is None:
            return await proceed(call)
        exchange.resource = resource_at(api_id, method, path)
        request.update(stage=found, resource_path=exchange.resource_path)
        named = dataclasses.replace(call, service="execute-api", operation=exchange.route)
        try:
            return await calls.struck(named, proceed)
        except calls.Refused as refused:
            message = apigateway_v1._GATEWAY_ERROR_MESSAGES.get(refused.code, INTERNAL)
            raise Refused(refused.code, message, status=UNAVAILABLE) from None

    return execute


def resource_at(api_id: str, method: str, path: str) -> Json | None:
    resource, _ = apigateway_v1._match_resource_tree(api_id, [segment for segment in path.split("/") if segment])
    methods = (resource or {}).get("resourceMethods", {})
    return resource if method in methods or "ANY" in methods else None
