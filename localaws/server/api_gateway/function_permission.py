"""API Gateway needs the leave of a function's own policy to invoke it (`AWS::Lambda::Permission`), for the method that asks.

MiniStack invokes whatever an integration or an authorizer names. Whoever calls learns nothing: 500, "Internal server error";
the record of permissions says what was missing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.iam_evaluator import EvalContext
from ministack.services import apigateway_v1

from localaws.server.api_gateway import exchanges
from localaws.server.api_gateway.exchanges import Exchange, Json, Refused
from localaws.server.permissions import record
from localaws.server.permissions.required import Permission
from localaws.server.seams import wrap

API_GATEWAY = "apigateway.amazonaws.com"
Invoke = Callable[..., Awaitable[Any]]


def install() -> None:
    wrap(apigateway_v1, "_call_lambda_raw", if_the_method_is_let_in)
    wrap(apigateway_v1, "_invoke_authorizer_lambda", if_the_authorizer_is_let_in)


def if_the_method_is_let_in(stock: Invoke) -> Invoke:
    async def call_lambda(function: str, event: Any, **scope: Any) -> Any:
        exchange = exchanges.current()
        source = f"{exchange.stage}/{exchange.method}{exchange.resource_path}"
        if not is_let_in(exchange, function, source):
            raise Refused("API_CONFIGURATION_ERROR")
        return await stock(function, event, **scope)

    return call_lambda


def if_the_authorizer_is_let_in(stock: Invoke) -> Invoke:
    async def invoke(authorizer: Json, event: Any, account: str, region: str) -> Any:
        function = apigateway_v1._extract_lambda_ref_from_integration_uri(authorizer.get("authorizerUri", ""))
        if not is_let_in(exchanges.current(), function, f"authorizers/{authorizer['id']}"):
            raise Refused("AUTHORIZER_CONFIGURATION_ERROR")
        return await stock(authorizer, event, account, region)

    return invoke


def is_let_in(exchange: Exchange, function: str, source: str) -> bool:
    """Whether the function's policy lets in this part of the API; a refusal is on record."""
    source_arn = f"arn:aws:execute-api:{exchange.region}:{exchange.account}:{exchange.api_id}/{source}"
    invoking = Permission("lambda:InvokeFunction", function)
    context = EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action=invoking.action,
        resource_arn=invoking.resource,
        region=exchange.region,
        service_context={"aws:sourcearn": source_arn, "aws:sourceaccount": exchange.account},
    )
    found = iam_evaluator._resource_policy("lambda", function)
    decision = iam_evaluator.evaluate_resource_policy(found[0] if found else None, context, service=API_GATEWAY)
    if decision.decision == "Allow":
        return True
    missing = {"Resource": function, "Condition": {"ArnLike": {"AWS:SourceArn": source_arn}}}
    because = f"the policy of {function} does not allow {source_arn} {invoking.action}"
    record.record_refusal_of_service(API_GATEWAY, invoking, missing, because)
    return False
