"""What CloudFront adds to a viewer's request, and what of it goes on to the origin."""

from __future__ import annotations

from dataclasses import replace

from extensions.harness.emulator.behaviors import Behavior
from extensions.harness.emulator.viewers import EMULATED, Viewer, cloudfront_headers
from extensions.harness.messages import Request

ALWAYS_FORWARDED = frozenset({"content-type", "content-length", "range"})
NEVER_ONE_OF_ALL = frozenset({"host", "accept-encoding"})
USER_AGENT = "Amazon CloudFront"
CONDITIONS = frozenset({"if-none-match", "if-modified-since"})
"""CloudFront answers them itself, from the whole object."""


def without_emulation(request: Request) -> Request:
    headers = {name: values for name, values in request.headers.items() if not name.startswith(EMULATED)}
    return replace(request, headers=headers)


def described(behavior: Behavior, request: Request, viewer: Viewer) -> Request:
    """With the CloudFront-* headers that the policies name, in place of copies that the viewer sent."""
    policy = behavior.cache.headers | behavior.origin_request.headers
    own = {name: values for name, values in request.headers.items() if not name.startswith("cloudfront-")}
    agent = " ".join(request.headers.get("user-agent", ()))
    return replace(request, headers=own | policy.of_values(cloudfront_headers(viewer, agent)))


def forwarded(behavior: Behavior, request: Request, viewer: Viewer, via: str) -> Request:
    """The request that leaves for the origin; its Host, unless the policies forward it, is yet to be set."""
    headers = behavior.cache.headers | behavior.origin_request.headers
    cookies = behavior.cache.cookies | behavior.origin_request.cookies
    query = behavior.cache.query | behavior.origin_request.query
    sent = {
        name: values
        for name, values in request.headers.items()
        if name in headers.names | ALWAYS_FORWARDED or (headers.everything and name not in NEVER_ONE_OF_ALL)
    }
    if request.method in ("GET", "HEAD"):
        sent = {name: values for name, values in sent.items() if name not in CONDITIONS}
    added = {
        "user-agent": sent.get("user-agent", (USER_AGENT,)),
        "via": (*request.headers.get("via", ()), via),
        "x-forwarded-for": (", ".join((*request.headers.get("x-forwarded-for", ()), viewer.ip)),),
    }
    return replace(
        request,
        headers=sent | added,
        query=query.of_query(request.query),
        cookies=cookies.of_values(request.cookies),
    )
