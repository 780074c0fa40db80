"""The middle step of `certificate_inventory`: a look at each certificate of a batch."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import TypedDict

from cloudfront_extensions.aws.certificate_inventory import CertificateInventory
from cloudfront_extensions.aws.certificate_looks import look
from cloudfront_extensions.aws.certificate_waits import CertificateWaits
from cloudfront_extensions.aws.objects import jobs_bucket, put_json
from cloudfront_extensions.aws.pace import paced
from cloudfront_extensions.certificates.inventory import CheckedRecord, Entry, depends_on_dns, with_outlook
from cloudfront_extensions.errors import AwsRefused, CertificateNotFound
from cloudfront_extensions.jobs.records import ItemKey

CheckRecord = Callable[[CheckedRecord], CheckedRecord]
"""Asks DNS for a validation record."""


class Batch(TypedDict):
    """What one child of the map is given."""

    runId: str
    prefix: str
    number: int
    arns: list[str]


class BatchLookedAt(TypedDict):
    read: int
    notRead: int


def look_at_batch(batch: Batch, check: CheckRecord) -> BatchLookedAt:
    """Look at each certificate of a batch, and write down what was seen: for readers, and for the end of the run.

    One that ACM refuses to show is noted as not read; one that is gone is left out.
    """
    seen: list[Entry] = []
    not_read: dict[str, str] = {}
    for arn in paced(batch["arns"], float(os.environ["INVENTORY_PACE"])):
        try:
            seen.append(look(arn))
        except CertificateNotFound:
            continue
        except AwsRefused as error:
            not_read[arn] = str(error)
    made_by_us = CertificateWaits().known_many(entry.arn for entry in seen)
    owners = {arn: known.owner for arn, known in made_by_us.items()}
    entries = [with_outlook(_owned(_checked(entry, check), owners.get(entry.arn))) for entry in seen]
    CertificateInventory().write(entries, batch["runId"])
    document = {"entries": [asdict(entry) for entry in entries], "notRead": not_read}
    put_json(jobs_bucket(), batch_key(batch["prefix"], batch["number"]), document)
    return {"read": len(entries), "notRead": len(not_read)}


def batch_key(prefix: str, number: int) -> str:
    return f"{prefix}batches/{number:05}.json"


def _checked(entry: Entry, check: CheckRecord) -> Entry:
    if not depends_on_dns(entry):
        return entry
    return replace(entry, validation_records=tuple(check(record) for record in entry.validation_records))


def _owned(entry: Entry, owner: ItemKey | None) -> Entry:
    return replace(entry, job_id=owner.job_id, item_id=owner.item_id) if owner else entry
