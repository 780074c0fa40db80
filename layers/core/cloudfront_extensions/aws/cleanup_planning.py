"""The first step of `job_cleanup`: make the job its own, and write down what it goes through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypedDict

from cloudfront_extensions.aws.account_facts import certificate_summaries
from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.clock import now
from cloudfront_extensions.aws.deployment_tag import own_tag_filters
from cloudfront_extensions.aws.executions import is_running
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.aws.job_store import JobStore
from cloudfront_extensions.aws.objects import jobs_bucket, put_json
from cloudfront_extensions.certificates.outcome import ISSUED, PENDING
from cloudfront_extensions.errors import JobIsRunning, JobNotFound
from cloudfront_extensions.jobs.cleanup_plan import LiveCertificate, chosen, cleanup_manifest
from cloudfront_extensions.jobs.cleanup_request import CleanupRequest, parse_request
from cloudfront_extensions.jobs.items import removal_on_record
from cloudfront_extensions.jobs.records import Item
from cloudfront_extensions.tags import ITEM_TAG


class PlannedCleanup(TypedDict):
    """The state of the workflow from here on."""

    jobId: str
    dryRun: bool
    ownsJob: bool
    """False for a part of another execution's work, which goes on with the job, and for a dry run."""
    bucket: str
    prefix: str
    """Of the report's key, without its suffix."""
    findingsPrefix: str
    """Where the children of a dry run write what they find: this one's alone."""
    plannedAt: str
    """What was made since then is not in the manifest."""
    manifestKey: str
    mapResultsPrefix: str
    items: int


def plan_cleanup(document: Mapping[str, Any], execution_arn: str, store: JobStore | None = None) -> PlannedCleanup:
    """Take a job over from the execution that worked on it last, and write the manifest of its items.

    Raises:
        InvalidInput: the input does not say what is wanted, or names items that the job does not have.
        JobNotFound, JobIsRunning
    """
    store = store or JobStore()
    planned_at = now()
    request = parse_request(document)
    owns_job = _claim(request, execution_arn, store)
    items = list(store.items(request.job_id))
    wanted = chosen(items, request)
    manifest = cleanup_manifest(
        items, wanted, _tagged_certificates(request.job_id), live_certificates(certificate_summaries())
    )
    prefix = f"{'dry-runs' if request.dry_run else 'jobs'}/{request.job_id}/cleanup"
    put_json(jobs_bucket(), f"{prefix}-items.json", manifest)
    if not request.dry_run:
        for item in wanted:
            _forget_last_cleanup(item, store)
    return {
        "jobId": request.job_id,
        "dryRun": request.dry_run,
        "ownsJob": owns_job,
        "bucket": jobs_bucket(),
        "prefix": prefix,
        "findingsPrefix": f"{prefix}/{execution_arn.rpartition(':')[2]}",
        "plannedAt": planned_at,
        "manifestKey": f"{prefix}-items.json",
        "mapResultsPrefix": f"map-results/{request.job_id}",
        "items": len(manifest),
    }


def _claim(request: CleanupRequest, execution_arn: str, store: JobStore) -> bool:
    """Whether the job is this execution's own from now on."""
    job = store.job(request.job_id)
    if job is None:
        raise JobNotFound(f"there is no job {request.job_id}")
    if job.execution_arn == execution_arn:
        return True
    if is_running(job.execution_arn):
        if job.execution_arn == request.started_by:
            return False
        raise JobIsRunning(f"execution {job.execution_arn} works on job {request.job_id}")
    if request.dry_run:
        return False
    if store.take_over_job(request.job_id, job.execution_arn, execution_arn):
        return True
    return _claim(request, execution_arn, store)


def _tagged_certificates(job_id: str) -> dict[str, list[str]]:
    """Item id → ARNs of the certificates that carry its tags, in one pass over what carries the job's."""
    found: dict[str, list[str]] = {}
    parameters: dict[str, Any] = {
        "ResourceTypeFilters": ["acm:certificate"],
        "TagFilters": own_tag_filters(job_id),
    }
    while True:
        with aws_call("GetResources", f"what carries the tag of job {job_id}"):
            answer = client("resourcegroupstaggingapi").get_resources(**parameters)
        for resource in answer["ResourceTagMappingList"]:
            tags = {tag["Key"]: tag["Value"] for tag in resource.get("Tags", ())}
            found.setdefault(tags.get(ITEM_TAG, ""), []).append(resource["ResourceARN"])
        if not answer.get("PaginationToken"):
            return found
        parameters["PaginationToken"] = answer["PaginationToken"]


def live_certificates(summaries: Iterable[Mapping[str, Any]]) -> Iterator[LiveCertificate]:
    """Those that DNS records validate, of certificates as ListCertificates sums them up."""
    for summary in summaries:
        if summary.get("Type") == "AMAZON_ISSUED" and summary.get("Status") in (ISSUED, PENDING):
            names = summary.get("SubjectAlternativeNameSummaries") or (summary["DomainName"],)
            yield LiveCertificate(summary["CertificateArn"], tuple(names))


def _forget_last_cleanup(item: Item, store: JobStore) -> None:
    """What an earlier cleanup took back stays on record; how it ended does not."""
    kept = replace(removal_on_record(item), removed=item.cleanup.removed)
    if item.cleanup != kept:
        store.update_cleanup(item.key, status=None, error=None, reason=None, next_action=None, left=())
