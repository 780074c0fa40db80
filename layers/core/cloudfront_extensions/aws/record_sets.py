"""Record sets of a hosted zone: those of one name, and changes, which Route 53 makes whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.errors import CloudFrontExtensionsError, HostedZoneNotFound

RecordSet = dict[str, Any]
"""Route 53's own structure."""

_ZONE_MEANINGS = {"NoSuchHostedZone": HostedZoneNotFound}


class ChangeRefused(CloudFrontExtensionsError):
    """The zone is not as a change presumes, or the change is wrong in itself; never leaves the adapters."""


def change(zone_id: str, changes: Sequence[tuple[str, RecordSet]], target: str, route53: Any = None) -> None:
    """Make changes, each an action and a record set, in one call.

    Raises:
        ChangeRefused: what is to be created is there, what is to be deleted is not, or a record can't be.
        HostedZoneNotFound: there is no such zone.
    """
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": record_set} for action, record_set in changes]}
    with aws_call("ChangeResourceRecordSets", target, {**_ZONE_MEANINGS, "InvalidChangeBatch": ChangeRefused}):
        (route53 or client("route53")).change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch=batch)


def record_sets(zone_id: str, name: str, route53: Any = None) -> Iterator[RecordSet]:
    """The record sets of one name. Route 53 lists a zone in order, so they are the first from the name on.

    Raises HostedZoneNotFound.
    """
    name = plain_name(name)
    parameters = {"HostedZoneId": zone_id, "StartRecordName": name, "MaxItems": "20"}
    while True:
        with aws_call("ListResourceRecordSets", f"{name} in {zone_id}", _ZONE_MEANINGS):
            page = (route53 or client("route53")).list_resource_record_sets(**parameters)
        for record_set in page["ResourceRecordSets"]:
            if plain_name(record_set["Name"]) != name:
                return
            yield record_set
        if not page["IsTruncated"]:
            return
        parameters |= {"StartRecordName": page["NextRecordName"], "StartRecordType": page["NextRecordType"]}
        if "NextRecordIdentifier" in page:
            parameters["StartRecordIdentifier"] = page["NextRecordIdentifier"]


def plain_name(name: str) -> str:
    """Without trailing dot, lower-case; Route 53 writes the asterisk of a wildcard as its octal code."""
    return name.removesuffix(".").replace("\\052", "*").lower()


def values_of(record_set: RecordSet) -> tuple[str, ...]:
    """What a record set says: where its alias leads, or its values, without trailing dots, lower-case."""
    target = record_set.get("AliasTarget", {}).get("DNSName")
    values = (target,) if target else (record["Value"] for record in record_set.get("ResourceRecords", ()))
    return tuple(value.rstrip(".").lower() for value in values)
