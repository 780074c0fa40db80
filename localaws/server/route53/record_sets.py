"""Record sets that Route 53 refuses: outside the zone, beside a CNAME, a CNAME at its top, values of another form.

MiniStack takes them. Sources: "Supported DNS record types" of the developer guide, and ResourceRecordSet of the API
reference for what an alias may hold.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from localaws.server.route53.dns import normalised, note_change
from localaws.server.seams import wrap
from localaws.server.settings import Settings

Record = Mapping[str, Any]
Change = tuple[str, Record]
Refusal = tuple[str, str]
"""Error code and message."""


def install(_: Settings) -> None:
    from ministack.services import route53

    wrap(route53, "_change_resource_record_sets", checked)


def checked(stock: Callable[[str, bytes], Any]) -> Callable[[str, bytes], Any]:
    from ministack.services import route53

    def change_resource_record_sets(zone_id: str, body: bytes) -> Any:
        zone, root = route53._zones.get(zone_id), route53._parse_body(body)
        if zone is not None and root is not None:
            changes = [
                (route53._text(change, "Action"), route53._parse_record_set(record))
                for change in root.iter()
                if (record := route53._find(change, "ResourceRecordSet")) is not None
            ]
            if found := refusal_of(changes, route53._records[zone_id], zone["name"]):
                return route53._error_response(*found)
        answer = stock(zone_id, body)
        note_change()
        return answer

    return change_resource_record_sets


def refusal_of(changes: list[Change], existing: Iterable[Record], zone: str) -> Refusal | None:
    """Why Route 53 refuses these changes of a zone that has these records; None when it takes them."""
    for action, record in changes:
        if action != "DELETE" and (found := fault_of(action, record, zone)):
            return found
    types = types_after(changes, existing)
    for action, record in changes:
        others = types.get(normalised(record["Name"]), set()) - {record["Type"]}
        if action != "DELETE" and others and "CNAME" in others | {record["Type"]}:
            return "InvalidChangeBatch", (
                f"RRSet of type {record['Type']} with DNS name {record['Name']} is not permitted because a conflicting RRSet "
                f"of type {min(others)} with the same DNS name already exists in zone {zone}"
            )
    return None


def fault_of(action: str, record: Record, zone: str) -> Refusal | None:
    """What is wrong with a record by itself."""
    name, values = record["Name"], record.get("ResourceRecords", [])
    kinds = [kind for kind in (record.get("AliasTarget"), values or record.get("TTL")) if kind]
    if len(kinds) != 1:
        return "InvalidInput", (
            "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or "
            f"TrafficPolicyInstanceId], but found {'more than one' if kinds else 'none'} in Change with "
            f"[Action={action}, Name={name}, Type={record['Type']}, SetIdentifier=null]"
        )
    if not f".{normalised(name)}".endswith(f".{normalised(zone)}"):
        return "InvalidChangeBatch", f"RRSet with DNS name {name} is not permitted in zone {zone}"
    if record["Type"] == "CNAME" and normalised(name) == normalised(zone):
        return "InvalidChangeBatch", f"RRSet of type CNAME with DNS name {name} is not permitted at apex in zone {zone}"
    if record["Type"] == "CNAME" and len(values) > 1:
        return (
            "InvalidChangeBatch",
            f"RRSet of type CNAME with DNS name {name} has {len(values)} values; it can have one",
        )
    for value in values:
        if not is_address(value, record["Type"]):
            return "InvalidChangeBatch", f"Invalid Resource Record: {record['Type']} record with the value {value!r}"
    return None


def is_address(value: str, record_type: str) -> bool:
    """Whether a value is of the form that its type wants; true for types that hold no address."""
    parse = {"A": ipaddress.IPv4Address, "AAAA": ipaddress.IPv6Address}.get(record_type)
    try:
        return parse is None or bool(parse(value))
    except ValueError:
        return False


def types_after(changes: list[Change], existing: Iterable[Record]) -> dict[str, set[str]]:
    """The types of the records of each name, once all changes are made."""
    records = {(normalised(record["Name"]), record["Type"]) for record in existing}
    for action, record in changes:
        key = (normalised(record["Name"]), record["Type"])
        records = records - {key} if action == "DELETE" else records | {key}
    types: dict[str, set[str]] = {}
    for name, record_type in records:
        types.setdefault(name, set()).add(record_type)
    return types
