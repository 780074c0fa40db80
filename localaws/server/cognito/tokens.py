"""Whether a token is what it says: signed by a user pool that is accepted, for a use that is, and not over.

For whoever is shown tokens at a door: AppSync and API Gateway. As there, only the token itself is looked at: one that
was revoked, or whose user is gone or disabled, is good until it expires. MiniStack checks none of this for them.
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from ministack.services import cognito

ID, ACCESS = "id", "access"
USES = (ID, ACCESS)
"""A refresh token is for Cognito alone."""

Claims = Mapping[str, Any]


class Reason(StrEnum):
    """Why a token is refused. The texts name no part of it, so that they may be written down."""

    MALFORMED = "it is no signed JWT"
    ALGORITHM = "its algorithm is not RS256"
    ISSUER = "its issuer is no user pool that is accepted"
    USE = "its use is not accepted"
    KEY = "its key is not the one with which its issuer signs such tokens"
    SIGNATURE = "its signature is not its issuer's"
    EXPIRED = "it has expired"
    CLIENT = "it is for another client"


@dataclass(frozen=True, slots=True)
class TokenRefused:
    reason: Reason


@dataclass(frozen=True, slots=True)
class _Token:
    header: Mapping[str, Any]
    claims: Claims
    signed: bytes
    signature: bytes


def verified(
    token: str,
    *,
    pools: Collection[str],
    uses: Collection[str] = USES,
    client_pattern: str | None = None,
    now: float | None = None,
) -> Claims | TokenRefused:
    """The claims of a token that one of `pools` (their ids) issued for one of `uses`, or why it is refused.

    `client_pattern` is a regular expression for the whole id of the client that the token is for (`aud` of an id token,
    `client_id` of an access token); None lets every client of the pool. `now` is in seconds since 1970. A word before
    the token, such as `Bearer`, is the caller's to take off.
    """
    parsed = _parsed(token)
    if parsed is None:
        return TokenRefused(Reason.MALFORMED)
    reason = _objection(parsed, pools, uses, client_pattern, time.time() if now is None else now)
    return TokenRefused(reason) if reason else parsed.claims


def issuer_of(pool_id: str) -> str:
    return f"https://cognito-idp.{pool_id.partition('_')[0]}.amazonaws.com/{pool_id}"


def _objection(
    token: _Token, pools: Collection[str], uses: Collection[str], client_pattern: str | None, now: float
) -> Reason | None:
    claims = token.claims
    if token.header.get("alg") != "RS256":
        return Reason.ALGORITHM
    issuers = {issuer_of(pool_id): pool_id for pool_id, _ in cognito._all_pools() if pool_id in pools}
    pool_id = issuers.get(str(claims.get("iss")))
    if pool_id is None:
        return Reason.ISSUER
    use = claims.get("token_use")
    if use not in USES or use not in uses:
        return Reason.USE
    key, public = cognito._pool_signing_key(pool_id, use)
    if token.header.get("kid") != public["kid"]:
        return Reason.KEY
    if not _is_signed_with(key, token):
        return Reason.SIGNATURE
    expires = claims.get("exp")
    if not isinstance(expires, int | float) or not now < expires:
        return Reason.EXPIRED
    client = claims.get("aud" if use == ID else "client_id")
    if client_pattern is not None and not re.fullmatch(client_pattern, str(client)):
        return Reason.CLIENT
    return None


def _parsed(token: str) -> _Token | None:
    try:
        header, claims, signature = token.split(".")
        parsed = json.loads(_decoded(header)), json.loads(_decoded(claims))
        if not all(isinstance(part, dict) for part in parsed):
            return None
        return _Token(*parsed, f"{header}.{claims}".encode("ascii"), _decoded(signature))
    except (ValueError, RecursionError):
        return None


def _decoded(part: str) -> bytes:
    """base64url without padding, in its one spelling: no byte of a token can be changed without being seen."""
    decoded = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    if base64.urlsafe_b64encode(decoded).rstrip(b"=") != part.encode():
        raise ValueError("not base64url")
    return decoded


def _is_signed_with(key: RSAPrivateKey, token: _Token) -> bool:
    try:
        key.public_key().verify(token.signature, token.signed, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True
