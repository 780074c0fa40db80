"""The event of Lambda@Edge, made of the plain shape, and its results back."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from extensions.harness.cookies import (
    cookie_header,
    read_cookie_headers,
    read_set_cookie_headers,
    set_cookie_headers,
)
from extensions.harness.malformed import MalformedResult, decoded, mapping, phrase, status_number
from extensions.harness.messages import Request, Response

Native = dict[str, Any]
Values = Mapping[str, tuple[str, ...]]
DEFAULT_ORIGIN = {
    "custom": {
        "customHeaders": {},
        "domainName": "origin.example.com",
        "keepaliveTimeout": 5,
        "path": "",
        "port": 443,
        "protocol": "https",
        "readTimeout": 30,
        "sslProtocols": ["TLSv1.2"],
    }
}
EXPOSED_BODY = {"viewer": 40 * 1024, "origin": 1024 * 1024}
"""Bytes of a request's body that a function at such an event sees."""


def request_to_native(request: Request, event: str, viewer_ip: str) -> Native:
    headers = {name: values for name, values in request.headers.items() if not _is_hidden(name, event)}
    cookies = {"cookie": (cookie_header(request.cookies),)} if request.cookies else {}
    native = {
        "clientIp": viewer_ip,
        "headers": _headers_to_native({**headers, **cookies}),
        "method": request.method,
        "querystring": request.query,
        "uri": request.uri,
    }
    if event.startswith("origin-"):
        native["origin"] = request.origin or DEFAULT_ORIGIN
    if request.body is not None and event.endswith("-request"):
        native["body"] = _body_to_native(request.body, EXPOSED_BODY[event.partition("-")[0]])
    return native


def response_to_native(response: Response) -> Native:
    """Without the body, which Lambda@Edge does not show."""
    cookies = {"set-cookie": tuple(set_cookie_headers(response.cookies))} if response.cookies else {}
    return {
        "headers": _headers_to_native({**response.headers, **cookies}),
        "status": str(response.status),
        "statusDescription": phrase(response.status),
    }


def request_from_native(result: Mapping[str, Any], given: Request, event: str) -> Request:
    """The request that a function returns; what it can't see is as it was given."""
    headers = _headers_from_native(result.get("headers"))
    cookies = read_cookie_headers(headers.pop("cookie", ()))
    hidden = {name: values for name, values in given.headers.items() if _is_hidden(name, event)}
    origin = result.get("origin")
    return replace(
        given,
        method=str(result.get("method", given.method)),
        uri=str(result.get("uri", given.uri)),
        query=str(result.get("querystring", "")),
        headers={**hidden, **headers},
        cookies=cookies,
        body=_body_from_native(result.get("body"), given.body),
        origin=given.origin if origin in (None, given.origin, DEFAULT_ORIGIN) else origin,
    )


def response_from_native(result: Mapping[str, Any], given: Response | None) -> Response:
    """The response that a function returns, generated or changed."""
    headers = _headers_from_native(result.get("headers"))
    cookies = read_set_cookie_headers(headers.pop("set-cookie", ()))
    body = given.body if given else None
    if "body" in result:
        body = decoded(str(result["body"]), result.get("bodyEncoding", "text"), "body")
    return Response(status_number(result.get("status")), headers, cookies, body)


def _is_hidden(name: str, event: str) -> bool:
    """CloudFront tells where a viewer is and on which device only at origin events."""
    return event.startswith("viewer-") and name.startswith("cloudfront-")


def _headers_to_native(headers: Values) -> Native:
    return {
        name: [{"key": name.title(), "value": value} for value in values] for name, values in headers.items() if values
    }


def _headers_from_native(native: Any) -> dict[str, tuple[str, ...]]:
    headers: dict[str, tuple[str, ...]] = {}
    for name, entries in mapping(native, "headers").items():
        if not isinstance(entries, list) or not all(isinstance(one, Mapping) and "value" in one for one in entries):
            raise MalformedResult(f'headers.{name}: it is {entries!r}; give [{{"key": "…", "value": "…"}}]')
        headers[name.lower()] = tuple(str(one["value"]) for one in entries)
    return headers


def _body_to_native(body: bytes, exposed: int) -> Native:
    return {
        "inputTruncated": len(body) > exposed,
        "action": "read-only",
        "encoding": "base64",
        "data": base64.b64encode(body[:exposed]).decode(),
    }


def _body_from_native(native: Any, given: bytes | None) -> bytes | None:
    body = mapping(native, "body")
    if body.get("action") != "replace":
        return given
    return decoded(str(body.get("data", "")), body.get("encoding", "text"), "body.data")
