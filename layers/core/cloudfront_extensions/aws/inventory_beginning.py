"""The first step of `certificate_inventory`: one run at a time, and the list of all certificates, in batches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from cloudfront_extensions.aws.account_facts import certificate_summaries
from cloudfront_extensions.aws.certificate_inventory import CertificateInventory, RunRecord
from cloudfront_extensions.aws.clock import now
from cloudfront_extensions.aws.executions import is_running
from cloudfront_extensions.aws.objects import jobs_bucket, put_json
from cloudfront_extensions.certificates.inventory_request import ForecastJson, parse_request

BATCH_SIZE = 50
"""Certificates that one invocation looks at: their ARNs are 4 KiB of state, and DescribeCertificate allows 10 a second."""


class AttachedRun(TypedDict):
    """A run that another execution is."""

    outcome: str
    executionArn: str


class BegunRun(TypedDict):
    """The state of the workflow from here on."""

    outcome: str
    runId: str
    startedAt: str
    bucket: str
    prefix: str
    manifestKey: str
    batches: int
    reminders: bool
    forecast: ForecastJson


def list_certificates(document: Mapping[str, Any], execution_arn: str) -> BegunRun | AttachedRun:
    """Begin a run with the list of all certificates, in batches; or answer which execution is at it.

    Raises:
        InvalidInput: the request does not say what is wanted.
    """
    request = parse_request(document)
    run = _claim(execution_arn, CertificateInventory())
    if run.execution_arn != execution_arn:
        return {"outcome": "attached", "executionArn": run.execution_arn}
    arns = [summary["CertificateArn"] for summary in certificate_summaries()]
    prefix = f"inventory/{run.run_id}/"
    manifest = [
        {"number": number, "arns": arns[start : start + BATCH_SIZE]}
        for number, start in enumerate(range(0, len(arns), BATCH_SIZE), 1)
    ]
    put_json(jobs_bucket(), f"{prefix}manifest.json", manifest)
    return {
        "outcome": "begun",
        "runId": run.run_id,
        "startedAt": run.started_at,
        "bucket": jobs_bucket(),
        "prefix": prefix,
        "manifestKey": f"{prefix}manifest.json",
        "batches": len(manifest),
        "reminders": request["reminders"],
        "forecast": request["forecast"],
    }


def _claim(execution_arn: str, inventory: CertificateInventory) -> RunRecord:
    """The run under way: this execution's, or that of another one which still runs."""
    current = inventory.run()
    if current and (current.execution_arn == execution_arn or _is_at_it(current.execution_arn, execution_arn)):
        return current
    started_at = now()
    run = RunRecord(started_at.replace(":", ""), started_at, execution_arn)
    return run if inventory.begin_run(run, current) else _claim(execution_arn, inventory)


def _is_at_it(other: str, own: str) -> bool:
    """Whether another execution of the same state machine runs. One that has been replaced is not ours to ask about."""
    return other.rpartition(":")[0] == own.rpartition(":")[0] and is_running(other)
