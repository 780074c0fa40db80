"""What is remembered of a rollback while it is at work: of the whole, and of each of its targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class RollbackStatus(StrEnum):
    RUNNING = "RUNNING"
    CONCLUDED = "CONCLUDED"
    """What had to be taken back is taken back: a stop that is asked for now comes too late."""


class Ending(StrEnum):
    """Of a rollback as a whole."""

    APPLIED = "APPLIED"
    """Every target is where it should be."""
    REFUSED = "REFUSED"
    """The plan could not be carried out."""
    NOT_STARTED = "NOT_STARTED"
    """Nothing was written to any target."""
    REVERTED = "REVERTED"
    """Every target is as it was."""
    FAILED = "FAILED"
    """Some targets are not where they should be, nor are they all as they were."""


class Answer(StrEnum):
    """Where a rollback stands with the person who has to approve of its plan."""

    AWAITED = "AWAITED"
    APPROVED = "APPROVED"
    DENIED = "DENIED"


class TargetStatus(StrEnum):
    APPLIED = "APPLIED"
    """It was changed as planned, deployed, verified and watched."""
    FAILED = "FAILED"
    """It was not, for the reason on record; perhaps it was written all the same (`Target.applied_at`)."""
    NOT_STARTED = "NOT_STARTED"
    """Nothing was written: the rollback was stopped, by a person or by another target's failure, before its turn came."""
    REVERTED = "REVERTED"
    """It is as it was before."""
    REVERT_FAILED = "REVERT_FAILED"
    """It should have gone back and could not."""
    UNKNOWN = "UNKNOWN"
    """AWS could not be asked; another start with the same request token goes on with it."""


@dataclass(frozen=True, slots=True)
class Rollback:
    token: str
    body_hash: str
    """Of the request, as `rollback_request.body_hash` makes it."""
    execution_arn: str
    """The execution that works on it, or did last."""
    status: RollbackStatus = RollbackStatus.RUNNING
    ending: Ending | None = None
    """None while it is at work, or where its execution ended without a report."""
    requested_by: str | None = None
    """Who asked an API for it."""
    halted_by: str | None = None
    """The target whose failure keeps the others from being begun."""
    stop_requested: bool = False
    stopped_by: str | None = None
    stopped_at: str | None = None
    answer: Answer | None = None
    """None: nobody was asked."""
    answer_until: str | None = None
    """After this moment none is taken; the next start asks again."""
    answered_by: str | None = None
    answered_at: str | None = None
    comment: str | None = None
    task_token: str | None = None
    """With which the answer reaches the execution that waits for it."""
    created_at: str = ""
    updated_at: str = ""

    @property
    def asked_to_stop(self) -> str:
        """Who did, and when, in words."""
        return f"{self.stopped_by} asked for the rollback to stop at {self.stopped_at}"


@dataclass(frozen=True, slots=True)
class Canary:
    """What a canary has made. It is noted as soon as it is there, and None again when it is gone."""

    staging_id: str | None = None
    staging_domain: str | None = None
    policy_id: str | None = None
    attached: bool = False
    """Whether viewers were sent to the staging distribution, or were about to be."""
    sought: bool = False
    """Whether a staging distribution was sought in vain, of which only its making is on record, not its id."""


@dataclass(frozen=True, slots=True)
class Target:
    """One distribution of a rollback. What is about to be done is noted before, its outcome after."""

    token: str
    distribution_id: str
    status: TargetStatus | None = None
    """None: it is being worked on."""
    applied_at: str | None = None
    """When the planned configuration was about to be written; None: nothing was."""
    overwritten: tuple[str, ...] = ()
    """Every ETag that the rollback wrote over, or was about to."""
    etag: str | None = None
    """Of the planned configuration once it is written."""
    written: tuple[str, ...] = ()
    """Every ETag that the rollback gave it, in their order."""
    reverting: bool = False
    """Whether the configuration from before was about to be written."""
    etag_reverted: str | None = None
    canary: Canary | None = None
    giving_up: bool = False
    """Whether a canary goes back, for the error that is on record."""
    left: tuple[str, ...] = ()
    """What of a canary could not be removed, and why."""
    error: str | None = None
    reason: str | None = None
    next_action: str | None = None
    updated_at: str = ""

    @property
    def failure(self) -> Mapping[str, str | None]:
        return {"error": self.error, "reason": self.reason, "nextAction": self.next_action}
