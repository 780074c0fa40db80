"""`AWS::ApiGateway::RequestValidator` makes a request validator, and `AWS::ApiGateway::Method` uses it.

MiniStack gives it an id and makes none, and asks no method for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ministack.services import apigateway_v1
from ministack.services.cloudformation import provisioners

from localaws.server.api_gateway.exchanges import Json


def install() -> None:
    provisioners._RESOURCE_HANDLERS["AWS::ApiGateway::RequestValidator"].update(
        create=create, update=update, delete=delete
    )
    handlers = provisioners._RESOURCE_HANDLERS["AWS::ApiGateway::Method"]
    for operation in ("create", "update"):
        handlers[operation] = with_its_validator(handlers[operation])


def create(logical_id: str, properties: Json, stack_name: str) -> tuple[str, Json]:
    data = {
        "name": properties.get("Name", ""),
        "validateRequestBody": _flag(properties, "ValidateRequestBody"),
        "validateRequestParameters": _flag(properties, "ValidateRequestParameters"),
    }
    status, _, body = apigateway_v1._create_request_validator(properties.get("RestApiId", ""), data)
    if status >= 400:
        raise ValueError(json.loads(body)["message"])
    validator_id = str(json.loads(body)["id"])
    return validator_id, {"RequestValidatorId": validator_id}


def update(physical_id: str, old: Json, new: Json, stack_name: str) -> Any:
    if any(new.get(name) != old.get(name) for name in ("RestApiId", "Name")):
        return create(physical_id, new, stack_name)
    validator = apigateway_v1._request_validators[new["RestApiId"]][physical_id]
    validator["validateRequestBody"] = _flag(new, "ValidateRequestBody")
    validator["validateRequestParameters"] = _flag(new, "ValidateRequestParameters")
    return physical_id, {"RequestValidatorId": physical_id}


def delete(physical_id: str, properties: Json) -> None:
    apigateway_v1._delete_request_validator(properties.get("RestApiId", ""), physical_id)


def with_its_validator(stock: Callable[..., Any]) -> Callable[..., Any]:
    def handle(name: str, *arguments: Any) -> Any:
        outcome = stock(name, *arguments)
        properties: Json = [one for one in arguments if isinstance(one, dict)][-1]
        resource = apigateway_v1._resources[properties["RestApiId"]][properties["ResourceId"]]
        method = resource["resourceMethods"][properties.get("HttpMethod", "ANY")]
        method["requestValidatorId"] = properties.get("RequestValidatorId")
        return outcome

    return handle


def _flag(properties: Json, name: str) -> bool:
    return str(properties.get(name, False)).lower() == "true"
