"""Who asks. API Gateway has verified the token or the signature and writes into requestContext, where no client can."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from cloudfront_extensions.errors import NotSignedIn
from cloudfront_extensions.operations.callers import Caller, from_claims, from_iam


def caller_of(event: Mapping[str, Any]) -> Caller:
    """Raises NotSignedIn where the gateway names nobody: a route without an authorizer is closed here."""
    context = event.get("requestContext") or {}
    if claims := (context.get("authorizer") or {}).get("claims"):
        return from_claims(claims, os.environ["USER_POOL_CLIENT"])
    if user_arn := (context.get("identity") or {}).get("userArn"):
        return from_iam(user_arn)
    raise NotSignedIn("the request carries neither a token nor a signature")
