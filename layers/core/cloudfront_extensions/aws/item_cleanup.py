"""Take back what a job made for one item: distribution and alias records, certificates, validation records, in this order.

A step does all that can be done now and says how long to wait for the rest. It reads what is left to do from the item's
record and from AWS, so that it can be run again at any point: a removal is noted before it is made, and what is noted and
gone was removed.
"""

from __future__ import annotations

from typing import TypedDict

from cloudfront_extensions.aws.certificate_cleanup import take_certificates_back
from cloudfront_extensions.aws.cleanup_ledger import CleanupLedger
from cloudfront_extensions.aws.distribution_cleanup import take_distribution_back
from cloudfront_extensions.aws.distributions import wait_plan
from cloudfront_extensions.aws.job_store import JobStore
from cloudfront_extensions.aws.objects import put_json
from cloudfront_extensions.aws.record_cleanup import take_validation_records_back
from cloudfront_extensions.distributions.deployment import Wait
from cloudfront_extensions.jobs.cleanup_plan import CleanupEntry
from cloudfront_extensions.jobs.records import ItemKey
from cloudfront_extensions.jobs.report import cleanup_entry


class CleanupInput(TypedDict):
    """What the map gives a child."""

    jobId: str
    dryRun: bool
    bucket: str
    prefix: str
    """Where a dry run writes what it finds."""
    plannedAt: str
    """What was made since then is not in the entry."""
    entry: CleanupEntry


class CleanupState(CleanupInput):
    """What the loop of one item carries."""

    itemId: str
    looks: int
    """How often something that may be there was looked for in vain."""
    wait: Wait
    done: bool


def clean_up_item(given: CleanupInput | CleanupState, store: JobStore | None = None) -> CleanupState:
    """Do what can be done now; `done`, or how long to wait before the next step.

    Raises:
        DistributionNotDeployed: a distribution is still not disabled after all waits.
    """
    entry = given["entry"]
    ledger = CleanupLedger(
        ItemKey(given["jobId"], entry["itemId"]),
        store or JobStore(),
        dry_run=given["dryRun"],
        looks=given.get("looks", 0),  # type: ignore[arg-type]
        wait=given.get("wait", wait_plan().first()),  # type: ignore[arg-type]
    )
    wait = (
        take_distribution_back(ledger)
        or take_certificates_back(ledger, entry)
        or take_validation_records_back(ledger, entry, given["plannedAt"])
    )
    if wait is None:
        ledger.finish()
        if given["dryRun"]:
            put_json(given["bucket"], f"{given['prefix']}/{entry['itemId']}.json", cleanup_entry(ledger.item))
    return {
        "jobId": given["jobId"],
        "itemId": entry["itemId"],
        "dryRun": given["dryRun"],
        "bucket": given["bucket"],
        "prefix": given["prefix"],
        "plannedAt": given["plannedAt"],
        "entry": entry,
        "looks": ledger.looks,
        "wait": wait or ledger.wait,
        "done": wait is None,
    }
