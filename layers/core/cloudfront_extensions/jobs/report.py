"""How a job ended: for every item what became of it and what to do next, and the totals."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cloudfront_extensions.distributions.alias_dns import AliasDnsMode
from cloudfront_extensions.jobs.failures import failure_of
from cloudfront_extensions.jobs.records import (
    CertificateStage,
    CertificateStatus,
    CleanupStatus,
    DistributionStatus,
    Item,
    JobStatus,
)
from cloudfront_extensions.jobs.request import OnboardingRequest
from cloudfront_extensions.spreadsheets import cell

_AGAIN = "Start the job again with the same request token."
_STAGE_AGAIN = "Stage its bundle again, for the staged copy was destroyed, and write the new reference into its row."
_CSV_HEADER = (
    "itemId",
    "line",
    "outcome",
    "domainName",
    "names",
    "certificateStatus",
    "certificateArn",
    "certificateItemId",
    "distributionStatus",
    "distributionId",
    "distributionDomainName",
    "error",
    "reason",
    "nextAction",
)


class Outcome(StrEnum):
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """AWS could not be asked; nothing says that it failed."""
    UNFINISHED = "unfinished"
    """The job ended before the item did."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of one item, and the next step."""

    outcome: Outcome
    error: str | None = None
    reason: str | None = None
    next_action: str | None = None
    """None where nothing is left to do."""


def ending_of(item: Item, owner: Item, request: OnboardingRequest) -> Ending:
    """What became of an item whose certificate `owner` owns (the item itself, or the one whose wildcard serves it)."""
    if ending := _cleaned_up(item, owner):
        return ending
    for status, outcome in (("FAILED", Outcome.FAILED), ("UNKNOWN", Outcome.UNKNOWN)):
        if owner.certificate.status == status or item.certificate.status == status:
            stage = owner.certificate if owner.certificate.status == status else item.certificate
            reason = stage.reason or f"the certificate is {status}"
            if stage is not item.certificate:
                reason = f"certificate of {owner.item_id}, which serves this one: {reason}"
            return Ending(outcome, stage.error, reason, stage.next_action)
        if item.distribution.status == status:
            return Ending(outcome, item.distribution.error, item.distribution.reason, item.distribution.next_action)
    if owner.certificate.status is not CertificateStatus.ISSUED:
        return _unissued(owner)
    if item.distribution.status is DistributionStatus.NOT_NEEDED:
        return Ending(Outcome.DONE)
    if item.distribution.status is DistributionStatus.DEPLOYED:
        return Ending(Outcome.DONE, next_action=_dns_to_write(item, request))
    reason = f"the distribution is {item.distribution.status}, not DEPLOYED"
    return Ending(Outcome.UNFINISHED, None, reason, _AGAIN)


