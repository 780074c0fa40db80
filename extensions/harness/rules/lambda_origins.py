"""Rule 13: the origin that a Lambda@Edge function chooses at origin-request."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from ipaddress import ip_address
from typing import Any

from extensions.harness.rules.exchange import Exchange
from extensions.harness.rules.violation import Violation

KINDS = ("custom", "s3")
LONGEST_DOMAIN = {"custom": 253, "s3": 128}
LONGEST_PATH = 255
PORTS = (80, 443, *range(1024, 65536))
SECONDS = {"readTimeout": range(4, 61), "keepaliveTimeout": range(1, 61)}
PROTOCOLS = ("http", "https")
AUTHENTICATION = ("none", "origin-access-identity")


def chosen_origin(exchange: Exchange) -> Iterator[Violation]:
    """An origin that comes out as it went in is CloudFront's own, and right."""
    if not exchange.by_lambda or exchange.answers:
        return
    before, after = exchange.request.get("origin"), exchange.result.get("origin")
    if before == after:
        return
    if exchange.event == "viewer-request":
        yield Violation(13, "origin: can't be chosen at viewer-request; do it at origin-request")
    elif not isinstance(after, Mapping) or len(after) != 1 or next(iter(after)) not in KINDS:
        yield Violation(13, f"origin: is {after!r}; give exactly one of custom and s3")
    else:
        (kind,) = after
        yield from _faults(kind, after[kind], exchange.values_after().keys())


def _faults(kind: str, origin: Any, headers: Collection[str]) -> Iterator[Violation]:
    where = f"origin.{kind}"
    if not isinstance(origin, Mapping):
        yield Violation(13, f"{where}: is {origin!r}; make it an object with domainName, path and so on")
        return
    yield from (Violation(13, f"{where}.{message}") for message in _domain(kind, origin.get("domainName")))
    yield from (Violation(13, f"{where}.{message}") for message in _path(origin.get("path", "")))
    specific = _custom(origin) if kind == "custom" else _bucket(origin)
    yield from (Violation(13, f"{where}.{message}") for message in specific)
    for name in origin.get("customHeaders") or {}:
        if str(name).lower() in headers:
            what = "repeats a header of the request; take one of the two out"
            yield Violation(13, f"{where}.customHeaders.{name}: {what}")


def _domain(kind: str, domain: object) -> Iterator[str]:
    if not isinstance(domain, str) or not domain:
        yield f"domainName: is {domain!r}; name the origin's host"
    elif is_address(domain):
        yield f"domainName: {domain} is an address; name a host, which DNS resolves"
    elif ":" in domain:
        yield f"domainName: {domain} holds a colon; put the port into port"
    elif len(domain) > LONGEST_DOMAIN[kind]:
        yield f"domainName: has {len(domain)} characters; {LONGEST_DOMAIN[kind]} are allowed"
    elif kind == "s3" and domain != domain.lower():
        yield f"domainName: {domain} is not lower-case; write {domain.lower()}"


def _path(path: object) -> Iterator[str]:
    if not isinstance(path, str) or (path and not path.startswith("/")) or path.endswith("/"):
        yield f"path: is {path!r}; begin it with / and end it without, or leave it empty"
    elif len(path) > LONGEST_PATH:
        yield f"path: has {len(path)} characters; {LONGEST_PATH} are allowed"


def _custom(origin: Mapping[str, Any]) -> Iterator[str]:
    if origin.get("port") not in PORTS or isinstance(origin.get("port"), bool):
        yield f"port: is {origin.get('port')!r}; make it 80, 443 or 1024 to 65535"
    if origin.get("protocol") not in PROTOCOLS:
        yield f"protocol: is {origin.get('protocol')!r}; make it http or https"
    for key, allowed in SECONDS.items():
        if key in origin and origin[key] not in allowed:
            yield f"{key}: is {origin[key]!r}; make it {allowed.start} to {allowed.stop - 1} seconds"


def _bucket(origin: Mapping[str, Any]) -> Iterator[str]:
    method = origin.get("authMethod")
    if method not in AUTHENTICATION:
        yield f"authMethod: is {method!r}; make it none or origin-access-identity"
    elif method == "origin-access-identity" and not origin.get("region"):
        yield "region: is missing; an origin access identity needs the Region of the bucket"


def is_address(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
