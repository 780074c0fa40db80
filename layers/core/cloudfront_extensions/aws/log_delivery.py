"""The first and the last step of `log_delivery`: what there is to do for which distribution, and what became of each.

Nothing here needs to run alone: a step that was done is done again without harm, and what a run does not find as planned it
leaves or adopts.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypedDict

from cloudfront_extensions.aws import vended_logs
from cloudfront_extensions.aws.cloudfront import distribution_summaries
from cloudfront_extensions.aws.error_table import AlreadyGone, StillInUse
from cloudfront_extensions.aws.log_delivery_changes import changes_key
from cloudfront_extensions.aws.objects import get_json, jobs_bucket, put_json
from cloudfront_extensions.aws.request_claims import claim
from cloudfront_extensions.errors import (
    CloudFrontExtensionsError,
    InvalidInput,
    LogDeliveryIncomplete,
)
from cloudfront_extensions.metrics.log_delivery import (
    Change,
    LogDeliveryRequest,
    Mode,
    Outcome,
    Step,
    cause,
    changed,
    counts,
    failed,
    is_ours,
    parse_request,
    standard_steps,
)
from cloudfront_extensions.metrics.sources import Source

BATCH_SIZE = 20
"""Distributions that one invocation changes: each takes 2 or 3 calls, one of them of CloudFront, which is slow to answer."""
BATCH_FAILED = "its batch failed; the child of the Map Run has the cause"
SETTLED = (Outcome.UNCHANGED, Outcome.ELSEWHERE)
"""What takes no step."""


class _NotThere(CloudFrontExtensionsError):
    """Nothing was written down yet; never leaves this module."""


class BegunDelivery(TypedDict):
    """The state of the workflow from the first step on."""

    bucket: str
    prefix: str
    manifestKey: str
    kind: str
    mode: str
    dryRun: bool
    all: bool
    destinationArn: str
    """Empty where nothing is attached to it."""


class FinishedDelivery(TypedDict):
    """What the workflow ends with; `failure` stands there where it is not whole."""

    complete: bool
    dryRun: bool
    counts: dict[str, int]
    report: dict[str, str]
    failure: dict[str, str]


def list_log_deliveries(document: Mapping[str, Any], run_id: str) -> BegunDelivery:
    """What there is to do, in batches; what needs nothing is settled at once.

    Raises:
        InvalidInput: the request does not say what is wanted, or wants real-time logs to come where there is no way for them.
        RequestTokenConflict: its token stands for another request.
        QuotaWouldBeExceeded: the account has no room for a delivery destination.
    """
    request = parse_request(document)
    if (request.kind, request.mode) == (Source.REALTIME, Mode.ATTACH) and os.environ["REALTIME_LOGS"] != "true":
        raise InvalidInput("kind: there is no way for real-time logs here; deploy with the parameter RealtimeLogs=true")
    if request.token:
        key = f"log-delivery/requests/{request.token}.json"
        claim(request.token, key, request.as_json(), "change of log delivery")
    prefix = f"log-delivery/{run_id}/"
    attaches = request.kind is Source.STANDARD and request.mode is Mode.ATTACH and not request.dry_run
    begun: BegunDelivery = {
        "bucket": jobs_bucket(),
        "prefix": prefix,
        "manifestKey": f"{prefix}manifest.json",
        "kind": request.kind.value,
        "mode": request.mode.value,
        "dryRun": request.dry_run,
        "all": not request.distribution_ids,
        "destinationArn": vended_logs.put_destination(_destination(), _folder_arn()) if attaches else "",
    }
    steps = _steps(request)
    settled = [step for step in steps if step["outcome"] in SETTLED]
    put_json(jobs_bucket(), _settled_key(prefix), settled)
    put_json(jobs_bucket(), begun["manifestKey"], _batches([step for step in steps if step["outcome"] not in SETTLED]))
    return begun


def finish(begun: BegunDelivery) -> FinishedDelivery:
    """What became of every distribution, as a report, and whether anything is missing."""
    changes = list(_changes(begun))
    failures = [change for change in changes if change["outcome"] == Outcome.FAILED]
    if (begun["kind"], begun["mode"], begun["all"]) == (Source.STANDARD, Mode.DETACH, True) and not begun["dryRun"]:
        _let_destination_go()
    totals = counts(changes)
    key = f"{begun['prefix']}report.json"
    request = {name: begun[name] for name in ("kind", "mode", "dryRun")}
    put_json(begun["bucket"], key, {"request": request, "counts": totals, "distributions": changes})
    where = f"s3://{begun['bucket']}/{key}"
    return {
        "complete": not failures,
        "dryRun": begun["dryRun"],
        "counts": totals,
        "report": {"bucket": begun["bucket"], "key": key},
        "failure": {"Error": LogDeliveryIncomplete.__name__, "Cause": cause(failures, where)} if failures else {},
    }


def _steps(request: LogDeliveryRequest) -> list[Step]:
    if request.kind is not Source.STANDARD:
        # What a configuration says of logging is seen when it is read, one by one.
        return [{"distributionId": one, "outcome": _wanted(request.mode)} for one in _chosen(request)]
    found = list(vended_logs.sources())
    chosen = _chosen(request)
    if request.mode is Mode.DETACH and not request.distribution_ids:
        # Sources outlive their distributions.
        chosen = list(dict.fromkeys((*chosen, *(one.distribution_id for one in found if is_ours(one)))))
    return standard_steps(request.mode, chosen, found, vended_logs.deliveries(), _destination())


def _wanted(mode: Mode) -> Outcome:
    return Outcome.ATTACHED if mode is Mode.ATTACH else Outcome.DETACHED


def _chosen(request: LogDeliveryRequest) -> Sequence[str]:
    return request.distribution_ids or [summary["Id"] for summary in distribution_summaries()]


def _batches(steps: Sequence[Step]) -> list[dict[str, Any]]:
    return [
        {"number": number, "steps": steps[start : start + BATCH_SIZE]}
        for number, start in enumerate(range(0, len(steps), BATCH_SIZE), 1)
    ]


def _changes(begun: BegunDelivery) -> Iterator[Change]:
    for step in get_json(begun["bucket"], _settled_key(begun["prefix"])):
        yield changed(step["distributionId"], Outcome(step["outcome"]), step.get("reason"))
    for batch in get_json(begun["bucket"], begun["manifestKey"]):
        key = changes_key(begun["prefix"], batch["number"])
        try:
            yield from get_json(begun["bucket"], key, not_found=_NotThere)
        except _NotThere:
            yield from (failed(step["distributionId"], LogDeliveryIncomplete, BATCH_FAILED) for step in batch["steps"])


def _let_destination_go() -> None:
    """Once nothing delivers to it, nothing of ours is left in CloudWatch Logs."""
    with suppress(AlreadyGone, StillInUse):
        vended_logs.delete_destination(_destination())


def _settled_key(prefix: str) -> str:
    return f"{prefix}settled.json"


def _destination() -> str:
    return os.environ["LOG_DESTINATION"]


def _folder_arn() -> str:
    """The folder of standard logs. Named by the destination, it is in no suffix path, where it would come behind AWSLogs/."""
    return f"arn:aws:s3:::{os.environ['LOGS_BUCKET']}/{Source.STANDARD}"
