"""Public hosted zones of this account: which one holds a name, and records written to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.certificates.validation import RECORD_TTL, ValidationRecord, possible_zones
from cloudfront_extensions.errors import AwsRefused, HostedZoneNotFound

ZONES_OF_ONE_NAME = "20"
"""How many zones one look-up reads: private zones may share their name with the public one."""


class HostedZones:
    """For one task: what was looked up is remembered as long as the object lives."""

    def __init__(self, route53: Any = None) -> None:
        self._given = route53
        self._public_zones: dict[str, str | None] = {}

    def zone_for(self, record: ValidationRecord) -> str | None:
        """Id of the public zone with the longest name that holds the record; None when there is none.

        Route 53 has no such question: each possible name is looked up by itself, longest first.
        """
        for name in possible_zones(record):
            if name not in self._public_zones:
                self._public_zones[name] = self._public_zone(name)
            if zone := self._public_zones[name]:
                return zone
        return None

    def write(self, zone_id: str, records: Sequence[ValidationRecord]) -> None:
        """Create or replace records, all in one change.

        Raises:
            HostedZoneNotFound: there is no such zone, or a record does not lie in it.
        """
        changes = [{"Action": "UPSERT", "ResourceRecordSet": _record_set(record)} for record in _distinct(records)]
        target = f"{len(changes)} validation records in hosted zone {zone_id}"
        route53 = self._given or client("route53")
        try:
            with aws_call("ChangeResourceRecordSets", target, {"NoSuchHostedZone": HostedZoneNotFound}):
                route53.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch={"Changes": changes})
        except AwsRefused as error:
            if "not permitted in zone" in str(error):
                raise HostedZoneNotFound(f"hosted zone {zone_id} does not hold all of the names: {error}") from error
            raise

    def _public_zone(self, name: str) -> str | None:
        """None also where several public zones have the name: which of them DNS asks is for a person to say."""
        route53 = self._given or client("route53")
        with aws_call("ListHostedZonesByName", name):
            answer = route53.list_hosted_zones_by_name(DNSName=name, MaxItems=ZONES_OF_ONE_NAME)
        ids = [
            zone["Id"].removeprefix("/hostedzone/")
            for zone in answer["HostedZones"]
            if zone["Name"].removesuffix(".") == name and not zone.get("Config", {}).get("PrivateZone", False)
        ]
        return ids[0] if len(ids) == 1 else None


def _record_set(record: ValidationRecord) -> dict[str, Any]:
    return {
        "Name": record.name,
        "Type": record.type,
        "TTL": RECORD_TTL,
        "ResourceRecords": [{"Value": record.value}],
    }


def _distinct(records: Iterable[ValidationRecord]) -> list[ValidationRecord]:
    return list({(record.name, record.type): record for record in records}.values())
