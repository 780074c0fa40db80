"""The steps of `config_baseline`: whatever has no version, or is not as its head says, is captured; what is gone is closed.

Nothing here needs to run alone: captures are known by ETag, a history is closed only when CloudFront says that the distribution
is gone, and versions go by transactions. Two runs at once do some work twice and find it done.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypedDict

from cloudfront_extensions.aws.clock import days_ago
from cloudfront_extensions.aws.cloudfront import distribution_summaries
from cloudfront_extensions.aws.config_capture import capture_live
from cloudfront_extensions.aws.objects import get_json, jobs_bucket, put_json
from cloudfront_extensions.aws.version_retention import VersionRetention
from cloudfront_extensions.aws.version_store import VersionStore
from cloudfront_extensions.errors import (
    AwsThrottled,
    AwsUnavailable,
    BaselineIncomplete,
    CloudFrontExtensionsError,
)
from cloudfront_extensions.versions.baseline import (
    BaselineRequest,
    Differences,
    Look,
    Result,
    cause,
    counts,
    differences,
    parse_request,
)
from cloudfront_extensions.versions.records import VersionKind

BATCH_SIZE = 50
"""Distributions that one invocation looks at: each takes some 6 calls, two of them of CloudFront, which is slow to answer."""
PRUNED_AT_ONCE = 200
"""Distributions that one invocation prunes: each takes 2 calls where nothing goes."""
BATCH_FAILED = "its batch failed; the child of the Map Run has the cause"


class _BatchNotThere(CloudFrontExtensionsError):
    """A batch has written nothing down; never leaves this module."""


class BegunBaseline(TypedDict):
    """The state of the workflow from the first step on."""

    bucket: str
    prefix: str
    lookManifestKey: str
    pruneManifestKey: str
    unchanged: int
    prunes: bool
    before: str
    """Versions that were replaced before this moment have outlived their days."""


class Batch(TypedDict):
    """What one child of a map is given."""

    prefix: str
    before: str
    number: int
    distributionIds: list[str]


class FinishedBaseline(TypedDict):
    """What the workflow ends with; `failure` stands there where it is not whole."""

    complete: bool
    counts: dict[str, int]
    report: dict[str, str]
    failure: dict[str, str]


def list_distributions(document: Mapping[str, Any], run_id: str) -> BegunBaseline:
    """What there is to do, in batches; contents that a capture could not put where they belong are put there at once.

    Raises:
        InvalidInput: the request does not say what is wanted.
    """
    request = parse_request(document)
    VersionStore().finish()
    found = _chosen(request) or _all()
    days = float(os.environ["VERSION_RETENTION_DAYS"])
    prunes = request.prune and days > 0
    prefix = f"baseline/{run_id}/"
    begun: BegunBaseline = {
        "bucket": jobs_bucket(),
        "prefix": prefix,
        "lookManifestKey": f"{prefix}looks.json",
        "pruneManifestKey": f"{prefix}prunes.json",
        "unchanged": found.unchanged,
        "prunes": prunes,
        "before": days_ago(days),
    }
    put_json(jobs_bucket(), begun["lookManifestKey"], _batches(found.to_look_at, BATCH_SIZE))
    if prunes:
        put_json(jobs_bucket(), begun["pruneManifestKey"], _batches(found.on_record, PRUNED_AT_ONCE))
    return begun


def look_at_batch(batch: Batch) -> dict[str, int]:
    """Capture each distribution of a batch as it is, or close its history where it is gone; how many looks failed."""
    looks = [_look(distribution_id) for distribution_id in batch["distributionIds"]]
    put_json(jobs_bucket(), _look_key(batch["prefix"], batch["number"]), looks)
    return {"failed": sum(look["result"] == Result.FAILED for look in looks)}


def prune_batch(batch: Batch) -> dict[str, int]:
    """Let go what has outlived its days, of each distribution of a batch."""
    retention = VersionRetention()
    went = sum(retention.prune(distribution_id, batch["before"]) for distribution_id in batch["distributionIds"])
    put_json(jobs_bucket(), _prune_key(batch["prefix"], batch["number"]), went)
    return {"pruned": went}


def finish(begun: BegunBaseline) -> FinishedBaseline:
    """What became of every distribution, as a report, and whether anything is missing."""
    looks = list(_looks(begun))
    pruned, not_pruned = _pruned(begun)
    failed = {look["distributionId"]: look["reason"] or "" for look in looks if look["result"] == Result.FAILED}
    totals = {**counts(begun["unchanged"], looks), "pruned": pruned}
    key = f"{begun['prefix']}report.json"
    put_json(begun["bucket"], key, {"counts": totals, "looks": looks, "notPruned": not_pruned})
    where = f"s3://{begun['bucket']}/{key}"
    is_whole = not failed and not not_pruned
    return {
        "complete": is_whole,
        "counts": totals,
        "report": {"bucket": begun["bucket"], "key": key},
        "failure": {}
        if is_whole
        else {"Error": BaselineIncomplete.__name__, "Cause": cause(failed, not_pruned, where)},
    }


def _chosen(request: BaselineRequest) -> Differences | None:
    chosen = request.distribution_ids
    return Differences(to_look_at=chosen, on_record=chosen, unchanged=0) if chosen else None


def _all() -> Differences:
    """The heads are read first, so that a distribution which is made in between is not taken for one that is gone."""
    heads = list(VersionStore().heads())
    return differences(heads, {summary["Id"]: summary.get("ETag") for summary in distribution_summaries()})


def _batches(ids: Sequence[str], size: int) -> list[dict[str, Any]]:
    return [
        {"number": number, "distributionIds": ids[start : start + size]}
        for number, start in enumerate(range(0, len(ids), size), 1)
    ]


def _look(distribution_id: str) -> Look:
    """One that AWS refuses to show stops no other; throttling and outages are for the task's retry."""
    try:
        recorded = capture_live(distribution_id)
    except (AwsThrottled, AwsUnavailable):
        raise
    except CloudFrontExtensionsError as error:
        return _told(distribution_id, Result.FAILED, reason=f"{type(error).__name__}: {error}")
    if recorded is None:
        return _told(distribution_id, Result.UNKNOWN)
    if not recorded.is_new:
        return _told(distribution_id, Result.UNCHANGED, recorded.version.number)
    is_gone = recorded.version.kind is VersionKind.DELETED
    return _told(distribution_id, Result.CLOSED if is_gone else Result.CAPTURED, recorded.version.number)


