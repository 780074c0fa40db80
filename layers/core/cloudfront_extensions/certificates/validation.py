"""The DNS records that prove control of a certificate's names: where they shall go, and which of them ACM has named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NotRequired, TypedDict

from cloudfront_extensions.errors import InvalidInput, ValidationRecordsNotReady

RECORD_TTL = 300
"""Seconds, as ACM's console writes them."""

_HOSTED_ZONE_ID = re.compile(r"(/hostedzone/)?[A-Z0-9]{1,32}")


@dataclass(frozen=True, slots=True)
class ValidationRecord:
    """A DNS record that proves control of a name to ACM."""

    domain_name: str
    name: str
    type: str
    value: str
    published: bool = False
    """Whether the job itself saw to it that this record is in Route 53."""
    created_in: str | None = None
    """Id of the hosted zone in which the job created the record; None: it was there before, or a person publishes it.

    On record before the record is created.
    """


class ValidationMode(StrEnum):
    AUTO = "auto"
    """Into the public hosted zones of this account that hold the names; a person publishes the rest."""
    MANUAL = "manual"
    """A person publishes all of them."""
    HOSTED_ZONE = "hostedZone"
    """Into the one hosted zone that the request names."""


class ValidationJson(TypedDict):
    """One of the two fields."""

    mode: NotRequired[str]
    hostedZoneId: NotRequired[str]


@dataclass(frozen=True, slots=True)
class Validation:
    """Where the validation records go; the zone's id is there in HOSTED_ZONE mode alone."""

    mode: ValidationMode
    hosted_zone_id: str | None = None

    def as_json(self) -> ValidationJson:
        if self.hosted_zone_id is not None:
            return ValidationJson(hostedZoneId=self.hosted_zone_id)
        return ValidationJson(mode=self.mode.value)


def parse_validation(document: Any) -> Validation:
    """The field `validation` of a request. Raises InvalidInput."""
    match document:
        case {"mode": "auto" | "manual" as mode, **rest} if not rest:
            return Validation(ValidationMode(mode))
        case {"hostedZoneId": str(zone), **rest} if not rest and _HOSTED_ZONE_ID.fullmatch(zone):
            return Validation(ValidationMode.HOSTED_ZONE, zone.removeprefix("/hostedzone/"))
    raise InvalidInput('validation: give {"mode": "auto"}, {"mode": "manual"} or {"hostedZoneId": "Z…"}')


def named_records(options: Iterable[Mapping[str, Any]]) -> tuple[ValidationRecord, ...]:
    """The records in DescribeCertificate's DomainValidationOptions, one for each name that has one by now."""
    return tuple(
        ValidationRecord(option["DomainName"], named["Name"], named["Type"], named["Value"])
        for option in options
        if (named := option.get("ResourceRecord"))
    )


def complete_records(names: Sequence[str], records: Iterable[ValidationRecord]) -> tuple[ValidationRecord, ...]:
    """The distinct records that prove control of all `names`: a wildcard and its apex share one.

    Raises:
        ValidationRecordsNotReady: ACM has yet to name the record of one of them.
    """
    distinct: dict[tuple[str, str], ValidationRecord] = {}
    unnamed = dict.fromkeys(names)
    for record in records:
        unnamed.pop(record.domain_name, None)
        distinct.setdefault((record.name, record.type), record)
    if unnamed:
        shown = ", ".join(list(unnamed)[:5]) + (" and others" if len(unnamed) > 5 else "")
        raise ValidationRecordsNotReady(f"ACM has not yet named the validation records of {shown}")
    return tuple(distinct.values())


def is_there(record: ValidationRecord, values: Sequence[str]) -> bool:
    """Whether a record set, whose values are given without trailing dots, says what a validation record has to say."""
    return tuple(values) == (record.value.rstrip(".").lower(),)


def created_by_us(records: Iterable[ValidationRecord]) -> tuple[ValidationRecord, ...]:
    """Those that a job created, or may have: what it has to remember beyond the certificate that needed them."""
    return tuple(record for record in records if record.created_in)


def with_journal(
    records: Sequence[ValidationRecord], earlier: Iterable[ValidationRecord]
) -> tuple[ValidationRecord, ...]:
    """Records as ACM names them, each with what is on record of the same one: a domain's is the same for every attempt."""
    known = {(record.name, record.type, record.value): record for record in earlier}
    journal = (known.get((record.name, record.type, record.value), record) for record in records)
    return tuple(
        replace(record, published=found.published, created_in=found.created_in)
        for record, found in zip(records, journal, strict=True)
    )


def possible_zones(record: ValidationRecord) -> tuple[str, ...]:
    """Names of the zones that could hold a record, the longest first, without trailing dot or top-level domains."""
    labels = record.name.removesuffix(".").split(".")
    return tuple(".".join(labels[start:]) for start in range(1, len(labels) - 1))
