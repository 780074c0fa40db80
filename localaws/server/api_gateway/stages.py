"""A stage of CloudFormation has its access logs, and the settings of its methods under the paths that they are escaped for.

MiniStack drops `AccessLogSetting`, and finds the settings of `/~1jobs` nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import apigateway_v1, cloudwatch_logs
from ministack.services.cloudformation import provisioners

from localaws.server.api_gateway import accounts
from localaws.server.api_gateway.exchanges import Json
from localaws.server.seams import wrap

EVERY = "/*"
IDS = ("$context.requestId", "$context.extendedRequestId")


def install() -> None:
    handlers = provisioners._RESOURCE_HANDLERS["AWS::ApiGateway::Stage"]
    for operation in ("create", "update"):
        handlers[operation] = with_access_logs(handlers[operation])
    wrap(provisioners, "_apigw_method_settings", unescaped)


def with_access_logs(stock: Callable[..., Any]) -> Callable[..., Any]:
    def handle(name: str, *arguments: Any) -> Any:
        properties: Json = [one for one in arguments if isinstance(one, dict)][-1]
        settings = access_log_settings(properties.get("AccessLogSetting") or {})
        outcome = stock(name, *arguments)
        stage = apigateway_v1._stages_v1[properties["RestApiId"]][properties["StageName"]]
        stage["accessLogSettings"] = settings
        return outcome

    return handle


def access_log_settings(given: Json) -> Json:
    """As the API spells them. Raises ValueError for what API Gateway would refuse."""
    if not given:
        return {}
    if accounts.role_for_logs() is None:
        raise ValueError("CloudWatch Logs role ARN must be set in account settings to enable logging")
    destination, form = str(given.get("DestinationArn", "")).removesuffix(":*"), str(given.get("Format", ""))
    group = group_of(destination)
    if group is None or group not in cloudwatch_logs._log_groups:
        raise ValueError(f"Invalid ARN specified in the request: {destination} is no log group of this account")
    if not any(name in form for name in IDS):
        raise ValueError(f"Access log format must contain {' or '.join(IDS)}")
    if "\n" in form.strip():
        raise ValueError("Access log format must be single line")
    return {"destinationArn": destination, "format": form}


def group_of(destination: str) -> str | None:
    """The name of the log group in an ARN; None for another kind of destination."""
    _, found, name = destination.partition(":log-group:")
    return name if found else None


def unescaped(stock: Callable[[Any], Json]) -> Callable[[Any], Json]:
    def method_settings(raw: Any) -> Json:
        if not isinstance(raw, list):
            return stock(raw)
        return stock([{**one, "ResourcePath": _path(str(one.get("ResourcePath", EVERY)))} for one in raw])

    return method_settings


def _path(escaped: str) -> str:
    """`/~1jobs~1{jobId}` is the path `/jobs/{jobId}`, `/*` all paths, and `/` the root."""
    if escaped in (EVERY, "/"):
        return escaped
    if not escaped.startswith("/~1") or "/" in escaped[1:]:
        raise ValueError(f"Invalid method setting path: {escaped}")
    return escaped[1:].replace("~1", "/").replace("~0", "~")
