"""One step of one target of `config_rollback`: do all that can be done now, and say how long to wait for the rest.

It reads where the target stands from its record and from CloudFront, so that it can be run again at any point.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NotRequired, TypedDict

from cloudfront_extensions.aws.canary import go_back, try_out
from cloudfront_extensions.aws.direct_change import change
from cloudfront_extensions.aws.objects import get_json
from cloudfront_extensions.aws.rollback_store import RollbackStore
from cloudfront_extensions.aws.target_ledger import Pause, TargetLedger
from cloudfront_extensions.distributions.deployment import Wait
from cloudfront_extensions.errors import CloudFrontExtensionsError, RollbackStopped
from cloudfront_extensions.jobs.failures import failure_of
from cloudfront_extensions.versions.rollback_records import TargetStatus
from cloudfront_extensions.versions.rollback_request import OnFailure, parse_request
from cloudfront_extensions.versions.rollback_strategy import StrategyType

if TYPE_CHECKING:
    from cloudfront_extensions.aws.rollback_planning import ManifestEntry

_ENDED = tuple(one for one in TargetStatus if one not in (TargetStatus.UNKNOWN, TargetStatus.NOT_STARTED))
"""Another start with the same request token goes on with the others, where nothing keeps it from that."""


class RolloutInput(TypedDict):
    """What the map gives a child."""

    requestToken: str
    bucket: str
    requestKey: str
    entry: ManifestEntry
    failure: NotRequired[Mapping[str, str]]
    """Step Functions' error output, where an earlier step could not be taken."""


class RolloutState(RolloutInput):
    """What the loop of one target carries."""

    wait: Wait
    watching: bool
    done: bool


def roll_target_out(given: RolloutInput | RolloutState, store: RollbackStore | None = None) -> RolloutState:
    """Take the next step of a target; `done`, or how long to wait before the one after it."""
    ledger = _ledger(given, store or RollbackStore())
    pause = None
    if "failure" in given:
        _note_failure(ledger, given["failure"])
    else:
        pause = _next_step(ledger)
    return {
        "requestToken": given["requestToken"],
        "bucket": given["bucket"],
        "requestKey": given["requestKey"],
        "entry": given["entry"],
        "wait": pause.wait if pause else {"seconds": 0, "waitedSeconds": 0},
        "watching": bool(pause and pause.watching),
        "done": pause is None,
    }


def _ledger(given: RolloutInput | RolloutState, store: RollbackStore) -> TargetLedger:
    last = Pause(given["wait"], given["watching"]) if "wait" in given else None  # type: ignore[typeddict-item]
    request = parse_request(get_json(given["bucket"], given["requestKey"]))
    return TargetLedger(
        store.existing(given["requestToken"]), request, given["entry"], store, bucket=given["bucket"], last=last
    )


def _next_step(ledger: TargetLedger) -> Pause | None:
    if ledger.target.status in _ENDED:
        return None
    if ledger.target.status or (ledger.target.error and not ledger.target.giving_up):
        ledger.note(status=None, error=None, reason=None, next_action=None)
    try:
        if ledger.target.giving_up:
            return go_back(ledger)
        _check_wanted(ledger)
        pause = try_out(ledger) if ledger.request.strategy.type is StrategyType.CANARY else change(ledger)
    except CloudFrontExtensionsError as failure:
        if failure.retryable:
            raise
        return _failed(ledger, failure)
    if pause is None:
        ledger.end(TargetStatus.APPLIED)
    return pause


def _check_wanted(ledger: TargetLedger) -> None:
    """Raises RollbackStopped for a target that is not to be begun, or not to be gone on with."""
    if ledger.rollback.stop_requested:
        raise RollbackStopped(ledger.rollback.asked_to_stop)
    halted_by = ledger.rollback.halted_by
    if halted_by and (_is_untouched(ledger) or ledger.request.on_failure is OnFailure.REVERT):
        raise RollbackStopped(f"target {halted_by} failed")


def _failed(ledger: TargetLedger, failure: CloudFrontExtensionsError) -> Pause | None:
    """Note it, and let a canary go back; the others are not begun, unless they are to go on whatever happens."""
    was_stopped = isinstance(failure, RollbackStopped)
    if was_stopped and _is_untouched(ledger):
        ledger.end(TargetStatus.NOT_STARTED, failure)
        return None
    if not was_stopped:
        _halt_others(ledger)
    if ledger.target.canary and ledger.target.applied_at is None:
        ledger.note_failure(failure, giving_up=True)
        return go_back(ledger)
    ledger.end(TargetStatus.FAILED, failure)
    return None


def _note_failure(ledger: TargetLedger, output: Mapping[str, str]) -> None:
    """Note a failure that no step could note by itself: AWS did not answer for all the retries, or the function died."""
    failure = failure_of(output)
    if ledger.target.status not in _ENDED:
        _halt_others(ledger)
        ledger.note(
            status=TargetStatus(failure.status),
            error=failure.error,
            reason=failure.reason,
            next_action=failure.next_action,
        )


def _halt_others(ledger: TargetLedger) -> None:
    if ledger.request.on_failure is not OnFailure.CONTINUE and not ledger.rollback.halted_by:
        ledger.store.halt(ledger.rollback.token, ledger.id)


def _is_untouched(ledger: TargetLedger) -> bool:
    return ledger.target.applied_at is None and ledger.target.canary is None
