"""Give targets back what they had before a rollback: the one that was written last goes first.

Written are all of them at once, for a deployment takes minutes and this is when they count. A target that somebody else has
changed meanwhile is left as it is, and told of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, NotRequired, TypedDict

from cloudfront_extensions.aws.canary import removed
from cloudfront_extensions.aws.direct_change import TRIES
from cloudfront_extensions.aws.distribution_changes import update
from cloudfront_extensions.aws.error_table import AlreadyGone, EtagMoved
from cloudfront_extensions.aws.objects import get_json
from cloudfront_extensions.aws.rollback_store import RollbackStore
from cloudfront_extensions.aws.target_ledger import Pause, TargetLedger
from cloudfront_extensions.distributions.deployment import Wait
from cloudfront_extensions.errors import CloudFrontExtensionsError, ConfigChangedSincePlan
from cloudfront_extensions.versions.canary import detached
from cloudfront_extensions.versions.rollback_records import Rollback, Target, TargetStatus
from cloudfront_extensions.versions.rollback_request import OnFailure, RollbackRequest, parse_request

_BACK = (TargetStatus.REVERTED, TargetStatus.REVERT_FAILED, TargetStatus.NOT_STARTED)
_FAILED = (TargetStatus.FAILED, TargetStatus.REVERT_FAILED, TargetStatus.UNKNOWN, None)


class RevertInput(TypedDict):
    requestToken: str
    bucket: str
    requestKey: str
    manifestKey: str
    failure: NotRequired[dict[str, str]]
    """The error output of the map, where it is what failed."""
    revert: NotRequired[RevertState]
    """What the step before this one answered."""


class RevertState(TypedDict):
    wait: Wait
    done: bool


def revert_targets(given: RevertInput, store: RollbackStore | None = None) -> RevertState:
    """Take the next step with all targets that have to go back; `done`, or how long to wait before the one after it."""
    store = store or RollbackStore()
    rollback = store.existing(given["requestToken"])
    request = parse_request(get_json(given["bucket"], given["requestKey"]))
    entries = {entry["distributionId"]: entry for entry in get_json(given["bucket"], given["manifestKey"])}
    last = Pause(given["revert"]["wait"]) if "revert" in given else None
    ledgers = [
        TargetLedger(rollback, request, entries[target.distribution_id], store, bucket=given["bucket"], last=last)
        for target in _to_revert(rollback, request, list(store.targets(rollback.token)), "failure" in given)
    ]
    pauses = list(_steps(ledgers))
    if pauses:
        return {"wait": min((pause.wait for pause in pauses), key=_waited), "done": False}
    concluded = store.conclude(rollback)
    return {"wait": {"seconds": 0 if concluded else 1, "waitedSeconds": 0}, "done": concluded}


def _waited(wait: Wait) -> int:
    return wait["waitedSeconds"]


def _to_revert(
    rollback: Rollback, request: RollbackRequest, targets: Sequence[Target], interrupted: bool
) -> list[Target]:
    """Those that were written, if all have to go back; and those of whose canary something is left."""
    failed = interrupted or any(target.status in _FAILED or target.giving_up for target in targets)
    all_go_back = rollback.stop_requested or (failed and request.on_failure is OnFailure.REVERT)
    written = [target for target in targets if target.applied_at and target.status not in _BACK and all_go_back]
    begun = [target for target in targets if target.canary and target not in written]
    return [*sorted(written, key=attrgetter("applied_at"), reverse=True), *begun]


def _steps(ledgers: Iterable[TargetLedger]) -> Iterator[Pause]:
    """A step of each; what AWS does not answer for one is raised after the others have had theirs."""
    not_answered: CloudFrontExtensionsError | None = None
    for ledger in ledgers:
        try:
            pause = _revert(ledger)
        except CloudFrontExtensionsError as failure:
            if failure.retryable:
                not_answered = not_answered or failure
            else:
                ledger.end(TargetStatus.REVERT_FAILED, failure)
            continue
        if pause:
            yield pause
    if not_answered:
        raise not_answered


def _revert(ledger: TargetLedger) -> Pause | None:
    """None where the target is as it was, deployed, and nothing of a canary is left.

    Raises:
        ConfigChangedSincePlan: somebody else has changed it.
        DistributionNotFound, DistributionNotDeployed
    """
    for _ in range(TRIES):
        found = ledger.live()
        if not ledger.is_before(detached(found.config)):
            if not _is_ours(ledger, found.etag, found.config):
                raise ConfigChangedSincePlan(
                    f"distribution {ledger.id} was changed by somebody else after it was written "
                    f"(its ETag is {found.etag} now); it was left like that"
                )
            ledger.note(reverting=True)
            try:
                etag = update(found, ledger.before)
            except (EtagMoved, AlreadyGone):
                continue
            ledger.note_written(etag, etag_reverted=etag)
            return ledger.new_deployment()
        if not found.deployed:
            return ledger.still_deploying()
        if pause := removed(ledger):
            return pause
        _note_end(ledger)
        return None
    return ledger.still_deploying()


def _is_ours(ledger: TargetLedger, etag: str, config: Mapping[str, Any]) -> bool:
    return etag == ledger.target.etag or ledger.is_planned(detached(config))


def _note_end(ledger: TargetLedger) -> None:
    """It keeps the reason for which it failed itself; what CloudFront had refused to take never left its place."""
    target = ledger.target
    if target.status is TargetStatus.FAILED and not (target.etag or target.reverting):
        return
    if target.reason is None:
        ledger.note(reason=f"it went back, for {_why(ledger)}")
    ledger.end(TargetStatus.REVERTED)


def _why(ledger: TargetLedger) -> str:
    rollback = ledger.rollback
    if rollback.stop_requested:
        return rollback.asked_to_stop
    if rollback.halted_by and rollback.halted_by != ledger.id:
        return f"target {rollback.halted_by} failed"
    return "the rollback did not get to its end"
