"""Methods with AWS_IAM: the signature is for execute-api in the API's Region, and the caller's policies decide, on record.

MiniStack takes a signature for any service and Region, answers a denial as an AWS API would instead of by the API's gateway
response, and decides before it knows the route.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ministack import app
from ministack.core import iam_evaluator, router, sigv4
from ministack.core.arn import execute_api_arn
from ministack.core.iam_evaluator import AuthError, EvalResult
from ministack.services import apigateway_v1
from ministack.services.apigateway_v1 import _GatewayError as GatewayError

from localaws.server import front_door
from localaws.server.api_gateway import exchanges
from localaws.server.api_gateway.exchanges import Exchange, Json
from localaws.server.permissions import enforcement
from localaws.server.permissions.required import Permission
from localaws.server.seams import wrap

INVOKE = "execute-api:Invoke"
SIGNED = "AWS4-HMAC-SHA256"
DENIED = "ACCESS_DENIED"

Authorize = Callable[..., Awaitable[tuple[Any, Any]]]


def install() -> None:
    wrap(app, "_enforce_execute_api", unless_it_is_a_rest_api)
    wrap(apigateway_v1, "_authorize_request_v1", by_signature)


def unless_it_is_a_rest_api(stock: Callable[..., Any]) -> Callable[..., Any]:
    """A REST API decides when it knows the method."""

    def enforce(api_id: str, *request: Any, **options: Any) -> Any:
        if apigateway_v1.find_api_scope(api_id) is not None:
            return None
        return stock(api_id, *request, **options)

    return enforce


def by_signature(stock: Authorize) -> Authorize:
    async def authorize(
        api_id: str,
        stage: str,
        method: Json,
        verb: str,
        path: str,
        resource: Json,
        headers: Any,
        body: Any,
        query: Any,
        *more: Any,
    ) -> tuple[Any, Any]:
        if str(method.get("authorizationType")).upper() != "AWS_IAM":
            return await stock(api_id, stage, method, verb, path, resource, headers, body, query, *more)
        exchange = exchanges.current()
        error = refusal(exchange, headers, query or {})
        if error is None or error.response_type == DENIED:
            exchange.identity = apigateway_v1._iam_caller_identity(headers, query) or {}
        return error, None

    return authorize


def refusal(exchange: Exchange, headers: Mapping[str, Any], query: Mapping[str, Any]) -> GatewayError | None:
    """Why the caller may not pass; None when he may."""
    authorization = apigateway_v1._header_ci(headers, "authorization")
    if not authorization and not iam_evaluator._query_signed(query):
        return GatewayError("MISSING_AUTHENTICATION_TOKEN", "Missing Authentication Token")
    if authorization and not authorization.startswith(SIGNED):
        code, message = sigv4.foreign_authorization_failure(headers) or ("IncompleteSignature", "Unsupported signature")
        return unauthenticated(AuthError(code, message))
    call = front_door.current()
    if call is not None and call.service != "execute-api":
        return unauthenticated(
            AuthError("SignatureDoesNotMatch", "Credential should be scoped to correct service: 'execute-api'.")
        )
    region = router.extract_region(headers, query)
    if region != exchange.region:
        return unauthenticated(AuthError("SignatureDoesNotMatch", "Credential should be scoped to a valid region."))
    access_key = router.extract_access_key_id(headers, query)
    arn = execute_api_arn(region, exchange.account, exchange.api_id, exchange.stage, exchange.method, exchange.path)
    decision = iam_evaluator.enforce(access_key, INVOKE, "apigateway", region, resource_arn=arn)
    if isinstance(decision, AuthError):
        return unauthenticated(decision)
    enforcement.record_user(access_key, Permission(INVOKE, arn), decision)
    return denied(decision, arn, exchange.account) if decision else None


def unauthenticated(error: AuthError) -> GatewayError:
    response_type, error_type = apigateway_v1._AUTHENTICATION_GATEWAY_ERRORS.get(
        error.code, ("DEFAULT_4XX", "UnrecognizedClientException")
    )
    return GatewayError(response_type, error.message, error_type)


def denied(decision: EvalResult, arn: str, account: str) -> GatewayError:
    reason = f"because no identity-based policy allows the {INVOKE} action"
    if decision.decision == "Deny":
        kind = "a resource-based" if decision.resource_policy_arn else "an identity-based"
        reason = f"with an explicit deny in {kind} policy"
    shown = arn.replace(f":{account}:", f":********{account[-4:]}:", 1)
    message = f"User: {decision.principal_arn} is not authorized to perform: {INVOKE} on resource: {shown} {reason}"
    return GatewayError(DENIED, message)
