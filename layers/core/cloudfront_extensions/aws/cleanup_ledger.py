"""What the cleanup of one item has come to: what it removed, what it leaves and why, and how long it has waited.

It stands on the item's record, always before what it says is done; a dry run keeps it in memory alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from cloudfront_extensions.aws.distributions import wait_plan
from cloudfront_extensions.aws.job_store import JobStore
from cloudfront_extensions.distributions.deployment import Wait
from cloudfront_extensions.errors import JobNotFound
from cloudfront_extensions.jobs.records import CleanupStatus, ItemKey

LOOKS = 3
"""So often, with waits between, what may have been made is looked for before it counts as never made, or as gone."""


class CleanupLedger:
    def __init__(self, key: ItemKey, store: JobStore, *, dry_run: bool, looks: int, wait: Wait) -> None:
        self.key, self.store, self.dry_run = key, store, dry_run
        self.looks, self.wait = looks, wait
        item = store.item(key)
        if item is None:
            raise JobNotFound(f"job {key.job_id} has no item {key.item_id}")
        self.item = replace(item, cleanup=replace(item.cleanup, removed=(), left=())) if dry_run else item
        self.distribution_stays = False
        """With it stay its certificate and its records."""

    def has_removed(self, name: str | None) -> bool:
        """Whether it is noted as removed; it may not be gone yet."""
        return name in self.item.cleanup.removed

    def remove(self, names: Iterable[str], how: Callable[[], None]) -> None:
        """Note what is about to be removed, then remove it; a dry run notes it for its report."""
        if new := [name for name in names if not self.has_removed(name)]:
            self.note_cleanup(removed=(*self.item.cleanup.removed, *new))
        if not self.dry_run:
            how()

    def leave(self, reason: str, name: str | None = None) -> None:
        """Leave something, which was perhaps noted as about to be removed by its name."""
        if self.has_removed(name):
            self.note_cleanup(removed=tuple(one for one in self.item.cleanup.removed if one != name))
        if reason not in self.item.cleanup.left:
            self.note_cleanup(left=(*self.item.cleanup.left, reason))

    def note_cleanup(self, **fields: Any) -> None:
        """Write on the item's cleanup; a dry run writes nothing."""
        self.item = replace(self.item, cleanup=replace(self.item.cleanup, **fields))
        if not self.dry_run:
            self.store.update_cleanup(self.key, **fields)

    def note_distribution(self, **fields: Any) -> None:
        self.item = replace(self.item, distribution=replace(self.item.distribution, **fields))
        if not self.dry_run:
            self.store.update_distribution(self.key, **fields)

    def note_certificate(self, **fields: Any) -> None:
        self.item = replace(self.item, certificate=replace(self.item.certificate, **fields))
        if not self.dry_run:
            self.store.update_certificate(self.key, **fields)

    def finish(self) -> None:
        """Note how the cleanup of the item ended."""
        status = CleanupStatus.LEFT if self.item.cleanup.left else CleanupStatus.REMOVED
        self.note_cleanup(status=status, error=None, reason=None, next_action=None)

    @property
    def is_last_look(self) -> bool:
        return self.dry_run or self.looks >= LOOKS

    def look_again(self) -> Wait:
        """The wait before something is looked for once more that may be there."""
        self.looks += 1
        return wait_plan().first()

    def next_wait(self, what: str) -> Wait:
        """The wait before the next step. Raises DistributionNotDeployed when all waits have passed."""
        return wait_plan().after(self.wait, what)
