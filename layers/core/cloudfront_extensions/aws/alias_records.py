"""Route 53 records that lead names to their distribution."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.distributions import mark_deployed
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.aws.job_store import JobStore
from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.aws.objects import get_json
from cloudfront_extensions.aws.route53 import HostedZones
from cloudfront_extensions.certificates.validation import ValidationRecord
from cloudfront_extensions.distributions.alias_dns import (
    CLOUDFRONT_ZONE_ID,
    AliasDns,
    AliasDnsMode,
    DnsRecord,
    missing_types,
    parse_alias_dns,
)
from cloudfront_extensions.distributions.config import aliases_of
from cloudfront_extensions.distributions.deployment import DistributionState
from cloudfront_extensions.errors import (
    AliasRecordExists,
    AwsRefused,
    CloudFrontExtensionsError,
    HostedZoneNotFound,
    SourceConfigNotFound,
)


def write_alias_records(state: DistributionState) -> DistributionState:
    """Lead every alias of a deployed distribution to it, and finish the item.

    Records are created, never replaced: Route 53 itself refuses one that is there. With `auto`, names that no public
    hosted zone of the account holds are left to a person.

    Raises:
        AliasRecordExists: names that lead elsewhere already; the other names' records are written.
        HostedZoneNotFound: the zone named in the request does not exist.
    """
    record = get_json(state["bucket"], state["configKey"], not_found=SourceConfigNotFound)
    config, target = record["DistributionConfig"], state["distributionDomainName"]
    taken: list[str] = []
    for zone_id, names in _by_zone(aliases_of(config), parse_alias_dns(state["dns"])).items():
        taken += _write_to_zone(zone_id, names, target, ipv6=bool(config.get("IsIPV6Enabled")))
    if taken:
        raise AliasRecordExists(
            f"{', '.join(taken)}: the hosted zone has records that do not lead to {target}; they were left as they are"
        )
    mark_deployed(JobStore(), state)
    return state


def _by_zone(aliases: Iterable[str], dns: AliasDns) -> Mapping[str, list[str]]:
    names: dict[str, list[str]] = defaultdict(list)
    if dns.mode is AliasDnsMode.MANUAL:
        return names
    zones = HostedZones()
    for alias in aliases:
        if zone_id := dns.hosted_zone_id or _public_zone(zones, alias):
            names[zone_id].append(alias)
        else:
            logger.info("no public hosted zone of this account holds the name", alias=alias)
    return names


def _public_zone(zones: HostedZones, alias: str) -> str | None:
    """`HostedZones` looks above a record's first label; an alias may be a zone's apex, hence a label before it."""
    name = f"_alias.{alias.removeprefix('*.')}"
    return zones.zone_for(ValidationRecord(domain_name=alias, name=name, type="A", value=""))


def _write_to_zone(zone_id: str, names: Sequence[str], target: str, *, ipv6: bool) -> list[str]:
    """Create what is missing, in one change; the names that lead elsewhere.

    With IPv6 the zone is not read first: any record of a name that would stand in the way makes Route 53 refuse the
    change, and its five calls a second are for the whole account. Without, an AAAA record that leads elsewhere would not.
    A change that is refused is thought over: the zone has other records, our own where the answer to a first try was
    lost, or somebody else's.
    """
    everything = [_change(name, type_, target) for name in names for type_ in ("A", "AAAA")]
    taken, changes = ([], everything) if ipv6 else _missing(zone_id, names, target, ipv6=ipv6)
    meanings = {**_ZONE_MEANINGS, "InvalidChangeBatch": _ChangeRefused}
    while changes:
        try:
            with aws_call("ChangeResourceRecordSets", f"{', '.join(names)} in {zone_id}", meanings):
                client("route53").change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch={"Changes": changes})
        except _ChangeRefused as refusal:
            found = _missing(zone_id, names, target, ipv6=ipv6)
            if found == (taken, changes):
                raise AwsRefused(str(refusal)) from refusal
            taken, changes = found
        else:
            break
    return taken


_ZONE_MEANINGS = {"NoSuchHostedZone": HostedZoneNotFound}


class _ChangeRefused(CloudFrontExtensionsError):
    """A record to be created exists, or the change is wrong in another way; never leaves this module."""


def _missing(zone_id: str, names: Iterable[str], target: str, *, ipv6: bool) -> tuple[list[str], list[dict[str, Any]]]:
    """The names that lead elsewhere, and the changes that the others still need."""
    taken: list[str] = []
    changes: list[dict[str, Any]] = []
    for name in names:
        types = missing_types(_records(zone_id, name), target, ipv6=ipv6)
        if types is None:
            taken.append(name)
        else:
            changes += [_change(name, type_, target) for type_ in types]
    return taken, changes


def _records(zone_id: str, name: str) -> Iterator[DnsRecord]:
    """The record sets of one name. Route 53 lists a zone in order, so they are the first from the name on."""
    parameters = {"HostedZoneId": zone_id, "StartRecordName": name, "MaxItems": "20"}
    while True:
        with aws_call("ListResourceRecordSets", f"{name} in {zone_id}", _ZONE_MEANINGS):
            page = client("route53").list_resource_record_sets(**parameters)
        for record_set in page["ResourceRecordSets"]:
            if _plain(record_set["Name"]) != name:
                return
            yield DnsRecord(
                name=name,
                type=record_set["Type"],
                alias_target=record_set.get("AliasTarget", {}).get("DNSName"),
                values=tuple(record["Value"] for record in record_set.get("ResourceRecords", ())),
            )
        if not page["IsTruncated"]:
            return
        parameters |= {"StartRecordName": page["NextRecordName"], "StartRecordType": page["NextRecordType"]}
        if "NextRecordIdentifier" in page:
            parameters["StartRecordIdentifier"] = page["NextRecordIdentifier"]


def _plain(name: str) -> str:
    """Route 53 writes the asterisk of a wildcard as its octal code."""
    return name.removesuffix(".").replace("\\052", "*").lower()


def _change(name: str, type_: str, target: str) -> dict[str, Any]:
    alias_target = {"HostedZoneId": CLOUDFRONT_ZONE_ID, "DNSName": target, "EvaluateTargetHealth": False}
    return {"Action": "CREATE", "ResourceRecordSet": {"Name": name, "Type": type_, "AliasTarget": alias_target}}
