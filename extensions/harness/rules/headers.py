"""Rules 1 to 6 and 20: which headers a function may touch, and how they are written down."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from extensions.harness.rules.exchange import Exchange
from extensions.harness.rules.violation import Violation


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


DISALLOWED = _names("""
    connection expect keep-alive proxy-authenticate proxy-authorization proxy-connection trailer upgrade
    x-accel-buffering x-accel-charset x-accel-limit-rate x-accel-redirect x-amzn-auth x-amzn-cf-billing
    x-amzn-cf-id x-amzn-cf-xff x-amzn-errortype x-amzn-fle-profile x-amzn-header-count x-amzn-header-order
    x-amzn-lambda-integration-tag x-amzn-requestid x-cache x-forwarded-proto x-real-ip
""")
DISALLOWED_BEGINNINGS = ("x-amz-cf-", "x-edge-")
READ_ONLY = {
    "viewer-request": (2, _names("cdn-loop content-length host transfer-encoding via")),
    "origin-request": (
        3,
        _names("""
            accept-encoding cdn-loop content-length if-modified-since if-none-match if-range if-unmodified-since
            transfer-encoding via
        """),
    ),
    "origin-response": (4, _names("transfer-encoding via")),
    "viewer-response": (4, _names("warning via")),
}
READ_ONLY_FOR_LAMBDA = _names("content-length content-encoding transfer-encoding")
"""At viewer-response, besides."""
VIEWER_COUNTRY = "cloudfront-viewer-country"
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
IN_COOKIES = {"cookie": "request.cookies", "set-cookie": "response.cookies"}


def is_disallowed(name: str) -> bool:
    """Whether CloudFront keeps a header (lower-case) to itself: functions neither see it nor may add it."""
    return name in DISALLOWED or name.startswith(DISALLOWED_BEGINNINGS)


def disallowed(exchange: Exchange) -> Iterator[Violation]:
    for name in exchange.values_after():
        if is_disallowed(name):
            yield Violation(
                1, f"headers.{name}: CloudFront alone sets {name}; don't add it, delete it where it came in"
            )


def read_only(exchange: Exchange) -> Iterator[Violation]:
    rule, names = READ_ONLY["origin-response" if exchange.generates else exchange.event]
    if exchange.event == "viewer-response" and exchange.by_lambda:
        names |= READ_ONLY_FOR_LAMBDA
    before, after = exchange.values_before(), exchange.values_after()
    for name in sorted(names):
        if before.get(name) != after.get(name):
            done = "changed" if name in before and name in after else "deleted" if name in before else "added"
            what = f"headers.{name}: {name} is read-only at {exchange.event} and was {done}"
            yield Violation(rule, f"{what}; {'leave it as it came in' if name in before else 'leave it out'}")


def viewer_country(exchange: Exchange) -> Iterator[Violation]:
    if exchange.event != "viewer-request" or exchange.answers:
        return
    if VIEWER_COUNTRY in exchange.values_after() and VIEWER_COUNTRY not in exchange.values_before():
        yield Violation(
            5,
            f"headers.{VIEWER_COUNTRY}: a viewer-request function can't add it; have a cache or origin request "
            "policy include it, or use a header of your own",
        )


def cloudfront_headers(exchange: Exchange) -> Iterator[Violation]:
    if not exchange.by_lambda or not exchange.at_viewer:
        return
    before, after = exchange.values_before(), exchange.values_after()
    for name in sorted({*before, *after}):
        # Rule 5 speaks of an added country.
        if name.startswith("cloudfront-") and before.get(name) != after.get(name) and name != VIEWER_COUNTRY:
            yield Violation(
                20,
                f"headers.{name}: Lambda@Edge handles CloudFront-* headers at origin events only; "
                f"at {exchange.event} leave it as it came in",
            )


def form(exchange: Exchange) -> Iterator[Violation]:
    headers = exchange.result.get("headers", {})
    if not isinstance(headers, Mapping):
        yield Violation(6, f"headers: is {type(headers).__name__}; make it a map from lower-case name to value")
        return
    for name, entry in headers.items():
        where = f"headers.{name}"
        if name != str(name).lower():
            yield Violation(6, f"{where}: a key is lower-case; write {str(name).lower()}")
        elif not TOKEN.fullmatch(name):
            yield Violation(6, f"{where}: {name!r} is no header's name; use letters, digits and hyphens")
        elif not exchange.by_lambda and name in IN_COOKIES:
            yield Violation(6, f"{where}: cookies are not headers in CloudFront Functions; use {IN_COOKIES[name]}")
        yield from _lambda_entry(where, name, entry) if exchange.by_lambda else _pair(where, entry)
    if not exchange.by_lambda:
        yield from _pairs("cookies", exchange.result.get("cookies", {}))


def _lambda_entry(where: str, name: str, entry: object) -> Iterator[Violation]:
    if not isinstance(entry, list) or not entry:
        yield Violation(6, f"{where}: is {entry!r}; make it a list of {{'key': …, 'value': …}}")
        return
    for index, one in enumerate(entry):
        if not isinstance(one, Mapping) or not isinstance(one.get("value"), str):
            yield Violation(6, f"{where}[{index}]: is {one!r}; make it {{'key': …, 'value': 'a string'}}")
        elif CONTROL.search(one["value"]):
            yield Violation(6, f"{where}[{index}].value: holds a control character; take it out")
        elif str(one.get("key", name)).lower() != str(name).lower():
            yield Violation(6, f"{where}[{index}].key: {one['key']!r} names another header; write {name}")


def _pairs(where: str, pairs: object) -> Iterator[Violation]:
    if not isinstance(pairs, Mapping):
        yield Violation(6, f"{where}: is {type(pairs).__name__}; make it an object from name to {{value}}")
        return
    for name, entry in pairs.items():
        yield from _pair(f"{where}.{name}", entry)


def _pair(where: str, entry: object) -> Iterator[Violation]:
    """One header, cookie or query argument of CloudFront Functions: {value, multiValue?, attributes?}."""
    several = entry.get("multiValue", [entry]) if isinstance(entry, Mapping) else None
    if not isinstance(entry, Mapping) or not isinstance(several, list):
        yield Violation(6, f"{where}: is {entry!r}; make it {{value: 'a string', multiValue: [{{value: …}}]}}")
        return
    for one in (entry, *several):
        if not isinstance(one, Mapping) or not isinstance(one.get("value"), str):
            yield Violation(6, f"{where}: is {one!r}; give it a value that is a string")
            return
        if CONTROL.search(one["value"]):
            yield Violation(6, f"{where}: its value holds a control character; take it out")
            return
