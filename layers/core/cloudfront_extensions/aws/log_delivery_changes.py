"""The middle step of `log_delivery`: each distribution of a batch begins to deliver its access logs here, or no longer does."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, TypedDict

from cloudfront_extensions.aws import cloudfront, vended_logs
from cloudfront_extensions.aws.cloudfront import Distribution
from cloudfront_extensions.aws.distribution_changes import update
from cloudfront_extensions.aws.error_table import AlreadyGone, EtagMoved, StillInUse
from cloudfront_extensions.aws.objects import get_json, jobs_bucket, put_json
from cloudfront_extensions.errors import (
    AwsThrottled,
    AwsUnavailable,
    CloudFrontExtensionsError,
    ConfigChangedSincePlan,
    DistributionNotFound,
    with_next_action,
)
from cloudfront_extensions.metrics import realtime_attachment
from cloudfront_extensions.metrics.log_delivery import (
    Change,
    Mode,
    Outcome,
    Step,
    changed,
    failed,
    legacy_logging,
    source_name,
)
from cloudfront_extensions.metrics.sources import Source

TRIES = 3
"""So often a configuration is read anew, when somebody else writes it between the look and the write."""


class Batch(TypedDict):
    """What one child of the map is given."""

    prefix: str
    kind: str
    mode: str
    dryRun: bool
    all: bool
    destinationArn: str
    number: int
    steps: list[Step]


def change_batch(batch: Batch) -> dict[str, int]:
    """Do what a batch says for each distribution, and write down what became of it; how many failed."""
    begun = _begun(batch)
    changes = [_change(batch, step, begun) for step in batch["steps"]]
    put_json(jobs_bucket(), changes_key(batch["prefix"], batch["number"]), changes)
    return {"failed": sum(change["outcome"] == Outcome.FAILED for change in changes)}


def changes_key(prefix: str, number: int) -> str:
    return f"{prefix}changes/{number:05}.json"


def _begun_key(batch: Batch) -> str:
    return f"{batch['prefix']}begun/{batch['number']:05}.json"


def _begun(batch: Batch) -> dict[str, Change]:
    """The changes of configurations that earlier tries of this batch were about to make, by distribution."""
    if batch["kind"] == Source.STANDARD or batch["dryRun"]:
        return {}
    try:
        found: dict[str, Change] = get_json(jobs_bucket(), _begun_key(batch), not_found=AlreadyGone)
    except AlreadyGone:
        return {}
    return found


def _change(batch: Batch, step: Step, begun: dict[str, Change]) -> Change:
    """One that AWS refuses stops no other; throttling and outages are for the task's retry."""
    one = step["distributionId"]
    try:
        if batch["kind"] != Source.STANDARD:
            return _change_configuration(one, batch, begun)
        if batch["dryRun"]:
            return changed(one, Outcome(step["outcome"]))
        return _detach(step) if batch["mode"] == Mode.DETACH else _attach(step, batch["destinationArn"])
    except (AwsThrottled, AwsUnavailable):
        raise
    except DistributionNotFound as error:
        # Of all distributions, one may have been deleted since they were listed; one that was named should be there.
        return changed(one, Outcome.GONE) if batch["all"] else failed(one, DistributionNotFound, str(error))
    except CloudFrontExtensionsError as error:
        return failed(one, type(error), str(error))


def _attach(step: Step, destination_arn: str) -> Change:
    one = step["distributionId"]
    if "deliveryId" in step:
        with suppress(AlreadyGone):
            vended_logs.update_delivery(step["deliveryId"])
            return changed(one, Outcome.UPDATED)
    try:
        vended_logs.put_source(source_name(one), _existing(one).arn)
    except vended_logs.SourceElsewhere as error:
        return changed(one, Outcome.ELSEWHERE, str(error))
    except AlreadyGone as error:
        raise DistributionNotFound(str(error)) from error
    with suppress(vended_logs.AlreadyDelivered):
        vended_logs.create_delivery(source_name(one), destination_arn)
    return changed(one, Outcome.ATTACHED)


def _detach(step: Step) -> Change:
    """The delivery first: a source that has one can't be deleted."""
    one = step["distributionId"]
    if "deliveryId" in step:
        with suppress(AlreadyGone):
            vended_logs.delete_delivery(step["deliveryId"])
    try:
        with suppress(AlreadyGone):
            vended_logs.delete_source(source_name(one))
    except StillInUse:
        return changed(one, Outcome.DETACHED, "its source stays: it has another delivery, which is not ours")
    return changed(one, Outcome.DETACHED)


def _change_configuration(one: str, batch: Batch, begun: dict[str, Change]) -> Change:
    """By way of the distribution's configuration, of which this becomes a version like any other change.

    What is about to be written is noted first: a try that finds it written tells of it as what this run has done.
    """
    kind, mode = Source(batch["kind"]), Mode(batch["mode"])
    for _ in range(TRIES):
        try:
            found = _existing(one)
        except DistributionNotFound:
            if mode is Mode.DETACH:
                return changed(one, Outcome.GONE)
            raise
        outcome, config, reason = _wanted(kind, mode, found.config)
        if outcome is Outcome.UNCHANGED and one in begun:
            return begun[one]
        if config is None or batch["dryRun"]:
            return changed(one, outcome, reason)
        begun[one] = changed(one, outcome, reason)
        put_json(jobs_bucket(), _begun_key(batch), begun)
        with suppress(EtagMoved, AlreadyGone):
            update(found, config)
            return begun[one]
    raise ConfigChangedSincePlan(
        with_next_action(
            f"distribution {one} was changed {TRIES} times while its logging was being written",
            "Start log_delivery again when nobody else changes it.",
        )
    )


def _wanted(kind: Source, mode: Mode, config: Mapping[str, Any]) -> tuple[Outcome, dict[str, Any] | None, str | None]:
    """What becomes of a distribution, its configuration after it (None: stays as it is), and what people should know."""
    if kind is Source.REALTIME:
        return realtime_attachment.changed(mode, config, os.environ["REALTIME_LOG_CONFIG_ARN"])
    outcome, logging = legacy_logging(mode, config.get("Logging", {}), os.environ["LEGACY_LOGS_BUCKET"])
    reason = f"its log files go to {config['Logging']['Bucket']}" if outcome is Outcome.ELSEWHERE else None
    return outcome, {**config, "Logging": logging} if logging is not None else None, reason


def _existing(one: str) -> Distribution:
    found = cloudfront.distribution(one)
    if found is None:
        raise DistributionNotFound(
            with_next_action(f"there is no distribution {one} in this account", "Check the id, or leave it out.")
        )
    return found
