"""Rules 11, 12, 15 and 16: a request that a function hands on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from extensions.harness.rules.exchange import KIB, MIB, Exchange, Values, size
from extensions.harness.rules.responses import is_base64
from extensions.harness.rules.violation import Violation

LONGEST_URL = 8_192
LARGEST_REQUEST = 20_480
NOT_IN_QUERY = re.compile(r"[\x00-\x20\x7f#]")
NOT_IN_PATH = re.compile(r"[\x00-\x20\x7f?#]")
EXPOSED_BODY = {"viewer-request": 40 * KIB, "origin-request": 1 * MIB}
REPLACED_BODY = {
    ("viewer-request", "text"): 40 * KIB,
    ("viewer-request", "base64"): 54_476,
    ("origin-request", "text"): 1 * MIB,
    ("origin-request", "base64"): 1_394_606,
}
"""40 KB or 53.2 KB, and 1 MB or 1.33 MB."""


def url(exchange: Exchange) -> Iterator[Violation]:
    result = exchange.result
    if not exchange.at_request:
        for key in ("uri", "querystring"):
            if key in result:
                yield Violation(11, f"{key}: {exchange.event} can't change the request; return the response only")
        return
    if exchange.answers:
        return
    uri, query = result.get("uri"), result.get("querystring", "" if exchange.by_lambda else {})
    if not isinstance(uri, str) or not uri.startswith("/"):
        yield Violation(11, f"uri: is {uri!r}; begin it with /")
        return
    if found := NOT_IN_PATH.search(uri):
        yield Violation(11, f"uri: holds {found[0]!r}; percent-encode it, and put the query into querystring")
    text = query_text(query)
    if text is None or (exchange.by_lambda and not isinstance(query, str)):
        form = "a string: a=1&b=2" if exchange.by_lambda else "an object {a: {value: '1'}}, or a string"
        yield Violation(11, f"querystring: is {query!r}; make it {form}")
        return
    if found := NOT_IN_QUERY.search(text):
        yield Violation(11, f"querystring: holds {found[0]!r}; percent-encode it")
    if len(whole := _whole(uri, text)) >= LONGEST_URL:
        yield Violation(11, f"uri: with its query it has {len(whole):,} characters; keep it below {LONGEST_URL:,}")


def query_text(query: object) -> str | None:
    """The query as it is sent; None for what is no query. CloudFront Functions write it as object or as string."""
    if isinstance(query, str):
        return query
    if not isinstance(query, Mapping):
        return None
    pairs = []
    for name, entry in query.items():
        several = entry.get("multiValue") or [entry] if isinstance(entry, Mapping) else []
        if not several or not all(isinstance(one, Mapping) and isinstance(one.get("value"), str) for one in several):
            return None
        pairs += [f"{name}={one['value']}" if one["value"] else str(name) for one in several]
    return "&".join(pairs)


def read_only_fields(exchange: Exchange) -> Iterator[Violation]:
    if "config" in exchange.result and exchange.result["config"] != exchange.config:
        yield Violation(12, "config: is read-only; leave it as it came in")
    if exchange.answers:
        return
    for key in ("method", "clientIp"):
        before, after = exchange.request.get(key), exchange.result.get(key)
        if before != after and (key == "method" or key in exchange.result):
            yield Violation(12, f"{key}: is read-only, was {before!r} and is {after!r}; leave it as it came in")


def request_body(exchange: Exchange) -> Iterator[Violation]:
    if not exchange.at_request:
        return
    before = exchange.request.get("body")
    if isinstance(before, Mapping):
        yield from _exposed_body(exchange.event, before)
    if exchange.answers or (after := exchange.result.get("body")) is None:
        return
    if not exchange.by_lambda:
        yield Violation(15, "body: CloudFront Functions can't replace the body of a request; use Lambda@Edge")
        return
    if not isinstance(after, Mapping):
        yield Violation(15, f"body: is {type(after).__name__}; make it {{'action', 'encoding', 'data'}}")
        return
    truncated = before.get("inputTruncated") if isinstance(before, Mapping) else None
    if after.get("inputTruncated", truncated) != truncated:
        yield Violation(15, "body.inputTruncated: is read-only; leave it as it came in")
    match after.get("action", "read-only"):
        case "replace":
            yield from _replaced_body(exchange.event, after)
        case "read-only":
            if isinstance(before, Mapping) and after.get("data") != before.get("data"):
                what = "body.data: was changed, but the origin gets the viewer's body; set body.action to replace"
                yield Violation(15, what, is_warning=True)
        case action:
            yield Violation(15, f"body.action: is {action!r}; make it read-only or replace")


def _exposed_body(event: str, body: Mapping[str, object]) -> Iterator[Violation]:
    exposed = len(str(body.get("data", ""))) * 3 // 4
    if exposed > EXPOSED_BODY[event] + 2:  # base64 rounds up to three bytes
        yield Violation(
            15,
            f"request.body: {event} shows {EXPOSED_BODY[event]:,} bytes, not {exposed:,}; "
            "cut the event's body and set inputTruncated",
        )


def _replaced_body(event: str, body: Mapping[str, object]) -> Iterator[Violation]:
    encoding, data = body.get("encoding", "text"), body.get("data", "")
    if (event, encoding) not in REPLACED_BODY:
        yield Violation(15, f"body.encoding: is {encoding!r}; make it text or base64")
    elif not isinstance(data, str):
        yield Violation(15, f"body.data: is {type(data).__name__}; make it a string")
    elif encoding == "base64" and not is_base64(data):
        yield Violation(15, "body.data: is not base64; encode it, or set body.encoding to text")
    elif (length := len(data.encode())) > (largest := REPLACED_BODY[event, str(encoding)]):
        yield Violation(15, f"body.data: has {length:,} bytes as {encoding}; {event} allows {largest:,}: shorten it")


def request_size(exchange: Exchange) -> Iterator[Violation]:
    if not exchange.answers and isinstance(uri := exchange.result.get("uri"), str):
        query = query_text(exchange.result.get("querystring", "")) or ""
        whole = _whole(uri, query)
        yield from sizes(str(exchange.result.get("method", "")), whole, exchange.values_after())


def sizes(method: str, url: str, headers: Values) -> Iterator[Violation]:
    """Whether a request, without its body, is one that CloudFront takes; it answers 413 where a viewer's is not."""
    if (length := len(quote(url, safe="%/?&=+,;:@!$'()*~#[]"))) > LONGEST_URL:
        yield Violation(16, f"uri: the URL has {length:,} bytes; keep it within {LONGEST_URL:,}")
    if (total := len(f"{method} {url} HTTP/1.1\r\n".encode()) + size(headers)) > LARGEST_REQUEST:
        what = f"headers: request line and headers have {total:,} bytes; keep them within {LARGEST_REQUEST:,}"
        yield Violation(16, what)


def _whole(uri: str, query: str) -> str:
    return f"{uri}?{query}" if query else uri
