"""Requests and responses as cases write them down: JSON without lists of one, and with the usual left out."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from extensions.harness.messages import Cookie, Request, Response

Document = Mapping[str, Any]


def read_request(document: Document) -> Request:
    """Raises TypeError and KeyError for what is none."""
    headers = read_headers(document.get("headers", {}))
    return Request(
        method=document.get("method", "GET"),
        uri=document.get("uri", "/"),
        query=document.get("query", ""),
        headers=headers if "host" in headers else {"host": ("www.example.com",), **headers},
        cookies=read_cookies(document.get("cookies", {})),
        body=read_body(document.get("body")),
        origin=document.get("origin"),
    )


def read_response(document: Document) -> Response:
    return Response(
        status=document.get("status", 200),
        headers=read_headers(document.get("headers", {})),
        cookies=read_cookies(document.get("cookies", {})),
        body=read_body(document.get("body")),
    )


def read_headers(document: Document) -> dict[str, tuple[str, ...]]:
    return {name.lower(): read_values(value) for name, value in document.items()}


def read_values(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def read_cookies(document: Document) -> dict[str, tuple[Cookie, ...]]:
    return {name: read_cookie(value) for name, value in document.items()}


def read_cookie(value: Any) -> tuple[Cookie, ...]:
    if isinstance(value, list):
        return tuple(cookie for one in value for cookie in read_cookie(one))
    return (Cookie(value) if isinstance(value, str) else Cookie(value["value"], value.get("attributes", "")),)


def read_body(value: str | Document | None) -> bytes | None:
    """A text, or `{"base64": "…"}` for bytes that are none."""
    if value is None or isinstance(value, str):
        return None if value is None else value.encode()
    return base64.b64decode(value["base64"])


def written(message: Request | Response) -> dict[str, Any]:
    """The message as a case would have it, without what is empty."""
    document: dict[str, Any]
    if isinstance(message, Response):
        document = {"status": message.status}
    else:
        document = {"method": message.method, "uri": message.uri, "query": message.query, "origin": message.origin}
    document["headers"] = {name: _one_or_several(list(values)) for name, values in message.headers.items()}
    document["cookies"] = {
        name: _one_or_several([_cookie(cookie) for cookie in several]) for name, several in message.cookies.items()
    }
    document["body"] = _body(message.body)
    return {name: value for name, value in document.items() if value not in ("", {}, None)}


def _one_or_several(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _cookie(cookie: Cookie) -> Any:
    return {"value": cookie.value, "attributes": cookie.attributes} if cookie.attributes else cookie.value


def _body(body: bytes | None) -> Any:
    if body is None:
        return None
    try:
        return body.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}
