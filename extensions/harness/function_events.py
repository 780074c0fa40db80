"""The event of CloudFront Functions (runtime 2.0), made of the plain shape, and its results back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from extensions.harness.malformed import MalformedResult, decoded, mapping, phrase, status_number
from extensions.harness.messages import Cookie, Request, Response

Native = dict[str, Any]


def request_to_native(request: Request) -> Native:
    """Without the body, which CloudFront Functions never see."""
    return {
        "method": request.method,
        "uri": request.uri,
        "querystring": query_to_native(request.query),
        "headers": _headers_to_native(request.headers),
        "cookies": _cookies_to_native(request.cookies),
    }


def response_to_native(response: Response) -> Native:
    """Without the body, which is on its way past the function."""
    return {
        "statusCode": response.status,
        "statusDescription": phrase(response.status),
        "headers": _headers_to_native(response.headers),
        "cookies": _cookies_to_native(response.cookies),
    }


def request_from_native(result: Mapping[str, Any], given: Request) -> Request:
    """The request that a function returns; what it can't see is as it was given."""
    return replace(
        given,
        method=str(result.get("method", given.method)),
        uri=str(result.get("uri", given.uri)),
        query=_query_from_native(result.get("querystring", {}), given.query),
        headers=_headers_from_native(result.get("headers")),
        cookies=_cookies_from_native(result.get("cookies")),
    )


def response_from_native(result: Mapping[str, Any], given: Response | None) -> Response:
    """The response that a function returns, generated or changed."""
    body = _body_from_native(result["body"]) if "body" in result else None
    return Response(
        status=status_number(result.get("statusCode")),
        headers=_headers_from_native(result.get("headers")),
        cookies=_cookies_from_native(result.get("cookies")),
        body=given.body if body is None and given else body,
    )


def query_to_native(query: str) -> Native:
    """Names and values as they are written, not decoded."""
    values: dict[str, list[Native]] = {}
    for name, value in _pairs(query):
        values.setdefault(name, []).append({"value": value})
    return {name: _one_or_several(several) for name, several in values.items()}


def _query_from_native(native: Any, written: str) -> str:
    """The query in the order in which it was written, which an object does not keep; new names are at its end.

    What is unchanged stays as it was: `flag` and `flag=` are the same to a function.
    """
    if isinstance(native, str):
        return native
    entries = mapping(native, "querystring")
    before = query_to_native(written)
    if entries == before:
        return written
    pieces: dict[str, list[str]] = {name: [] for name in before if name in entries}
    for piece in filter(None, written.split("&")):
        name = piece.partition("=")[0]
        if entries.get(name) == before[name]:
            pieces[name].append(piece)
    for name, entry in entries.items():
        if entry != before.get(name):
            values = [str(one["value"]) for one in _several(entry, f"querystring.{name}")]
            pieces[name] = [f"{name}={value}" if value else name for value in values]
    return "&".join(piece for several in pieces.values() for piece in several)


def _pairs(query: str) -> Iterator[tuple[str, str]]:
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        yield name, value


def _headers_to_native(headers: Mapping[str, tuple[str, ...]]) -> Native:
    return {name: _one_or_several([{"value": value} for value in values]) for name, values in headers.items()}


def _headers_from_native(native: Any) -> dict[str, tuple[str, ...]]:
    return {
        name.lower(): tuple(str(one["value"]) for one in _several(entry, f"headers.{name}"))
        for name, entry in mapping(native, "headers").items()
    }


def _cookies_to_native(cookies: Mapping[str, tuple[Cookie, ...]]) -> Native:
    return {name: _one_or_several([_cookie_to_native(one) for one in several]) for name, several in cookies.items()}


def _cookie_to_native(cookie: Cookie) -> Native:
    return {"value": cookie.value, **({"attributes": cookie.attributes} if cookie.attributes else {})}


def _cookies_from_native(native: Any) -> dict[str, tuple[Cookie, ...]]:
    return {
        name: tuple(
            Cookie(str(one["value"]), str(one.get("attributes", ""))) for one in _several(entry, f"cookies.{name}")
        )
        for name, entry in mapping(native, "cookies").items()
    }


def _one_or_several(entries: list[Native]) -> Native:
    return dict(entries[0]) if len(entries) == 1 else {**entries[0], "multiValue": entries}


def _several(entry: Any, place: str) -> list[Mapping[str, Any]]:
    found = mapping(entry, place)
    several = found.get("multiValue") or [found]
    for one in several:
        if not isinstance(one, Mapping) or "value" not in one:
            raise MalformedResult(f"{place}: there is no value; give {{value: '…'}}")
    return list(several)


def _body_from_native(body: Any) -> bytes:
    if isinstance(body, str):
        return body.encode()
    found = mapping(body, "body")
    return decoded(str(found.get("data", "")), found.get("encoding", "text"), "body")
