"""A job's validation records as people get them: a message, and files for programs, spreadsheets and name servers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from cloudfront_extensions.certificates.validation import RECORD_TTL, ValidationRecord
from cloudfront_extensions.jobs.records import CertificateStatus, Item
from cloudfront_extensions.messages import Message

MOST_LISTED = 200
"""Records that a message lists; the files hold all."""
LONGEST_LISTING = 200_000
"""Bytes of the listing in a message, of the 256 KiB that SNS takes."""
_NAMES_SHOWN = 3
_CSV_HEADER = ("state", "name", "type", "value", "ttl", "domainNames", "itemIds")


class RecordState(StrEnum):
    """Ordered from what a person must do to what nobody must."""

    TO_PUBLISH = "TO_PUBLISH"
    IN_PLACE = "IN_PLACE"
    """A person published it before: a certificate was issued by it."""
    PUBLISHED_BY_JOB = "PUBLISHED_BY_JOB"


_STATES = tuple(RecordState)


@dataclass(frozen=True, slots=True)
class AnnouncedRecord:
    """One DNS record of a job, with all that it proves control for."""

    name: str
    type: str
    value: str
    state: RecordState
    domain_names: tuple[str, ...]
    item_ids: tuple[str, ...]


def announced_records(items: Iterable[Item]) -> tuple[AnnouncedRecord, ...]:
    """Every record of a job's certificates once, in the order of the items; without those of failed certificates."""
    records: dict[tuple[str, str, str], AnnouncedRecord] = {}
    for item in items:
        stage = item.certificate
        if stage.status in (CertificateStatus.NOT_STARTED, CertificateStatus.FAILED):
            continue
        for record in stage.validation_records:
            state = _state(record, is_issued=stage.status is CertificateStatus.ISSUED)
            announced = AnnouncedRecord(
                record.name, record.type, record.value, state, (record.domain_name,), (item.item_id,)
            )
            key = (record.name, record.type, record.value)
            records[key] = _merged(records[key], announced) if key in records else announced
    return tuple(records.values())


def to_publish(records: Iterable[AnnouncedRecord]) -> tuple[AnnouncedRecord, ...]:
    return tuple(record for record in records if record.state is RecordState.TO_PUBLISH)


def as_document(job_id: str, records: Iterable[AnnouncedRecord]) -> dict[str, Any]:
    """The JSON form."""
    return {
        "jobId": job_id,
        "records": [
            {
                "state": record.state,
                "name": record.name,
                "type": record.type,
                "value": record.value,
                "ttl": RECORD_TTL,
                "domainNames": list(record.domain_names),
                "itemIds": list(record.item_ids),
            }
            for record in records
        ],
    }


def as_csv(records: Iterable[AnnouncedRecord]) -> str:
    """One record a line, after a header; several names in one field are separated by spaces."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_CSV_HEADER)
    for record in records:
        names, items = " ".join(record.domain_names), " ".join(record.item_ids)
        writer.writerow((record.state.value, record.name, record.type, record.value, RECORD_TTL, names, items))
    return text.getvalue()


def as_zone_file(job_id: str, records: Iterable[AnnouncedRecord]) -> str:
    """Lines of a zone file (RFC 1035, 5.1) with absolute names; what is published already is a comment."""
    lines = [f"; Validation records of job {job_id}. Keep them: ACM needs them for every renewal."]
    for record in records:
        line = f"{_absolute(record.name)} {RECORD_TTL} IN {record.type} {_absolute(record.value)}"
        lines.append(line if record.state is RecordState.TO_PUBLISH else f"; {record.state.value}: {line}")
    return "\n".join(lines) + "\n"


def message(job_id: str, records: Sequence[AnnouncedRecord], files: Sequence[str]) -> Message:
    """What to publish, readable as it stands. `records` are those to publish, `files` the places of the whole list."""
    count = "1 DNS record" if len(records) == 1 else f"{len(records):,} DNS records"
    listing = _listing(records)
    left_out = len(records) - len(listing)
    return Message(
        subject=f"{count} to publish for job {job_id}",
        text="\n".join(
            (
                f"Job {job_id} has {count} to be published before ACM issues its certificates.",
                "",
                "Publish each where the DNS of its domain is kept. The job goes on by itself once ACM has seen them.",
                "ACM gives up after 72 hours. Keep the records afterwards: ACM needs them for every renewal.",
                "",
                *listing,
                *((f"... and {left_out:,} more, in the files.", "") if left_out else ()),
                "All records of the job, as JSON, CSV and zone file:",
                *(f"  {file}" for file in files),
                "",
            )
        ),
    )


def _state(record: ValidationRecord, *, is_issued: bool) -> RecordState:
    if record.published:
        return RecordState.PUBLISHED_BY_JOB
    return RecordState.IN_PLACE if is_issued else RecordState.TO_PUBLISH


def _merged(one: AnnouncedRecord, other: AnnouncedRecord) -> AnnouncedRecord:
    """The same record for two certificates: published for one of them, it is published for both."""
    return replace(
        one,
        state=max(one.state, other.state, key=_STATES.index),
        domain_names=tuple(dict.fromkeys(one.domain_names + other.domain_names)),
        item_ids=tuple(dict.fromkeys(one.item_ids + other.item_ids)),
    )


def _listing(records: Sequence[AnnouncedRecord]) -> list[str]:
    """Paragraphs for as many records as the limits allow."""
    paragraphs: list[str] = []
    size = 0
    for record in records[:MOST_LISTED]:
        names = ", ".join(record.domain_names[:_NAMES_SHOWN])
        more = " and others" if len(record.domain_names) > _NAMES_SHOWN else ""
        paragraph = (
            f"For {names}{more} ({record.item_ids[0]}):\n"
            f"  name   {record.name}\n  type   {record.type}\n  value  {record.value}\n"
        )
        size += len(paragraph.encode())
        if size > LONGEST_LISTING:
            break
        paragraphs.append(paragraph)
    return paragraphs


def _absolute(name: str) -> str:
    return name if name.endswith(".") else name + "."
