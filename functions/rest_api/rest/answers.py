"""What a route answers: a document with its ETag, or the word that the client has it already."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response

from rest.headers import header

Answer = Response[Any]
JSON = "application/json"


def document(content: Mapping[str, Any], *, location: str | None = None, tag: str | None = None) -> Answer:
    """`tag`: of a document that has a version of its own, or parts that are others each time; else its text makes one."""
    headers = {"Location": location, "ETag": f'"{tag}"' if tag else None}
    return Response(200, JSON, dict(content), {name: value for name, value in headers.items() if value})


def text(content: str, media_type: str) -> Answer:
    return Response(200, f"{media_type}; charset=utf-8", content)


def nothing() -> Answer:
    return Response(204)


def etag(answer: Answer) -> str:
    """Its own, or else one of its text: a strong ETag (RFC 9110, 8.8.3)."""
    return str(answer.headers.get("ETag") or f'"{hashed(answer.body)}"')


def hashed(content: object) -> str:
    """What stands between the quotation marks of an ETag."""
    text = content if isinstance(content, str) else json.dumps(content, sort_keys=True)
    return sha256(text.encode()).hexdigest()[:32]


def bare(tag: str | None) -> str | None:
    """An ETag of the header If-Match as the operations know it: without quotation marks; `*` as it is."""
    return tag.strip('"') if tag else None


def is_known(event: Mapping[str, Any], tag: str) -> bool:
    """Whether the client has this very answer (RFC 9110, 13.1.2: weak comparison, any of a list, or *)."""
    known = header(event, "If-None-Match") or ""
    tags = {one.strip().removeprefix("W/") for one in known.split(",")}
    return tag in tags or "*" in tags
