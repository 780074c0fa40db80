"""Public hosted zones of this account: which one holds a name, and records written to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.aws.record_sets import ChangeRefused, change, record_sets, values_of
from cloudfront_extensions.certificates.validation import RECORD_TTL, ValidationRecord, is_there, possible_zones
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

    def publish(self, zone_id: str, records: Iterable[ValidationRecord], tried: Collection[str] = ()) -> frozenset[str]:
        """See to it that records are in a zone; the names of those that were created for that.

        They are created in one change, and Route 53 itself refuses those that are there. Then the zone is read: one that is
        there with our value stays, one with another value is replaced, and neither counts as created, save those named in
        `tried`, for which a call was made before whose answer may have been lost.

        Raises:
            HostedZoneNotFound: there is no such zone, or a record does not lie in it.
        """
        wanted = {record.name: record for record in records}
        actions = dict.fromkeys(wanted, "CREATE")
        created = set(wanted)
        while actions:
            changes = [(action, _record_set(wanted[name])) for name, action in actions.items()]
            try:
                change(zone_id, changes, f"{len(changes)} validation records in hosted zone {zone_id}", self._given)
                break
            except ChangeRefused as refusal:
                if "not permitted in zone" in str(refusal):
                    message = f"hosted zone {zone_id} does not hold all of the names: {refusal}"
                    raise HostedZoneNotFound(message) from refusal
                standing = {name: self._values(zone_id, record) for name, record in wanted.items()}
                created = {
                    name
                    for name in created
                    if not standing[name] or (name in tried and is_there(wanted[name], standing[name]))
                }
                left = {
                    name: "UPSERT" if standing[name] else "CREATE"
                    for name in wanted
                    if not is_there(wanted[name], standing[name])
                }
                if left == actions:
                    raise AwsRefused(str(refusal)) from refusal
                actions = left
        return frozenset(created)

    def _values(self, zone_id: str, record: ValidationRecord) -> tuple[str, ...]:
        found = record_sets(zone_id, record.name, self._given)
        return next((values_of(one) for one in found if one["Type"] == record.type), ())

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
