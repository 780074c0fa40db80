"""Who asks: a person by the claims of an ID token that the gateway has verified, or a machine by its IAM identity."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cloudfront_extensions.errors import NotSignedIn

_IAM_ARN = re.compile(r"arn:aws[a-z-]*:(?:iam|sts)::[0-9]{12}:\S{1,1600}")
_LONGEST_NAME = 256


class CallerKind(StrEnum):
    PERSON = "person"
    """Signed in at the user pool."""
    MACHINE = "machine"
    """Signed by IAM."""


@dataclass(frozen=True, slots=True)
class Caller:
    name: str
    """As records and the log name the caller: a person's user name, with the verified mail address if there is one, or an
    ARN."""
    kind: CallerKind
    groups: frozenset[str] = frozenset()
    """Of a person."""


def from_claims(claims: Mapping[str, Any], client_id: str) -> Caller:
    """The person whom a verified ID token is for. Raises NotSignedIn where it is another kind of token, or another client's."""
    user = claims.get("cognito:username")
    if claims.get("token_use") != "id":
        raise NotSignedIn("this is no ID token")
    if not client_id or claims.get("aud") != client_id:
        raise NotSignedIn("this token is for another application")
    if not (isinstance(user, str) and user):
        raise NotSignedIn("this token names no user")
    return Caller(_name(user, claims)[:_LONGEST_NAME], CallerKind.PERSON, _groups(claims.get("cognito:groups")))


def from_iam(user_arn: str | None) -> Caller:
    """The machine that signed a request that the gateway has verified. Raises NotSignedIn where none did."""
    if not (isinstance(user_arn, str) and _IAM_ARN.fullmatch(user_arn)):
        raise NotSignedIn("this request carries neither a token nor a signature")
    return Caller(user_arn, CallerKind.MACHINE)


def _name(user: str, claims: Mapping[str, Any]) -> str:
    """People may change their mail address: the user name, which nobody can, stands beside it."""
    email = claims.get("email")
    verified = claims.get("email_verified") in (True, "true")
    if not (verified and isinstance(email, str) and email.isprintable()):
        return user
    return user if email == user else f"{email} ({user})"


def _groups(claim: object) -> frozenset[str]:
    """The exact names of a claim: a list, or as gateways write one into a text, `a,b` and `[a b]`."""
    if isinstance(claim, str):
        text = claim[1:-1] if claim.startswith("[") and claim.endswith("]") else claim
        return frozenset(re.split(r"[,\s]+", text.strip())) - {""}
    if isinstance(claim, list):
        return frozenset(group for group in claim if isinstance(group, str))
    return frozenset()
