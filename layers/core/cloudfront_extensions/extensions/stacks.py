"""What CloudFormation tells of stacks and change sets, in the few words that matter to what is done next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

EMPTY_REASONS = ("didn't contain changes", "No updates are to be performed")
"""In the reason of a change set that failed because there is nothing to change: no code tells it."""
_WORKING = "_IN_PROGRESS"


class StackStatus(StrEnum):
    UNDER_REVIEW = "UNDER_REVIEW"
    """It holds nothing but the change set that will make it."""
    WORKING = "WORKING"
    COMPLETE = "COMPLETE"
    ROLLED_BACK = "ROLLED_BACK"
    """The last change failed, and it is as before."""
    NOT_CREATED = "NOT_CREATED"
    """Making it failed; it can only be deleted."""
    FAILED = "FAILED"
    """It is neither as it was nor as it should be, and nobody changes it before a person has looked."""
    DELETED = "DELETED"
    DELETE_FAILED = "DELETE_FAILED"


_STATUSES = {
    "REVIEW_IN_PROGRESS": StackStatus.UNDER_REVIEW,
    "CREATE_COMPLETE": StackStatus.COMPLETE,
    "UPDATE_COMPLETE": StackStatus.COMPLETE,
    "IMPORT_COMPLETE": StackStatus.COMPLETE,
    "UPDATE_ROLLBACK_COMPLETE": StackStatus.ROLLED_BACK,
    "IMPORT_ROLLBACK_COMPLETE": StackStatus.ROLLED_BACK,
    "CREATE_FAILED": StackStatus.NOT_CREATED,
    "ROLLBACK_COMPLETE": StackStatus.NOT_CREATED,
    "ROLLBACK_FAILED": StackStatus.NOT_CREATED,
    "DELETE_COMPLETE": StackStatus.DELETED,
    "DELETE_FAILED": StackStatus.DELETE_FAILED,
}


@dataclass(frozen=True, slots=True)
class Stack:
    name: str
    id: str
    """Its ARN, under which it is known after it is deleted, too."""
    status: StackStatus
    reason: str | None
    outputs: Mapping[str, str]
    parameters: Mapping[str, str]
    tags: Mapping[str, str]

    @property
    def must_be_deleted(self) -> bool:
        """Whether nothing else can be done with it."""
        return self.status in (StackStatus.NOT_CREATED, StackStatus.DELETE_FAILED)


class ChangeState(StrEnum):
    PENDING = "PENDING"
    READY = "READY"
    EMPTY = "EMPTY"
    """The stack is already as it should be."""
    FAILED = "FAILED"
    """It could not be made, or its execution failed."""
    EXECUTING = "EXECUTING"
    EXECUTED = "EXECUTED"
    OBSOLETE = "OBSOLETE"
    """The stack was changed after it was made, or it was discarded."""


@dataclass(frozen=True, slots=True)
class ChangeSet:
    id: str
    """Its ARN."""
    name: str
    stack_id: str
    state: ChangeState
    reason: str | None = None
    """Of a failure, in CloudFormation's words."""


@dataclass(frozen=True, slots=True)
class NotChangeable:
    """A stack of which no change set can be made as it stands: it works, must be deleted first, or wants a person."""

    stack: Stack


@dataclass(frozen=True, slots=True)
class StackFailure:
    """What failed first in a change of a stack."""

    logical_id: str
    reason: str


def stack_status(text: str) -> StackStatus:
    """CloudFormation's status. One that nobody knew when this was written counts as failed, unless it goes on."""
    return _STATUSES.get(text, StackStatus.WORKING if text.endswith(_WORKING) else StackStatus.FAILED)


def change_state(status: str, execution: str, reason: str) -> ChangeState:
    """Of a change set, by its status, its execution's status and its reason."""
    if status == "FAILED":
        return ChangeState.EMPTY if any(words in reason for words in EMPTY_REASONS) else ChangeState.FAILED
    if status.startswith("DELETE_") or execution == "OBSOLETE":
        return ChangeState.OBSOLETE
    if execution.startswith("EXECUTE_"):
        by_execution = {"EXECUTE_IN_PROGRESS": ChangeState.EXECUTING, "EXECUTE_COMPLETE": ChangeState.EXECUTED}
        return by_execution.get(execution, ChangeState.FAILED)
    return ChangeState.READY if (status, execution) == ("CREATE_COMPLETE", "AVAILABLE") else ChangeState.PENDING


def change_name(token: str) -> str:
    """The name of the change set that a token stands for. CloudFormation takes letters, digits and hyphens alone."""
    return f"deployment-{sha256(token.encode()).hexdigest()[:32]}"
