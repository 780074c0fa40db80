"""Who writes the DNS records that lead a name to its distribution, and what they say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cloudfront_extensions.errors import InvalidInput

CLOUDFRONT_ZONE_ID = "Z2FDTNDATAQYW2"
"""The hosted zone of every CloudFront distribution (Route 53 API reference, AliasTarget)."""


class AliasDnsMode(StrEnum):
    MANUAL = "manual"
    """A person writes the records."""
    AUTO = "auto"
    """The workflow writes them for every alias that a public hosted zone of this account holds."""
    HOSTED_ZONE = "hostedZone"
    """The workflow writes them all to the zone named."""


@dataclass(frozen=True, slots=True)
class AliasDns:
    mode: AliasDnsMode = AliasDnsMode.MANUAL
    hosted_zone_id: str | None = None

    def as_json(self) -> dict[str, Any]:
        zone = {"hostedZoneId": self.hosted_zone_id} if self.hosted_zone_id else {}
        return {"mode": str(self.mode), **zone}


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """A record set as it stands in a hosted zone, as far as it matters here."""

    name: str
    type: str
    alias_target: str | None = None
    """The DNS name that an alias record points at."""
    values: tuple[str, ...] = ()


def parse_alias_dns(value: object, field: str = "dns") -> AliasDns:
    """Read the choice as workflows are given it; nothing given is `manual`.

    Raises:
        InvalidInput: it is none of the choices.
    """
    match value:
        case None | {"mode": "manual"}:
            return AliasDns()
        case {"mode": "auto"}:
            return AliasDns(AliasDnsMode.AUTO)
        case {"hostedZoneId": str(zone_id)} if zone_id.removeprefix("/hostedzone/").isalnum():
            return AliasDns(AliasDnsMode.HOSTED_ZONE, zone_id.removeprefix("/hostedzone/"))
    raise InvalidInput(f'{field} must be {{"mode": "auto"}}, {{"mode": "manual"}} or {{"hostedZoneId": "Z..."}}')


def missing_types(
    existing: Iterable[DnsRecord], distribution_domain_name: str, *, ipv6: bool
) -> tuple[str, ...] | None:
    """The record types that a name still needs to lead to the distribution; None when it leads elsewhere already.

    `existing` are the name's own records. AAAA is wanted where the distribution answers over IPv6.
    """
    present = set()
    for record in existing:
        if record.type not in ("A", "AAAA", "CNAME"):
            continue
        if not _leads_to(record, distribution_domain_name):
            return None
        present.add(record.type)
    if "CNAME" in present:
        return ()
    wanted = ("A", "AAAA") if ipv6 else ("A",)
    return tuple(type_ for type_ in wanted if type_ not in present)


def _leads_to(record: DnsRecord, distribution_domain_name: str) -> bool:
    targets = (record.alias_target,) if record.alias_target else record.values
    return bool(targets) and all(_plain(target) == _plain(distribution_domain_name) for target in targets)


def _plain(name: str) -> str:
    return name.rstrip(".").lower()