def job_report(
    job_id: str,
    items: Sequence[Item],
    request: OnboardingRequest,
    *,
    refusals: Sequence[str] = (),
    interruption: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The report as JSON. Items that other items' certificates serve carry those certificates.

    `refusals` are preflight's reasons to refuse the job; `interruption` is the error output {"Error", "Cause"} of the
    state that stopped the job as a whole, where one did. Neither the request nor any configuration is part of the report.
    """
    owners = {item.item_id: item for item in items}
    entries = []
    outcomes: Counter[Outcome] = Counter()
    for item in items:
        owner = owners.get(item.certificate_item_id or item.item_id, item)
        entry = item_entry(item, owner, request)
        outcomes[entry["outcome"]] += 1
        entries.append(entry)
    failure = failure_of(interruption) if interruption else None
    succeeded = not failure and len(items) == outcomes[Outcome.DONE]
    status = JobStatus.REFUSED if refusals else JobStatus.SUCCEEDED if succeeded else JobStatus.FAILED
    return {
        "jobId": job_id,
        "status": status.value,
        "totals": {
            "items": len(items),
            **{outcome.value: outcomes[outcome] for outcome in Outcome},
            "certificatesIssued": sum(item.certificate.status is CertificateStatus.ISSUED for item in items),
            "distributionsDeployed": sum(item.distribution.status is DistributionStatus.DEPLOYED for item in items),
        },
        "refusedBecause": list(refusals),
        "interruption": failure
        and {"error": failure.error, "reason": failure.reason, "nextAction": failure.next_action},
        "items": entries,
    }


def report_csv(report: Mapping[str, Any]) -> str:
    """The report's items as CSV, safe to open in a spreadsheet: no value of a batch is taken for a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_CSV_HEADER)
    writer.writerows([cell(value) for value in _cells(entry)] for entry in report["items"])
    return text.getvalue()


def _cleaned_up(item: Item, owner: Item) -> Ending | None:
    """Of an item that a cleanup took something back of: still why it was not done."""
    if CertificateStatus.REMOVED not in (owner.certificate.status, item.certificate.status) and (
        item.distribution.status is not DistributionStatus.REMOVED
    ):
        return None
    for stage in (owner.certificate, item.certificate, item.distribution):
        if stage.error:
            return Ending(Outcome.FAILED, stage.error, stage.reason, stage.next_action)
    next_action = f"{_STAGE_AGAIN} {_AGAIN}" if owner.key_bundle else _AGAIN
    return Ending(Outcome.UNFINISHED, None, "a cleanup took back what was made for it", next_action)


def _unissued(owner: Item) -> Ending:
    status = owner.certificate.status
    reason = f"the certificate is {status}, not ISSUED"
    if status is CertificateStatus.PENDING_VALIDATION:
        return Ending(Outcome.UNFINISHED, None, reason, f"Publish its validation records, then: {_AGAIN}")
    return Ending(Outcome.UNFINISHED, None, reason, _AGAIN)


def _dns_to_write(item: Item, request: OnboardingRequest) -> str | None:
    """What is left for a person before viewers get to a live distribution."""
    dns = request.distribution.dns if request.distribution else None
    if dns is None or dns.mode is AliasDnsMode.MANUAL:
        return f"Point its names at {item.distribution.domain_name} in DNS."
    if dns.mode is AliasDnsMode.AUTO and not item.hosted_zone_id:
        return f"Point those of its names that no hosted zone of this account holds at {item.distribution.domain_name}."
    return None


def item_entry(item: Item, owner: Item, request: OnboardingRequest) -> dict[str, Any]:
    """An item as the report has it, with the certificate of its owner."""
    ending, stage, distribution = ending_of(item, owner, request), owner.certificate, item.distribution
    return {
        "itemId": item.item_id,
        "line": item.line,
        "domainName": item.domain_name or _bundle_name(item),
        "names": list(item.names),
        "outcome": ending.outcome,
        "error": ending.error,
        "reason": ending.reason,
        "nextAction": ending.next_action,
        "certificate": {
            "itemId": owner.item_id,
            "status": stage.status,
            "arn": stage.arn,
            "validationRecords": _validation_records(stage),
        },
        "distribution": {
            "status": distribution.status,
            "id": distribution.id,
            "arn": distribution.arn,
            "domainName": distribution.domain_name,
        },
        "cleanup": cleanup_entry(item),
    }


def cleanup_entry(item: Item) -> dict[str, Any] | None:
    """What a cleanup made of an item; None where nobody asked for one."""
    stage = item.cleanup
    if stage.status is None and not stage.removed:
        return None
    return {
        "status": stage.status or CleanupStatus.UNKNOWN,
        "removed": list(stage.removed),
        "left": list(stage.left),
        "error": stage.error,
        "reason": stage.reason,
        "nextAction": stage.next_action,
    }


def _bundle_name(item: Item) -> str:
    """What an import row is known by while its certificate was not read: the last part of its bundle's place."""
    return (item.key_bundle or "").partition("?")[0].rpartition("/")[2]


def _validation_records(stage: CertificateStage) -> list[dict[str, str]]:
    """The records that the certificate waits for, or waited for in vain."""
    if stage.status is CertificateStatus.ISSUED:
        return []
    return [{"name": record.name, "type": record.type, "value": record.value} for record in stage.validation_records]


def _cells(entry: Mapping[str, Any]) -> Iterable[Any]:
    certificate, distribution = entry["certificate"], entry["distribution"]
    return (
        entry["itemId"],
        entry["line"],
        entry["outcome"],
        entry["domainName"],
        " ".join(entry["names"]),
        certificate["status"],
        certificate["arn"],
        certificate["itemId"],
        distribution["status"],
        distribution["id"],
        distribution["domainName"],
        entry["error"],
        entry["reason"],
        entry["nextAction"],
    )