def _told(distribution_id: str, result: Result, version: int | None = None, reason: str | None = None) -> Look:
    return {"distributionId": distribution_id, "result": result.value, "version": version, "reason": reason}


def _looks(begun: BegunBaseline) -> Iterator[Look]:
    for batch in get_json(begun["bucket"], begun["lookManifestKey"]):
        key = _look_key(begun["prefix"], batch["number"])
        try:
            yield from get_json(begun["bucket"], key, not_found=_BatchNotThere)
        except _BatchNotThere:
            yield from (_told(one, Result.FAILED, reason=BATCH_FAILED) for one in batch["distributionIds"])


def _pruned(begun: BegunBaseline) -> tuple[int, dict[str, str]]:
    """How many versions went, and the distributions of batches that failed."""
    went, not_pruned = 0, {}
    for batch in get_json(begun["bucket"], begun["pruneManifestKey"]) if begun["prunes"] else ():
        key = _prune_key(begun["prefix"], batch["number"])
        try:
            went += get_json(begun["bucket"], key, not_found=_BatchNotThere)
        except _BatchNotThere:
            not_pruned.update(dict.fromkeys(batch["distributionIds"], BATCH_FAILED))
    return went, not_pruned


def _look_key(prefix: str, number: int) -> str:
    return f"{prefix}looks/{number:05}.json"


def _prune_key(prefix: str, number: int) -> str:
    return f"{prefix}prunes/{number:05}.json"
