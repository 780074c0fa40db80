"""Which origin a request goes to: the behavior's, unless a function chooses another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from extensions.harness.emulator.origins import Origin
from extensions.harness.rules.exchange import header_values
from extensions.harness.rules.origin_calls import origin_id

FAILOVER_METHODS = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class OriginPlan:
    """The origins to ask, in order: the next one after an answer, or a failure that counts as one, of `failover`."""

    origins: tuple[Origin, ...]
    failover: frozenset[int] = frozenset()

    def goes_on(self, method: str, status: int) -> bool:
        return method in FAILOVER_METHODS and status in self.failover


def plan(assigned: Origin, known: Mapping[str, Origin], calls: Sequence[Mapping[str, Any]]) -> OriginPlan:
    """What the calls of CloudFront Functions' origin helpers come to; rule 14 has judged them."""
    chosen = OriginPlan((assigned,))
    for call in calls:
        for method, argument in call.items():
            match method:
                case "selectRequestOriginById":
                    chosen = OriginPlan((known[origin_id(argument) or ""],))
                case "createRequestOriginGroup":
                    members = tuple(known[origin_id(member) or ""] for member in argument["originIds"])
                    codes = frozenset(int(code) for code in argument["failoverCriteria"]["statusCodes"])
                    chosen = OriginPlan(members, codes)
                case "updateRequestOrigin":
                    chosen = OriginPlan((_updated(chosen.origins[0], known, argument),))
    return chosen


def _updated(origin: Origin, known: Mapping[str, Origin], changes: Mapping[str, Any]) -> Origin:
    """The origin with what an updateRequestOrigin names; the rest is as it was."""
    domain = str(changes.get("domainName", origin.domain))
    connection = changes.get("customOriginConfig", {})
    timeouts = changes.get("timeouts", {})
    return replace(
        origin,
        domain=domain,
        folder=_folder(domain, known),
        path=changes.get("originPath", origin.path),
        host=changes.get("hostHeader", origin.host),
        protocol=connection.get("protocol", origin.protocol),
        port=int(connection.get("port", origin.port)),
        headers={name: (str(value),) for name, value in changes.get("customHeaders", {}).items()} or origin.headers,
        attempts=int(changes.get("connectionAttempts", origin.attempts)),
        connection_timeout=timeouts.get("connectionTimeout", origin.connection_timeout),
        read_timeout=timeouts.get("readTimeout", origin.read_timeout),
        keepalive_timeout=timeouts.get("keepAliveTimeout", origin.keepalive_timeout),
    )


def lambda_form(origin: Origin) -> dict[str, Any]:
    """The origin as a Lambda@Edge function at origin-request sees it."""
    headers = {name: [{"key": name, "value": value} for value in values] for name, values in origin.headers.items()}
    common = {"domainName": origin.domain, "path": origin.path, "customHeaders": headers}
    if origin.is_bucket:
        return {"s3": {**common, "authMethod": "none", "region": "us-east-1"}}
    return {
        "custom": {
            **common,
            "port": origin.port,
            "protocol": origin.protocol,
            "readTimeout": origin.read_timeout,
            "keepaliveTimeout": origin.keepalive_timeout,
            "sslProtocols": ["TLSv1.2"],
        }
    }


def from_lambda(chosen: Mapping[str, Any], assigned: Origin, known: Mapping[str, Origin]) -> Origin:
    """The origin that such a function returns; rule 13 has judged it."""
    if chosen == lambda_form(assigned):
        return assigned
    ((kind, given),) = chosen.items()
    domain = given["domainName"]
    return Origin(
        id=assigned.id,
        domain=domain,
        protocol=given.get("protocol", "https"),
        port=int(given.get("port", 443)),
        path=given.get("path", ""),
        headers=header_values(given.get("customHeaders"), "python"),
        folder=_folder(domain, known) if kind == "s3" else None,
        echoes=assigned.echoes,
        read_timeout=given.get("readTimeout", assigned.read_timeout),
        keepalive_timeout=given.get("keepaliveTimeout", assigned.keepalive_timeout),
    )


def _folder(domain: str, known: Mapping[str, Origin]) -> Path | None:
    """The folder that stands for a bucket."""
    return next((origin.folder for origin in known.values() if origin.domain == domain), None)
