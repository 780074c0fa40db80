"""Request validators: a parameter counts when it is there and not blank, a model for the content types that name it.

MiniStack takes a blank parameter for one that is there, holds every body against the model for JSON, and takes NaN and
Infinity for numbers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import apigateway_v1
from ministack.services.apigateway_v1 import _GatewayError as GatewayError

from localaws.server.api_gateway.exchanges import Json
from localaws.server.seams import wrap

DEFAULT_TYPE = "application/json"


def install() -> None:
    wrap(apigateway_v1, "_missing_request_parameters", without_blanks)
    wrap(apigateway_v1, "_check_request_validation", by_content_type)


def without_blanks(stock: Callable[..., list[str]]) -> Callable[..., list[str]]:
    def missing(method: Json, request: Json, headers: Any, query: Mapping[str, Any] | None) -> list[str]:
        filled = {name: values for name, values in (query or {}).items() if any(map(str.strip, values))}
        return stock(method, request, headers, filled)

    return missing


def by_content_type(stock: Callable[..., Any]) -> Callable[..., Any]:
    def check(method: Json, api_id: str, request: Json, headers: Any, body: bytes, query: Any) -> Any:
        kind = (apigateway_v1._header_ci(headers, "content-type") or DEFAULT_TYPE).partition(";")[0].strip().lower()
        models = {name: model for name, model in (method.get("requestModels") or {}).items() if name.lower() == kind}
        error = stock(
            {**method, "requestModels": models}, api_id, request, {**headers, "content-type": kind}, body, query
        )
        validator = apigateway_v1._request_validators.get(api_id, {}).get(method.get("requestValidatorId")) or {}
        if error is None and models and validator.get("validateRequestBody") and not _is_json(body):
            return GatewayError("BAD_REQUEST_BODY", "Invalid request body")
        return error

    return check


def _is_json(body: bytes) -> bool:
    def no_number(constant: str) -> None:
        raise ValueError(f"{constant} is no number of JSON")

    try:
        json.loads(body, parse_constant=no_number)
    except ValueError:
        return False
    return True
