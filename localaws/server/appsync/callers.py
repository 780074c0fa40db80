"""Who sends a request: a user of the API's user pool, by a token, or a principal of IAM, by a signature.

MiniStack takes any text for a token, and knows no identity for a signature. What a resolver is told of its caller is as in
"Identity" of AppSync's guide. The refusals' texts were seen on AWS by others; which of them a foreign token has is not
documented.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import appsync

from localaws.server import front_door
from localaws.server.appsync.errors import unauthorized
from localaws.server.cognito import tokens
from localaws.server.identities import caller_of
from localaws.server.permissions import enforcement, record
from localaws.server.permissions.required import Permission

COGNITO, IAM = "AMAZON_COGNITO_USER_POOLS", "AWS_IAM"
NO_HEADER = "Valid authorization header not provided."
EXPIRED = "Token has expired."
SOURCE_ADDRESS = "127.0.0.1"

Json = dict[str, Any]
FieldPolicy = Callable[[str, str], bool]
"""Whether the policies of a principal allow a field of a root type."""


@dataclass(frozen=True, slots=True)
class Caller:
    provider: str
    name: str
    """As the record of calls has it."""
    identity: Json
    """What resolvers are told."""
    groups: frozenset[str] = field(default_factory=frozenset)
    policy: FieldPolicy | None = None
    """None for users, whom no policy concerns."""

    def policy_allows(self, type_name: str, field_name: str) -> bool:
        return self.policy is None or self.policy(type_name, field_name)


def caller(api: Mapping[str, Any], headers: Mapping[str, str], *, has_signed: bool) -> Caller:
    """Who calls, and whether by a signature that MiniStack has found to be right. Raises RequestRefused."""
    authorization = headers.get("authorization", "")
    if has_signed:
        return principal(api)
    if not authorization or appsync._has_sigv4_credentials(headers, {}) or COGNITO not in appsync._auth_modes(api):
        raise unauthorized(NO_HEADER)
    return user(api, authorization.removeprefix("Bearer "))


def user(api: Mapping[str, Any], token: str) -> Caller:
    configured = [api, *(api.get("additionalAuthenticationProviders") or ())]
    pools = [provider["userPoolConfig"] for provider in configured if provider.get("userPoolConfig")]
    refused = None
    for pool in pools:
        claims = tokens.verified(token, pools=[pool["userPoolId"]], client_pattern=pool.get("appIdClientRegex"))
        if not isinstance(claims, tokens.TokenRefused):
            return user_of(claims, pool)
        refused = claims.reason
    raise unauthorized(EXPIRED if refused == tokens.Reason.EXPIRED else NO_HEADER)


def user_of(claims: tokens.Claims, pool: Mapping[str, Any]) -> Caller:
    groups = claims.get("cognito:groups")
    identity = {
        "sub": claims["sub"],
        "issuer": claims["iss"],
        "username": claims.get("cognito:username") or claims.get("username"),
        "claims": dict(claims),
        "sourceIp": [SOURCE_ADDRESS],
        "defaultAuthStrategy": pool.get("defaultAction") or "ALLOW",
        "groups": groups,
    }
    return Caller(COGNITO, f"user:{claims['sub']}", identity, frozenset(groups or ()))


def principal(api: Mapping[str, Any]) -> Caller:
    call = front_door.current()
    access_key = (call.request.access_key if call else None) or ""
    caller = iam_evaluator.resolve_caller_identity(access_key) or {}
    arn = str(caller.get("userArn", ""))
    identity = {
        "accountId": get_account_id(),
        "cognitoIdentityPoolId": None,
        "cognitoIdentityId": None,
        "sourceIp": [SOURCE_ADDRESS],
        "username": caller.get("userId"),
        "userArn": arn,
        "cognitoIdentityAuthType": None,
        "cognitoIdentityAuthProvider": None,
    }
    name = arn.partition(record.ROLE_SESSION)[2] or caller_of(access_key)
    return Caller(IAM, name, identity, policy=policy_of(access_key, str(api["arn"])))


def policy_of(access_key: str, api_arn: str) -> FieldPolicy:
    """What the policies of a principal allow, on record."""

    def allows(type_name: str, field_name: str) -> bool:
        asked = Permission("appsync:GraphQL", f"{api_arn}/types/{type_name}/fields/{field_name}")
        decision = iam_evaluator.enforce(access_key, asked.action, "appsync", get_region(), resource_arn=asked.resource)
        enforcement.record_user(access_key, asked, decision)
        return decision is None

    return allows
