"""Rule 14: the origin helpers of CloudFront Functions, which choose an origin at viewer-request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from extensions.harness.rules.exchange import Exchange, Origins
from extensions.harness.rules.violation import Violation

LONGEST_NAME = 253
RANGES = {
    "connectionAttempts": range(1, 4),
    "connectionTimeout": range(1, 11),
    "readTimeout": range(1, 121),
    "keepAliveTimeout": range(1, 121),
}
MOST_CERTIFICATE_NAMES = 20
LONGEST_CERTIFICATE_NAME = 64
MEMBERS = 2


def origin_calls(exchange: Exchange) -> Iterator[Violation]:
    if exchange.origin_calls and (exchange.by_lambda or exchange.event != "viewer-request"):
        yield Violation(14, f"origin helpers: are for CloudFront Functions at viewer-request, not at {exchange.event}")
        return
    assigned = exchange.origins.assigned
    for call in exchange.origin_calls:
        for method, argument in call.items():
            match method:
                case "updateRequestOrigin":
                    yield from _update(argument, assigned, exchange.origins)
                case "selectRequestOriginById":
                    assigned = origin_id(argument) or assigned
                    yield from _known(method, argument, exchange.origins)
                case "createRequestOriginGroup":
                    yield from _group(argument, exchange.origins)
                case _:
                    yield Violation(14, f"{method}: is no origin helper of CloudFront Functions")


def origin_id(named: object) -> str | None:
    """The id in `'a'` or `{originId: 'a'}`: AWS's pages write both."""
    found = named.get("originId") if isinstance(named, Mapping) else named
    return found if isinstance(found, str) else None


def _known(where: str, named: object, origins: Origins) -> Iterator[Violation]:
    found = origin_id(named)
    if not found:
        yield Violation(14, f"{where}: got {named!r}; give it the id of an origin of the distribution")
    elif origins.known is not None and found not in origins.known:
        has = ", ".join(sorted(origins.known)) or "none"
        yield Violation(14, f"{where}: the distribution has no origin {found!r}; it has {has}")


def _update(argument: Any, assigned: str, origins: Origins) -> Iterator[Violation]:
    where = "updateRequestOrigin"
    if not isinstance(argument, Mapping):
        yield Violation(14, f"{where}: got {argument!r}; give it an object with what changes")
        return
    if assigned in origins.vpc:
        yield Violation(14, f"{where}: {assigned} is a VPC origin; choose it by selectRequestOriginById as it is")
    for key in ("domainName", "hostHeader", "sni"):
        if key in argument and not _is_text(argument[key], LONGEST_NAME):
            yield Violation(14, f"{where}.{key}: is no text of 1 to {LONGEST_NAME} characters; shorten it")
    timeouts = argument.get("timeouts")
    given = {**argument, **(timeouts if isinstance(timeouts, Mapping) else {})}
    for key, allowed in RANGES.items():
        if key in given and given[key] not in allowed:
            what = f"is {given[key]!r}; make it {allowed.start} to {allowed.stop - 1}"
            yield Violation(14, f"{where}.{key}: {what}")
    names = argument.get("allowedCertificateNames", [])
    if not isinstance(names, list) or len(names) > MOST_CERTIFICATE_NAMES:
        yield Violation(14, f"{where}.allowedCertificateNames: is no list of at most {MOST_CERTIFICATE_NAMES} names")
    elif not all(_is_text(name, LONGEST_CERTIFICATE_NAME) for name in names):
        what = f"each is a text of 1 to {LONGEST_CERTIFICATE_NAME} characters; shorten or drop what is longer"
        yield Violation(14, f"{where}.allowedCertificateNames: {what}")


def _group(argument: Any, origins: Origins) -> Iterator[Violation]:
    where = "createRequestOriginGroup"
    group = argument if isinstance(argument, Mapping) else {}
    members = group.get("originIds")
    if not isinstance(members, list) or len(members) != MEMBERS:
        yield Violation(14, f"{where}.originIds: is {members!r}; give exactly {MEMBERS} origins")
    else:
        for member in members:
            yield from _known(f"{where}.originIds", member, origins)
    criteria = group.get("failoverCriteria")
    codes = criteria.get("statusCodes") if isinstance(criteria, Mapping) else None
    if not isinstance(codes, list) or not codes or not all(isinstance(code, (int, float)) for code in codes):
        what = "holds no status codes; write {statusCodes: [500, 502, 503, 504]}"
        yield Violation(14, f"{where}.failoverCriteria: {what}")


def _is_text(value: object, longest: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= longest
