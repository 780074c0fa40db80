"""What API Gateway answers itself: every `$context` variable is filled in, and a 502 stays one.

MiniStack fills in a few variables and leaves the others as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ministack.services import apigateway_v1
from ministack.services.apigateway_v1 import _GatewayError as GatewayError

from localaws.server.api_gateway import contexts, exchanges
from localaws.server.api_gateway.exchanges import Answer, Json
from localaws.server.seams import wrap

ERROR_TYPES = {
    "INTEGRATION_FAILURE": "InternalServerErrorException",
    "INTEGRATION_TIMEOUT": "InternalServerErrorException",
    "UNSUPPORTED_MEDIA_TYPE": "UnsupportedMediaTypeException",
}


def install() -> None:
    apigateway_v1._GATEWAY_TEMPLATE_VARIABLE = Variables()
    apigateway_v1._GATEWAY_RESPONSE_ERROR_TYPES.update(ERROR_TYPES)
    wrap(apigateway_v1, "_gateway_error_response", with_the_status_of_the_error)


class Variables:
    """Stands for MiniStack's pattern of a variable: what it does not know, the exchange may."""

    def sub(self, known: Callable[[re.Match[str]], str], template: str) -> str:
        def filled_in(found: re.Match[str]) -> str:
            text = known(found)
            if text != found[0]:
                return text
            return contexts.value(exchanges.current(), found[1] or found[2]) or ""

        return contexts.VARIABLE.sub(filled_in, template)


def with_the_status_of_the_error(stock: Callable[..., Answer]) -> Callable[..., Answer]:
    def gateway_error_response(error: GatewayError, request: Json) -> Answer:
        status, headers, body = stock(error, request)
        own = getattr(error, "status", None)
        if own is not None and not _customised(error.response_type, request).get("statusCode"):
            status = own
        return status, headers, body

    return gateway_error_response


def _customised(response_type: str, request: Json) -> dict[str, Any]:
    deployed = apigateway_v1._deployed_gateway_responses.get(request["api_id"], {})
    customised = deployed.get(request["stage"].get("deploymentId")) or {}
    response: dict[str, Any] = apigateway_v1._gateway_response_for_type(customised, response_type)
    return response
