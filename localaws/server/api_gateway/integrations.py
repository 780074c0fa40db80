"""What a function answers through a proxy integration, and what becomes of it when it fails, is late, or answers nonsense.

Callers are told "Internal server error", or that the endpoint timed out, and nothing of the inside: 502 for a function that
fails or answers in another form, 500 where Lambda refuses to invoke it (Lambda's guide, "Error handling with an API Gateway
API"), 504 after the integration's timeout, in seconds of this machine like the function's own. It begins with the function's
turn (`functions.synchronous`), and the function runs on after it. MiniStack waits for ever, answers an error with its text and
its stack, and takes any result for a body.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from ministack.services import apigateway_v1, lambda_svc

from localaws.server.api_gateway import exchanges
from localaws.server.api_gateway.exchanges import Json, Refused
from localaws.server.functions import synchronous

DEFAULT_TIMEOUT = 29_000
"""Milliseconds."""
ANSWER_FIELDS = {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}
REMAPPED = {"connection", "date", "server", "www-authenticate"}
"""Headers that API Gateway keeps for itself: a function's own reach the caller as `x-amzn-Remapped-…`."""


def install() -> None:
    apigateway_v1._call_lambda_raw = call_lambda
    apigateway_v1._lambda_proxy_response = proxy_response


async def call_lambda(
    function: str, event: Any, *, account_id: str | None = None, region: str | None = None
) -> tuple[Json | None, str | None]:
    """How the function ended, or what is wrong with its name. Raises Refused."""
    exchange = exchanges.current()
    found, configuration, name = lambda_svc._get_func_record_for_ref_in_scope(
        function, account_id=account_id, region=region
    )
    if not found or not configuration:
        return None, f"Function not found: {name}"
    integration = (exchange.resource_method or {}).get("methodIntegration") or {}
    seconds = int(integration.get("timeoutInMillis") or DEFAULT_TIMEOUT) / 1000
    invocation, started = await synchronous.begun(found, configuration, event)
    done, _ = await asyncio.wait({invocation}, timeout=seconds)
    exchange.integration_milliseconds = (time.monotonic() - started) * 1000
    if not done:
        exchange.integration_status = 504
        raise Refused("INTEGRATION_TIMEOUT", "Endpoint request timed out")
    return invocation.result(), None


def proxy_response(result: Json) -> tuple[Json, None]:
    """The function's answer, in the form that a proxy integration wants. Raises Refused."""
    exchange = exchanges.current()
    if result.get("throttle"):
        exchange.integration_status = 429
        raise Refused("API_CONFIGURATION_ERROR", error_type="InternalServerErrorException")
    answer: Any = result.get("body")
    exchange.integration_status = 200
    if result.get("error") or not is_well_formed(answer):
        raise Refused("DEFAULT_5XX", status=502)
    told = {name: _remapped(answer.get(name) or {}) for name in ("headers", "multiValueHeaders")}
    return {**answer, **told, "statusCode": int(answer["statusCode"]), "body": answer.get("body") or ""}, None


def is_well_formed(answer: Any) -> bool:
    """Whether it is `{statusCode, headers?, multiValueHeaders?, body?, isBase64Encoded?}` and nothing else."""
    if not isinstance(answer, dict) or not answer.keys() <= ANSWER_FIELDS:
        return False
    status, headers, lists = answer.get("statusCode"), answer.get("headers"), answer.get("multiValueHeaders")
    return (
        str(status).isdecimal()
        and 100 <= int(str(status)) <= 599
        and isinstance(answer.get("body"), str | None)
        and isinstance(answer.get("isBase64Encoded"), bool | None)
        and (headers is None or _are_headers(headers))
        and (lists is None or (isinstance(lists, dict) and all(isinstance(one, list) for one in lists.values())))
    )


def _remapped(headers: Json) -> Json:
    return {f"x-amzn-Remapped-{name}" if name.lower() in REMAPPED else name: value for name, value in headers.items()}


def _are_headers(headers: Any) -> bool:
    return isinstance(headers, dict) and all(isinstance(value, str | int | float | bool) for value in headers.values())
