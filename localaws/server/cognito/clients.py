"""A client's tokens live as long as Cognito allows, and it signs people in by the flows that it lists.

MiniStack takes any validity, and lets a client that lists no flow use all. The API and CloudFormation come here both.
Source: CreateUserPoolClient in the API reference.
"""

from __future__ import annotations

from typing import Any

from ministack.services import cognito

from localaws.server.cognito.answers import Answer, Json, Operation, refusal
from localaws.server.seams import wrap

SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}
FIVE_MINUTES, AN_HOUR, A_DAY, TEN_YEARS = 300, 3600, 86_400, 3650 * 86_400
DEFAULT_UNIT = {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"}
DEFAULT_VALIDITY = {"AccessToken": AN_HOUR, "IdToken": AN_HOUR, "RefreshToken": 30 * A_DAY}
LIMITS = {"AccessToken": (FIVE_MINUTES, A_DAY), "IdToken": (FIVE_MINUTES, A_DAY), "RefreshToken": (AN_HOUR, TEN_YEARS)}
SESSION_MINUTES = range(3, 16)
DEFAULT_FLOWS = ("ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH")


def install() -> None:
    wrap(cognito, "_create_user_pool_client", with_the_flows_of_a_new_client)
    wrap(cognito, "_create_user_pool_client", within_limits)
    wrap(cognito, "_update_user_pool_client", within_limits)


def with_the_flows_of_a_new_client(stock: Operation) -> Operation:
    return lambda request: stock({**request, "ExplicitAuthFlows": request.get("ExplicitAuthFlows") or [*DEFAULT_FLOWS]})


def within_limits(stock: Operation) -> Operation:
    def write_client(request: Json) -> Answer:
        pool = cognito._user_pools.get(request.get("UserPoolId")) or {"_clients": {}}
        known = pool["_clients"].get(request.get("ClientId")) or {}
        objection = _objection({**known, **request})
        return refusal("InvalidParameterException", objection) if objection else stock(request)

    return write_client


def _objection(client: Json) -> str | None:
    seconds = {token: _validity(client, token) for token in LIMITS}
    for token, (shortest, longest) in LIMITS.items():
        if not shortest <= seconds[token] <= longest:
            return f"Invalid range for token validity: {token}Validity must be {shortest} to {longest} seconds."
    if seconds["RefreshToken"] < max(seconds["AccessToken"], seconds["IdToken"]):
        return "Invalid range for token validity: no token may outlive the refresh token."
    if client.get("AuthSessionValidity", 3) not in SESSION_MINUTES:
        return "AuthSessionValidity must be 3 to 15 minutes."
    return None


def _validity(client: Json, token: str) -> int:
    """In seconds. A validity of 0 means the default too."""
    units: dict[str, Any] = client.get("TokenValidityUnits") or {}
    validity = client.get(f"{token}Validity")
    return int(validity) * SECONDS[units.get(token) or DEFAULT_UNIT[token]] if validity else DEFAULT_VALIDITY[token]
