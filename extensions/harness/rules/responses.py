"""Rules 7 to 10: a response that a function generates or changes."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping

from extensions.harness.rules.exchange import KIB, MIB, Exchange, size
from extensions.harness.rules.violation import Violation

LARGEST_AT_VIEWER = 40 * KIB
LARGEST_AT_ORIGIN = 1 * MIB
ENCODINGS = ("text", "base64")
FIRST_ERROR = 400


def status(exchange: Exchange) -> Iterator[Violation]:
    if not exchange.answers:
        return
    key = exchange.status_key
    given = exchange.result.get(key)
    number = _number(given, or_text=exchange.by_lambda)
    if number is None or not 200 <= number <= 599:
        form = "a string of" if exchange.by_lambda else "an integer,"
        yield Violation(7, f"{key}: is {given!r}; make it {form} 200 to 599")
        return
    if exchange.by_lambda and not isinstance(given, str):
        yield Violation(7, f"{key}: is the number {given}; Lambda@Edge documents a string: '{given}'", is_warning=True)
    before = (exchange.response or {}).get("status")
    if exchange.by_lambda and exchange.event == "viewer-response" and str(before) != str(given):
        yield Violation(
            7,
            f"status: was {before} and is {given}, but Lambda@Edge can't change it at viewer-response; "
            "change it at origin-response, or use CloudFront Functions",
        )


def runs_at_all(exchange: Exchange) -> Iterator[Violation]:
    if exchange.event != "viewer-response":
        return
    before = _number((exchange.response or {}).get(exchange.status_key), or_text=True)
    if before is not None and before >= FIRST_ERROR:
        yield Violation(
            8,
            f"response.{exchange.status_key}: no viewer-response function runs when the origin answers {before}; "
            "use origin-response, or give the event a status below 400",
        )


def response_size(exchange: Exchange) -> Iterator[Violation]:
    """A body in base64 counts as it is written: whether CloudFront counts the bytes it stands for is nowhere said."""
    if not exchange.answers or "body" not in exchange.result:
        return
    body = exchange.result["body"]
    data = body.get("data", "") if isinstance(body, Mapping) else body
    total = size(exchange.values_after()) + len(str(data or "").encode())
    largest = LARGEST_AT_VIEWER if exchange.at_viewer else LARGEST_AT_ORIGIN
    if total > largest:
        yield Violation(
            9,
            f"body: headers and body have {total:,} bytes; {exchange.event} allows {largest:,}: "
            "shorten it, or redirect to an object of the origin",
        )


def response_body(exchange: Exchange) -> Iterator[Violation]:
    if not exchange.answers or (body := exchange.result.get("body")) is None:
        return
    if exchange.by_lambda:
        where, data, encoding = "bodyEncoding", body, exchange.result.get("bodyEncoding", "text")
    elif isinstance(body, Mapping):
        where, data, encoding = "body.encoding", body.get("data"), body.get("encoding", "text")
    else:
        where, data, encoding = "body.encoding", body, "text"
    if not isinstance(data, str):
        form = "a string" if exchange.by_lambda else "a string or {encoding, data}"
        yield Violation(10, f"body: is {type(data).__name__}; make it {form}")
    elif encoding not in ENCODINGS:
        yield Violation(10, f"{where}: is {encoding!r}; make it text or base64")
    elif encoding == "base64" and not is_base64(data):
        yield Violation(10, f"body: is not base64; encode it, or set {where} to text")
    elif data and _number(exchange.result.get(exchange.status_key), or_text=True) == 204:
        yield Violation(10, "body: a response 204 has none; leave it out, or answer 200")


def is_base64(data: str) -> bool:
    try:
        base64.b64decode(data, validate=True)
    except ValueError:
        return False
    return True


def _number(value: object, *, or_text: bool) -> int | None:
    """A status as a number; None for what is none. JavaScript knows no whole numbers, so 200.0 is one."""
    match value:
        case bool():
            return None
        case int():
            return value
        case float() if value.is_integer():
            return int(value)
        case str() if or_text and value.isascii() and value.isdigit():
            return int(value)
    return None
