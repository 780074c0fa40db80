"""The account's role for logs: API Gateway must be able to assume it, and it must be there before any log is asked for.

MiniStack takes any text for the role.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import apigateway_v1
from ministack.services.cloudformation import provisioners

from localaws.server.api_gateway.exchanges import Json
from localaws.server.permissions import enforcement, trust
from localaws.server.permissions.required import Permission
from localaws.server.seams import wrap

API_GATEWAY = "apigateway.amazonaws.com"
NEEDED = ("logs:CreateLogStream", "logs:PutLogEvents")
UNFIT = (
    "The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and add "
    "the required role policy."
)


def install() -> None:
    handlers = provisioners._RESOURCE_HANDLERS["AWS::ApiGateway::Account"]
    for operation in ("create", "update"):
        handlers[operation] = if_the_role_will_do(handlers[operation])
    wrap(apigateway_v1, "_update_account", unless_the_role_is_unfit)


def role_for_logs() -> str | None:
    """The role's ARN; None where the account and Region at work have none."""
    settings: Json = apigateway_v1._account_settings.get("settings") or {}
    return settings.get("cloudwatchRoleArn")


def may_write(role_arn: str, log_group: str) -> bool:
    """Whether the role may write to this log group; what was decided is on record."""
    streams = [Permission(action, f"{log_group}:log-stream:*") for action in NEEDED]
    return trust.may_assume(role_arn, API_GATEWAY) and all(
        enforcement.is_allowed(role_arn, "apigateway", permission) for permission in streams
    )


def if_the_role_will_do(stock: Callable[..., Any]) -> Callable[..., Any]:
    def handle(name: str, *properties: Any, **options: Any) -> Any:
        given = [one for one in properties if isinstance(one, dict)][-1].get("CloudWatchRoleArn")
        if given and not trust.may_assume(given, API_GATEWAY):
            raise ValueError(UNFIT)
        return stock(name, *properties, **options)

    return handle


def unless_the_role_is_unfit(stock: Callable[[Json], Any]) -> Callable[[Json], Any]:
    def update_account(data: Json) -> Any:
        for change in data.get("patchOperations") or []:
            given = change.get("path") == "/cloudwatchRoleArn" and change.get("value")
            if given and not trust.may_assume(given, API_GATEWAY):
                return apigateway_v1._v1_error("BadRequestException", UNFIT, 400)
        return stock(data)

    return update_account
