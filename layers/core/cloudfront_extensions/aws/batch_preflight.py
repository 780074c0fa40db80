"""The second step of `domain_onboarding`: read the batch, judge it, and write down what is to be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from cloudfront_extensions.aws.account_facts import account_facts, load_source
from cloudfront_extensions.aws.job_opening import OpenedJob
from cloudfront_extensions.aws.job_store import JobStore
from cloudfront_extensions.aws.objects import get_bytes, get_json, put_json
from cloudfront_extensions.distributions.source import live_distribution_id
from cloudfront_extensions.errors import BatchTooLarge
from cloudfront_extensions.jobs.batch import parse_csv, parse_json, parse_rows
from cloudfront_extensions.jobs.batch_text import MAXIMUM_BYTES
from cloudfront_extensions.jobs.grouping import certificates_manifest, groups_manifest
from cloudfront_extensions.jobs.preflight import Decision, Judgement, judge
from cloudfront_extensions.jobs.preflight_report import preflight_report
from cloudfront_extensions.jobs.quotas import QuotaName
from cloudfront_extensions.jobs.request import BatchFormat, InlineRows, OnboardingRequest, parse_request
from cloudfront_extensions.jobs.rows import Batch


class PreflightSummary(TypedDict):
    reportKey: str
    reasons: list[str]
    """Why the batch may not start; none: it may."""
    rows: int
    faults: int
    warnings: int
    certificates: int
    imports: int
    distributions: int


class OpenWork(TypedDict):
    """How many entries the manifests have; a map without any is not run."""

    certificates: int
    groups: int


class PreflightedJob(OpenedJob):
    decision: str
    wouldStart: bool
    certificatesKey: str
    groupsKey: str
    mapResultsPrefix: str
    work: OpenWork
    preflight: PreflightSummary


def preflight(job: OpenedJob, store: JobStore | None = None) -> PreflightedJob:
    """Judge a job's batch; if it may start, write its items and the manifests of both maps.

    Raises:
        InvalidBatch: the file is not there.
        BatchTooLarge: it has more bytes than a batch may have.
        SourceConfigNotFound, InvalidDistributionConfig: the distribution to copy is not there, or is none.
    """
    store = store or JobStore()
    bucket, prefix = job["bucket"], job["prefix"]
    request = parse_request(get_json(bucket, job["requestKey"]))
    config = load_source(request.distribution.source) if request.distribution else None
    account = account_facts(config, with_hosted_zones=request.wants_hosted_zones)
    batch = _read(request, account.limits[QuotaName.NAMES_PER_CERTIFICATE])
    existing = () if request.dry_run else store.items(request.job_id)
    judgement = judge(request, batch, account, existing)
    source = _copied_source(request, bucket, prefix)
    certificates = certificates_manifest(judgement.work, request, account.hosted_zones)
    groups = groups_manifest(judgement.work, request, account.hosted_zones, source)
    put_json(bucket, f"{prefix}preflight.json", preflight_report(request, judgement, certificates, groups))
    if judgement.decision is Decision.START:
        if source:
            put_json(bucket, f"{prefix}source.json", config)
        put_json(bucket, f"{prefix}certificates.json", certificates)
        put_json(bucket, f"{prefix}groups.json", groups)
        store.put_items(judgement.changed_items)
    return {
        **job,
        "decision": judgement.decision.value,
        "wouldStart": not judgement.refusals,
        "certificatesKey": f"{prefix}certificates.json",
        "groupsKey": f"{prefix}groups.json",
        "mapResultsPrefix": f"map-results/{job['jobId']}",
        "work": {"certificates": len(certificates), "groups": len(groups)},
        "preflight": _summary(judgement, f"{prefix}preflight.json"),
    }


def _read(request: OnboardingRequest, names_per_certificate: int) -> Batch:
    if isinstance(request.batch, InlineRows):
        return parse_rows(request.batch.rows, names_per_certificate)
    data = get_bytes(request.batch.bucket, request.batch.key, limit=MAXIMUM_BYTES, too_large=BatchTooLarge)
    parse = parse_csv if request.batch.format is BatchFormat.CSV else parse_json
    return parse(data, names_per_certificate)


def _copied_source(request: OnboardingRequest, bucket: str, prefix: str) -> Mapping[str, Any] | None:
    """Where every distribution of the job reads its configuration: one copy, so that all get the same."""
    if request.distribution is None:
        return None
    taken_from = live_distribution_id(request.distribution.source)
    return {"bucket": bucket, "key": f"{prefix}source.json", **({"distributionId": taken_from} if taken_from else {})}


def _summary(judgement: Judgement, report_key: str) -> PreflightSummary:
    return {
        "reportKey": report_key,
        "reasons": list(judgement.refusals),
        "rows": judgement.counts.rows,
        "faults": len(judgement.faults),
        "warnings": len(judgement.warnings),
        "certificates": judgement.counts.certificates,
        "imports": judgement.counts.imports,
        "distributions": judgement.counts.distributions,
    }
