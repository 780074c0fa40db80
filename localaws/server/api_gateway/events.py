"""The event that a function gets is the one that API Gateway sends for a REST API.

MiniStack's is that of an HTTP API's version 1.0: with `version`, without the domain and without the null fields of the
caller, the first of repeated query parameters for the last, an id that is not the answer's, and a signature in its headers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import apigateway_v1

from localaws.server.api_gateway import contexts, exchanges
from localaws.server.api_gateway.exchanges import Exchange, Json
from localaws.server.seams import wrap

NOBODY = dict.fromkeys(
    (
        "accessKey",
        "accountId",
        "caller",
        "cognitoAuthenticationProvider",
        "cognitoAuthenticationType",
        "cognitoIdentityId",
        "cognitoIdentityPoolId",
        "principalOrgId",
        "user",
        "userArn",
    )
)


def install() -> None:
    wrap(apigateway_v1, "_build_lambda_event_v1", as_sent)


def as_sent(stock: Callable[..., Json]) -> Callable[..., Json]:
    def build_event(*request: Any, **options: Any) -> Json:
        exchange = exchanges.current()
        event = stock(*request, **options)
        event.pop("version")
        event["headers"] = _forwarded(event["headers"], exchange)
        event["multiValueHeaders"] = {name: [value] for name, value in event["headers"].items()}
        if lists := event["multiValueQueryStringParameters"]:
            event["queryStringParameters"] = {name: values[-1] for name, values in lists.items()}
        context = event["requestContext"]
        context.update(
            requestId=exchange.request_id,
            extendedRequestId=contexts.extended_request_id(exchange),
            requestTime=contexts.request_time(exchange),
            requestTimeEpoch=int(exchange.received * 1000),
            domainName=contexts.domain_name(exchange),
            domainPrefix=exchange.api_id,
            deploymentId=exchange.request["stage"].get("deploymentId"),
            identity={**NOBODY, **context["identity"], "sourceIp": contexts.SOURCE_IP},
        )
        if operation := (exchange.resource_method or {}).get("operationName"):
            context["operationName"] = operation
        return event

    return build_event


def _forwarded(headers: dict[str, str], exchange: Exchange) -> dict[str, str]:
    """With what API Gateway adds, and without a signature, which is for API Gateway alone."""
    given = {name: value for name, value in headers.items() if name != "authorization" or not exchange.identity}
    forwarded = [*filter(None, [headers.get("x-forwarded-for")]), contexts.SOURCE_IP]
    return {
        "X-Forwarded-For": ", ".join(forwarded),
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
        **{name: value for name, value in given.items() if not name.startswith("x-forwarded-")},
    }
