"""Headers of every answer: what a browser may do with it, and whether a page of another origin may read it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

SECURITY = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
EXPOSED = "ETag, Location, Retry-After"


def header(event: Mapping[str, Any], name: str) -> str | None:
    """A header of the request, whatever the case that its name came in."""
    for given, value in (event.get("headers") or {}).items():
        if given.lower() == name.lower():
            return str(value)
    return None


def response_headers(event: Mapping[str, Any]) -> dict[str, list[str]]:
    console = os.environ["CONSOLE_ORIGIN"]
    headers = {**SECURITY, "Vary": "Origin"}
    if header(event, "Origin") == console and _is_of_a_person(event):
        headers |= {"Access-Control-Allow-Origin": console, "Access-Control-Expose-Headers": EXPOSED}
    return {name: [value] for name, value in headers.items()}


def _is_of_a_person(event: Mapping[str, Any]) -> bool:
    return bool((event.get("requestContext", {}).get("authorizer") or {}).get("claims"))
