"""The request token of what somebody starts: in the body, or as the header Idempotency-Key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.fields import described, identifier


def with_token(document: object, idempotency_key: str | None) -> Mapping[str, Any]:
    """A request with its token. Raises InvalidInput where body and header name different ones, or it is no object."""
    if not isinstance(document, Mapping):
        raise InvalidInput(f"the request: {described(document)}; give an object")
    if idempotency_key is None:
        return document
    token = identifier({"Idempotency-Key": idempotency_key}, "Idempotency-Key")
    if document.get("requestToken", token) != token:
        raise InvalidInput("requestToken: the header Idempotency-Key has another one; give one of the two")
    return {**document, "requestToken": token}
