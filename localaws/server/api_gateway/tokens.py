"""Methods with COGNITO_USER_POOLS: an ID token, or an access token where the method asks for scopes, and never any other.

MiniStack takes both, and refresh tokens too, and looks at no client. What a function is told of the token is in the form of
REST APIs: lists as `a,b`, times as `Wed Nov 23 05:36:25 UTC 2026`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ministack.services import apigateway_v1
from ministack.services.apigateway_v1 import _GatewayError as GatewayError

from localaws.server import front_door
from localaws.server.api_gateway import exchanges
from localaws.server.api_gateway.exchanges import Json
from localaws.server.cognito import tokens
from localaws.server.cognito.tokens import Claims, Reason, TokenRefused

TIMES = ("exp", "iat")


def install() -> None:
    apigateway_v1._validate_cognito_authorizer = authorized
    apigateway_v1._stringify_claims = as_a_function_sees_them


async def authorized(
    authorizer: Json, method: Json, headers: Any, query: Any, stage: Json
) -> tuple[Claims | None, GatewayError | None]:
    """The claims of the request's token, or why it is refused."""
    pools = [arn.rpartition("/")[2] for arn in authorizer.get("providerARNs") or []]
    if not pools:
        return None, GatewayError("AUTHORIZER_CONFIGURATION_ERROR", exchanges.INTERNAL)
    token = apigateway_v1._cognito_token_from_request(authorizer, headers, query, stage)
    scopes = set(method.get("authorizationScopes") or [])
    found = tokens.verified(
        token or "",
        pools=pools,
        uses=(tokens.ACCESS,) if scopes else (tokens.ID,),
        client_pattern=authorizer.get("identityValidationExpression") or None,
    )
    if isinstance(found, TokenRefused):
        expired = found.reason is Reason.EXPIRED
        return None, GatewayError("UNAUTHORIZED", "The incoming token has expired" if expired else "Unauthorized")
    if scopes and not scopes & set(str(found.get("scope", "")).split()):
        return None, GatewayError("UNAUTHORIZED", "Unauthorized")
    call = front_door.current()
    if call is not None:
        call.notes["caller"] = f"user:{found['sub']}"
    return found, None


def as_a_function_sees_them(claims: Claims) -> dict[str, str]:
    return {name: _text(name, value) for name, value in claims.items() if value is not None}


def _text(name: str, value: object) -> str:
    if name in TIMES and isinstance(value, int | float):
        return f"{datetime.fromtimestamp(value, UTC):%a %b %d %H:%M:%S UTC %Y}"
    if isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, list):
        return ",".join(json.dumps(one) if isinstance(one, Mapping) else str(one) for one in value)
    return json.dumps(value) if isinstance(value, Mapping) else str(value)
