"""Between the plain shape of a message, which has its cookies apart, and the headers that are sent."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from extensions.harness.cookies import (
    cookie_header,
    read_cookie_headers,
    read_set_cookie_headers,
    set_cookie_headers,
)
from extensions.harness.messages import Request, Response
from extensions.harness.rules import is_disallowed

FRAMING = frozenset({"content-length", "transfer-encoding"})
"""Whoever sends a message on frames it anew."""
Headers = dict[str, tuple[str, ...]]
Fields = Iterable[tuple[str, str]]


def read_headers(fields: Fields) -> Headers:
    """By lower-case name, without those that CloudFront keeps to itself."""
    headers: Headers = {}
    for name, value in fields:
        key = name.lower()
        if not is_disallowed(key) and key != "transfer-encoding":
            headers[key] = (*headers.get(key, ()), value)
    return headers


def read_request(method: str, target: str, fields: Fields, body: bytes | None) -> Request:
    uri, _, query = target.partition("?")
    headers = read_headers(fields)
    cookies = read_cookie_headers(headers.pop("cookie", ()))
    return Request(method, uri, query, headers, cookies, body)


def read_response(status: int, fields: Fields, body: bytes) -> Response:
    headers = read_headers(fields)
    cookies = read_set_cookie_headers(headers.pop("set-cookie", ()))
    return Response(status, headers, cookies, body)


def read_date(values: Iterable[str]) -> datetime | None:
    """The first of a header's values as a time; None where there is none, or no time."""
    for value in values:
        with contextlib.suppress(ValueError):
            date = parsedate_to_datetime(value)
            return date.replace(tzinfo=date.tzinfo or UTC)
    return None


def request_fields(request: Request) -> Iterator[tuple[str, str]]:
    yield from _fields(request.headers)
    if request.cookies:
        yield "cookie", cookie_header(request.cookies)


def response_fields(response: Response) -> Iterator[tuple[str, str]]:
    yield from _fields(response.headers)
    for line in set_cookie_headers(response.cookies):
        yield "set-cookie", line


def _fields(headers: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    for name, values in headers.items():
        if name not in FRAMING:
            for value in values:
                yield name, value
