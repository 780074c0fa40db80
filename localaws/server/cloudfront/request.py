"""A request to CloudFront's API, and what is read from it in more than one operation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from localaws.server.cloudfront.answers import RefusedError


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    query: dict[str, Any]


def parsed(body: bytes) -> Element:
    """The outermost element. Raises RefusedError."""
    from ministack.services import cloudfront

    if not body:
        raise RefusedError("MissingBody", "This operation needs a body")
    element: Element | None = cloudfront._parse_body(body)
    if element is None:
        raise RefusedError("MalformedXML", "The body is not well-formed XML")
    return element


def check_if_match(request: Request, *etags: str) -> None:
    """Raises RefusedError unless If-Match has the current ETag, or all of several, in this order."""
    given = [part.strip() for part in request.headers.get("if-match", "").split(",") if part.strip()]
    if len(given) != len(etags):
        raise RefusedError("InvalidIfMatchVersion", "The If-Match version is missing or not valid for the resource.")
    if given != list(etags):
        raise RefusedError(
            "PreconditionFailed",
            "The precondition given in one or more of the request-header fields evaluated to false.",
        )
