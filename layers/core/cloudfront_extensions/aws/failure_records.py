"""Failures on record: what went wrong with a stage of an item, as its workflow caught it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from cloudfront_extensions.aws.job_store import JobStore
from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.aws.objects import put_json
from cloudfront_extensions.jobs.failures import Failure, failure_of
from cloudfront_extensions.jobs.records import CertificateStatus, CleanupStatus, DistributionStatus, ItemKey

Stage = Literal["certificate", "distribution", "cleanup", "job"]
"""Where it failed; a job as a whole has no item to write on."""

_DONE = {
    "certificate": (CertificateStatus.ISSUED,),
    "distribution": (DistributionStatus.DEPLOYED,),
    "cleanup": (CleanupStatus.REMOVED, CleanupStatus.LEFT),
}
_ENDED = ("FAILED", "UNKNOWN")


def record_failure(stage: Stage, request: Mapping[str, Any], output: Mapping[str, Any]) -> bool:
    """Write a failure in Step Functions' form on the item that `request` names by jobId and itemId.

    False, and nothing written, when there is no such item, the stage has reached its end all the same, or a failure
    stands there already that says more than this one. A dry run writes nothing on items, but beside
    what its other items come to.
    """
    failure = failure_of(output)
    job_id, item_id = request.get("jobId"), request.get("itemId")
    if not isinstance(job_id, str) or not isinstance(item_id, str) or not failure.is_of_the_item:
        logger.warning("a failure without an item to write it on", error=failure.error, reason=failure.reason)
        return False
    if request.get("dryRun"):
        put_json(request["bucket"], f"{request['prefix']}/{item_id}.json", failure.as_finding())
        return True
    return _write(JobStore(), stage, ItemKey(job_id, item_id), failure)


def _write(store: JobStore, stage: Stage, key: ItemKey, failure: Failure) -> bool:
    updates = {"certificate": store.update_certificate, "cleanup": store.update_cleanup}
    return updates.get(stage, store.update_distribution)(
        key,
        unless=(*_DONE[stage], *(() if failure.is_specific else _ENDED)),
        status=failure.status,
        error=failure.error,
        reason=failure.reason,
        next_action=failure.next_action,
    )
