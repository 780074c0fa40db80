"""Rollbacks, their targets and who holds which distribution, in the table of versions: read by key alone.

| partition key      | sort key      | holds                                                            |
|--------------------|---------------|------------------------------------------------------------------|
| `rollback#<token>` | `rollback`    | the rollback, which also stands in the index `listing`           |
| `rollback#<token>` | `target#<id>` | one distribution of it, from the moment when its turn comes      |
| `lock#<id>`        | `lock`        | the rollback that works on a distribution, or did last           |

The index `listing` has the rollbacks under `rollbacks` by `<created at>#<token>`.

Nobody takes a lock back: it holds for as long as its execution runs.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from cloudfront_extensions.aws.attributes import (
    from_attribute,
    rollback_from_attributes,
    target_from_attributes,
    to_attributes,
)
from cloudfront_extensions.aws.clock import now
from cloudfront_extensions.aws.table import Attributes, Index, Table
from cloudfront_extensions.errors import RollbackNotFound
from cloudfront_extensions.versions.rollback_records import (
    Answer,
    Ending,
    Rollback,
    RollbackStatus,
    Target,
    TargetStatus,
)

_LISTING = Index("listing", "listing", "listed_at")
_LISTED = "rollbacks"

_FAILED_FOR_GOOD = (TargetStatus.FAILED, TargetStatus.REVERTED, TargetStatus.REVERT_FAILED)


@dataclass(frozen=True, slots=True)
class Lock:
    token: str
    execution_arn: str


class KnownRollback(NamedTuple):
    rollback: Rollback
    targets: dict[str, Target]
    """Those whose turn has come, by their ids."""


class RollbackPage(NamedTuple):
    rollbacks: list[Rollback]
    last: str | None
    """The place in the list behind which it goes on; None: it ends here."""


class RollbackStore:
    """`table` comes from the environment of the function, which knows it from the template."""

    def __init__(self, table: Table | None = None) -> None:
        self._table = table or Table(os.environ["VERSIONS_TABLE"])

    def create(self, rollback: Rollback) -> bool:
        """Write a new rollback; False when there is one of that token already."""
        moment = now()
        created = replace(rollback, created_at=moment, updated_at=moment)
        listing = {_LISTING.partition_key: _LISTED, _LISTING.sort_key: place_in_list(created)}
        attributes = {**_attributes(created), **to_attributes(listing)}
        return self._table.put(_rollback_key(rollback.token), attributes, only_new=True)

    def rollback(self, token: str) -> Rollback | None:
        attributes = self._table.get(_rollback_key(token))
        return rollback_from_attributes(attributes) if attributes else None

    def existing(self, token: str) -> Rollback:
        """Raises RollbackNotFound."""
        found = self.rollback(token)
        if found is None:
            raise RollbackNotFound(f"there is no rollback {token}")
        return found

    def known(self, token: str) -> KnownRollback | None:
        """A rollback with its targets, in one call."""
        rows = {row["sk"]["S"]: row for row in self._table.query(f"rollback#{token}")}
        rollback = rows.pop("rollback", None)
        if rollback is None:
            return None
        targets = map(target_from_attributes, rows.values())
        return KnownRollback(rollback_from_attributes(rollback), {target.distribution_id: target for target in targets})

    def newest(self, limit: int, after: str | None = None) -> RollbackPage:
        """At most so many rollbacks, the newest first, from behind a place in the list."""
        key = _listing_key(after) if after else None
        page = self._table.page(_LISTED, limit, after=key, descending=True, index=_LISTING)
        rollbacks = [rollback_from_attributes(row) for row in page.rows]
        return RollbackPage(rollbacks, page.last[_LISTING.sort_key]["S"] if page.last else None)

    def take_over(self, token: str, from_execution: str, to_execution: str, targets: Iterable[str]) -> bool:
        """Make another execution the one that works on a rollback; False when somebody else was first.

        Targets may be begun again, unless one of them has failed for good: the others keep to what was done about that.
        """
        known = self._table.get_many(_target_key(token, target) for target in targets)
        failed = any(target_from_attributes(found).status in _FAILED_FOR_GOOD for found in known)
        return self._change(
            token,
            {
                "execution_arn": to_execution,
                "status": RollbackStatus.RUNNING,
                "ending": None,
                **({} if failed else {"halted_by": None}),
            },
            only_if={"execution_arn": from_execution},
        )

    def halt(self, token: str, target_id: str) -> None:
        """Let no other target be begun."""
        self._change(token, {"halted_by": target_id})

    def request_stop(self, token: str, who: str) -> bool:
        """Note that somebody wants it to stop; False where that comes too late."""
        return self._change(
            token,
            {"stop_requested": True, "stopped_by": who, "stopped_at": now()},
            only_if={"status": RollbackStatus.RUNNING},
        )

    def conclude(self, rollback: Rollback) -> bool:
        """Note that nothing is left to take back; False where somebody has asked for a stop since it was read."""
        return self._change(
            rollback.token,
            {"status": RollbackStatus.CONCLUDED},
            only_if={"stop_requested": rollback.stop_requested},
        )

    def end(self, token: str, execution_arn: str, ending: Ending) -> None:
        """Note how it ended, unless another execution has taken it over."""
        self._change(token, {"ending": ending}, only_if={"execution_arn": execution_arn})

    def await_answer(self, token: str, task_token: str, until: str) -> None:
        """Keep the token of an execution that waits for an answer, unless that is on record already."""
        self._change(
            token,
            {"answer": Answer.AWAITED, "task_token": task_token, "answer_until": until},
            unless={"answer": (Answer.APPROVED, Answer.DENIED)},
        )

    def answer(self, token: str, answer: Answer, who: str, comment: str) -> bool:
        """Note an answer; False when none is awaited."""
        return self._change(
            token,
            {"answer": answer, "answered_by": who, "answered_at": now(), "comment": comment},
            only_if={"answer": Answer.AWAITED},
        )

    def ensure_target(self, token: str, distribution_id: str) -> Target:
        """A target as it stands on record, written first if it is not there."""
        key = _target_key(token, distribution_id)
        if found := self._table.get(key):
            return target_from_attributes(found)
        target = Target(token, distribution_id, updated_at=now())
        self._table.put(key, _attributes(target), only_new=True)
        return target

    def targets(self, token: str) -> Iterator[Target]:
        """Those whose turn has come, by their ids."""
        rows = self._table.query(f"rollback#{token}", "target#")
        return (target_from_attributes(attributes) for attributes in rows)

    def update_target(self, target: Target, **changes: Any) -> Target:
        """Change fields, named as in `Target`; None removes one. The target with its changes."""
        changed = replace(target, **changes, updated_at=now())
        self._table.update(_target_key(target.token, target.distribution_id), {**changes, "updated_at": now()})
        return changed

    def lock(self, distribution_id: str) -> Lock | None:
        """The rollback that works on a distribution, or did last."""
        attributes = self._table.get(_lock_key(distribution_id))
        if attributes is None:
            return None
        return Lock(from_attribute(attributes["token"]), from_attribute(attributes["execution_arn"]))

    def take_lock(self, distribution_id: str, lock: Lock, instead_of: Lock | None) -> bool:
        """Hold a distribution; False when its lock is not as it was read."""
        values = {"token": lock.token, "execution_arn": lock.execution_arn}
        if instead_of is None:
            return self._table.put(_lock_key(distribution_id), to_attributes(values), only_new=True)
        return self._table.update(
            _lock_key(distribution_id), values, only_if={"execution_arn": instead_of.execution_arn}
        )

    def _change(self, token: str, changes: dict[str, Any], **conditions: Any) -> bool:
        return self._table.update(_rollback_key(token), {**changes, "updated_at": now()}, **conditions)


def place_in_list(rollback: Rollback) -> str:
    return f"{rollback.created_at}#{rollback.token}"


def _listing_key(place: str) -> Attributes:
    token = place.partition("#")[2]
    return {**_rollback_key(token), **to_attributes({_LISTING.partition_key: _LISTED, _LISTING.sort_key: place})}


def _attributes(record: Rollback | Target) -> Attributes:
    return to_attributes({name: getattr(record, name) for name in record.__dataclass_fields__})


def _rollback_key(token: str) -> Attributes:
    return {"pk": {"S": f"rollback#{token}"}, "sk": {"S": "rollback"}}


def _target_key(token: str, distribution_id: str) -> Attributes:
    return {"pk": {"S": f"rollback#{token}"}, "sk": {"S": f"target#{distribution_id}"}}


def _lock_key(distribution_id: str) -> Attributes:
    return {"pk": {"S": f"lock#{distribution_id}"}, "sk": {"S": "lock"}}
