"""Give targets back what they had before a rollback: the one that was written last goes first.

Written are all of them at once, for a deployment takes minutes and this is when they count. A target that somebody else has
changed meanwhile is left as it is, but for the canary, which is removed, and told of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import NotRequired, TypedDict

from cloudfront_extensions.aws.canary import removed
from cloudfront_extensions.aws.direct_change import TRIES
from cloudfront_extensions.aws.distribution_changes import update
from cloudfront_extensions.aws.error_table import AlreadyGone, EtagMoved
from cloudfront_extensions.aws.objects import get_json
from cloudfront_extensions.aws.rollback_store import RollbackStore
from cloudfront_extensions.aws.target_ledger import Pause, TargetLedger
from cloudfront_extensions.distributions.deployment import Wait
from cloudfront_extensions.errors import (
    CloudFrontExtensionsError,
    ConfigChangedSincePlan,
    RollbackStopped,
    split_next_action,
)
from cloudfront_extensions.versions.rollback_records import Rollback, Target, TargetStatus
from cloudfront_extensions.versions.rollback_request import OnFailure, RollbackRequest, parse_request

_BACK = (TargetStatus.REVERTED, TargetStatus.REVERT_FAILED, TargetStatus.NOT_STARTED)
_FAILED = (TargetStatus.FAILED, TargetStatus.REVERT_FAILED, TargetStatus.UNKNOWN, None)

Step = Callable[[TargetLedger], Pause | None]


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
    targets = list(store.targets(rollback.token))
    interrupted = "failure" in given or len(targets) < len(entries)
    pauses = list(
        _steps(
            (step, TargetLedger(rollback, request, entries[name], store, bucket=given["bucket"], last=last))
            for step, name in _work(rollback, request, targets, interrupted)
        )
    )
    if pauses:
        return {"wait": min((pause.wait for pause in pauses), key=_waited), "done": False}
    concluded = store.conclude(rollback)
    return {"wait": {"seconds": 0 if concluded else 1, "waitedSeconds": 0}, "done": concluded}


def _waited(wait: Wait) -> int:
    return wait["waitedSeconds"]


def _work(
    rollback: Rollback, request: RollbackRequest, targets: Sequence[Target], interrupted: bool
) -> Iterator[tuple[Step, str]]:
    """Those that were written, if all have to go back; and those of whose canary something is left.

    `interrupted` says that there are targets of which nothing could be noted. Without all having to go back, what was promoted
    stays, and only its canary goes.
    """
    failed = interrupted or any(target.status in _FAILED or target.giving_up for target in targets)
    all_go_back = rollback.stop_requested or (failed and request.on_failure is OnFailure.REVERT)
    written = [target for target in targets if target.applied_at and target.status not in _BACK and all_go_back]
    for target in sorted(written, key=attrgetter("applied_at"), reverse=True):
        yield _revert, target.distribution_id
    for target in targets:
        if target.canary and target not in written:
            yield (_end_canary if target.etag else _revert), target.distribution_id


def _steps(work: Iterable[tuple[Step, TargetLedger]]) -> Iterator[Pause]:
    """A step of each; what AWS does not answer for one is raised after the others have had theirs."""
    not_answered: CloudFrontExtensionsError | None = None
    for step, ledger in work:
        try:
            pause = step(ledger)
        except CloudFrontExtensionsError as failure:
            not_answered = not_answered or failure
            continue
        if pause:
            yield pause
    if not_answered:
        raise not_answered


def _revert(ledger: TargetLedger) -> Pause | None:
    """None where the target is as it was, or can't be, and nothing of a canary is left. Raises only what may pass."""
    if ledger.target.status not in _BACK:
        try:
            return _go_back(ledger)
        except CloudFrontExtensionsError as failure:
            if failure.retryable:
                raise
            _note_in_vain(ledger, failure)
    return _end_canary(ledger)


def _end_canary(ledger: TargetLedger) -> Pause | None:
    """Only the canary goes; what that writes is the rollback's too."""
    pause = removed(ledger)
    if pause is None:
        ledger.sign_versions()
    return pause


def _go_back(ledger: TargetLedger) -> Pause | None:
    """None where the target is as it was, deployed, and nothing of a canary is left.

    Raises:
        ConfigChangedSincePlan: somebody else has changed it.
        DistributionNotFound, DistributionNotDeployed
    """
    for _ in range(TRIES):
        found = ledger.live()
        if not ledger.is_before(ledger.own(found.config)):
            if not ledger.is_written(found):
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


def _note_end(ledger: TargetLedger) -> None:
    """It keeps the reason for which it failed itself."""
    if _never_left(ledger.target):
        ledger.sign_versions()
        return
    if ledger.target.reason is None:
        ledger.note(reason=f"it went back, for {_why(ledger)}")
    ledger.end(TargetStatus.REVERTED)


def _note_in_vain(ledger: TargetLedger, failure: CloudFrontExtensionsError) -> None:
    """It keeps the error for which it failed itself, and adds why it could not go back."""
    target = ledger.target
    if _never_left(target):
        return
    if target.error in (None, RollbackStopped.__name__):
        ledger.end(TargetStatus.REVERT_FAILED, failure)
        return
    reason, _ = split_next_action(str(failure))
    ledger.note(reason=f"{target.reason}; it did not go back: {reason}")
    ledger.end(TargetStatus.REVERT_FAILED)


def _never_left(target: Target) -> bool:
    """What CloudFront had refused to take never left its place."""
    return target.status is TargetStatus.FAILED and not (target.etag or target.reverting)


def _why(ledger: TargetLedger) -> str:
    rollback = ledger.rollback
    if rollback.stop_requested:
        return rollback.asked_to_stop
    if rollback.halted_by and rollback.halted_by != ledger.id:
        return f"target {rollback.halted_by} failed"
    return "the rollback did not get to its end"
