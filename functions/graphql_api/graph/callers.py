"""Who asks, and whether he may. AppSync has verified the token or the signature, and has read the schema's directives.

Both are looked at once more: a field whose directive got lost would be open to everybody who is signed in.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from cloudfront_extensions.errors import NotAllowed
from cloudfront_extensions.operations import access
from cloudfront_extensions.operations.callers import Caller, CallerKind, from_claims, from_iam

PUBLISHING = frozenset({"publishJobChanged", "publishRollbackChanged"})
"""Mutations that are no operations: machines tell subscribers by them, and nobody else asks for them."""

_OPERATIONS = {(each.graphql_type.value, each.graphql_field): each.name for each in access.OPERATIONS.values()}


def caller_of(event: Mapping[str, Any]) -> Caller:
    """Raises NotSignedIn where AppSync names nobody."""
    identity = event.get("identity") or {}
    if "claims" in identity:
        return from_claims(identity["claims"], os.environ["USER_POOL_CLIENT"])
    return from_iam(identity.get("userArn"))


def check(info: Mapping[str, Any], caller: Caller) -> None:
    """Raises NotAllowed."""
    field = info["fieldName"]
    if field not in PUBLISHING:
        access.check(_OPERATIONS[info["parentTypeName"], field], caller)
    elif caller.kind is not CallerKind.MACHINE:
        raise NotAllowed(f"{caller.name} may not {field}; it is for machines")
