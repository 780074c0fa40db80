"""A MOCK integration, as preflight requests of CORS have it: its template says which status, its response the headers.

MiniStack answers 200 without a template, and gives every answer a body, a 204 too.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ministack.services import apigateway_v1

from localaws.server.api_gateway.exchanges import Answer, Json, Refused
from localaws.server.seams import wrap

STATUS = re.compile(r"[\"']?statusCode[\"']?\s*:\s*\d{3}")


def install() -> None:
    wrap(apigateway_v1, "_invoke_mock_v1", as_its_templates_say)


def as_its_templates_say(stock: Callable[[Json], Answer]) -> Callable[[Json], Answer]:
    def invoke(integration: Json) -> Answer:
        template = (integration.get("requestTemplates") or {}).get("application/json", "")
        if not STATUS.search(template) or not integration.get("integrationResponses"):
            raise Refused("API_CONFIGURATION_ERROR")
        status, headers, body = stock(integration)
        responses = integration["integrationResponses"].values()
        has_body = any(response.get("responseTemplates") for response in responses) and status != 204
        return status, headers, body if has_body else b""

    return invoke
