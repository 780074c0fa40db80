"""Snapshots: names that people give versions, and pins, which keep versions whatever the retention says.

A snapshot is the row `snapshot#<name>` of its distribution, made in one transaction which presumes that its name is free and
counts up the head's revision. The retention does the same with what it takes: of the two, one is told to look again.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any, NamedTuple

from cloudfront_extensions.aws.attributes import snapshot_from_attributes, to_attribute
from cloudfront_extensions.aws.clock import now
from cloudfront_extensions.aws.config_capture import capture_live
from cloudfront_extensions.aws.retries import MOST_ATTEMPTS, pause
from cloudfront_extensions.aws.table import Attributes, Table, changed_item, deleted_item, new_item
from cloudfront_extensions.aws.version_keys import head_key, row_key
from cloudfront_extensions.aws.version_store import VersionStore
from cloudfront_extensions.errors import (
    AwsThrottled,
    ChangedSinceRead,
    SnapshotExists,
    SnapshotNotFound,
    VersionNotFound,
)
from cloudfront_extensions.versions.records import Snapshot
from cloudfront_extensions.versions.snapshots import LATEST, snapshot_etag

ANY = "*"
"""As `if_match`: whatever there is (RFC 9110, 13.1.1)."""


class SnapshotPage(NamedTuple):
    snapshots: list[Snapshot]
    has_more: bool


class Snapshots:
    def __init__(self, table: Table | None = None, store: VersionStore | None = None) -> None:
        self._table = table or Table(os.environ["VERSIONS_TABLE"])
        self._store = store or VersionStore(self._table)

    def create(
        self, distribution_id: str, name: str, number: int | None = None, note: str = "", created_by: str = ""
    ) -> Snapshot:
        """Name a version; None: the live one, which is captured first so that the name never lags behind.

        Raises:
            SnapshotExists: the distribution has one of that name.
            VersionNotFound: it has no such version, or that has no content to go back to.
            AwsThrottled: others keep changing what is known of this distribution.
        """
        if number is None:
            capture_live(distribution_id, self._store)
        number = number or self.latest(distribution_id)
        snapshot = Snapshot(distribution_id, name, number, note, created_at=now(), created_by=created_by)
        for attempt in range(1, MOST_ATTEMPTS + 1):
            if found := self._find(distribution_id, name):
                raise SnapshotExists(
                    f"distribution {distribution_id} has a snapshot {name} already: it names version {found.number}"
                )
            if self._written(snapshot):
                return snapshot
            pause(attempt)
        raise _outrun(snapshot)

    def list(self, distribution_id: str) -> list[Snapshot]:
        """Those of a distribution in the order of their names; the latest is not among them."""
        return [
            snapshot_from_attributes(row) for row in self._table.query(f"distribution#{distribution_id}", "snapshot#")
        ]

    def page(self, distribution_id: str, limit: int, after: str | None = None) -> SnapshotPage:
        """At most so many of them, from behind a name."""
        key = _key(distribution_id, after) if after else None
        # No name has a sign that comes after "~".
        page = self._table.page(
            f"distribution#{distribution_id}", limit, after=key, between=("snapshot#", "snapshot#~")
        )
        return SnapshotPage([snapshot_from_attributes(row) for row in page.rows], page.last is not None)

    def describe(self, distribution_id: str, name: str) -> Snapshot:
        """Raises SnapshotNotFound; for the latest VersionNotFound where nothing is live."""
        if name == LATEST:
            return Snapshot(distribution_id, LATEST, self.latest(distribution_id))
        return self._existing(distribution_id, name)

    def latest(self, distribution_id: str) -> int:
        """The number of the live version. Raises VersionNotFound: none is on record, or the distribution was deleted."""
        head = self._store.head(distribution_id)
        if head is None or head.live is None:
            raise VersionNotFound(f"no live version of distribution {distribution_id} is on record")
        if head.is_closed:
            raise VersionNotFound(f"distribution {distribution_id} was deleted: no version of it is live")
        return head.live

    def annotate(self, distribution_id: str, name: str, note: str, if_match: str | None = None) -> Snapshot:
        """Give a snapshot another note.

        Raises:
            SnapshotNotFound
            ChangedSinceRead: it is not the one that has the ETag `if_match`.
            AwsThrottled: others keep changing it.
        """
        before = self._matching(distribution_id, name, if_match)
        for attempt in range(1, MOST_ATTEMPTS + 1):
            after = replace(before, note=note)
            if self._table.update(_key(distribution_id, name), {"note": note}, only_if=_as_read(before)):
                return after
            found = self._existing(distribution_id, name)
            if found == after:
                # By a try whose answer was lost, or by somebody who wanted the same.
                return after
            before = _read_again(found, if_match)
            pause(attempt)
        raise _outrun(before)

    def delete(self, distribution_id: str, name: str, if_match: str | None = None) -> Snapshot:
        """Take a name away; its version stays as long as others do.

        Raises: as `annotate`.
        """
        before = self._matching(distribution_id, name, if_match)
        for attempt in range(1, MOST_ATTEMPTS + 1):
            if self._table.transact(deleted_item(_key(distribution_id, name), _as_read(before))):
                return before
            found = self._find(distribution_id, name)
            if found is None:
                return before
            before = _read_again(found, if_match)
            pause(attempt)
        raise _outrun(before)

    def _matching(self, distribution_id: str, name: str, if_match: str | None) -> Snapshot:
        found = self._existing(distribution_id, name)
        if if_match not in (None, ANY, snapshot_etag(found)):
            raise _changed(found)
        return found

    def _existing(self, distribution_id: str, name: str) -> Snapshot:
        if found := self._find(distribution_id, name):
            return found
        raise SnapshotNotFound(f"distribution {distribution_id} has no snapshot {name}")

    def _find(self, distribution_id: str, name: str) -> Snapshot | None:
        row = self._table.get(_key(distribution_id, name))
        return snapshot_from_attributes(row) if row else None

    def _written(self, snapshot: Snapshot) -> bool:
        """False where another write came in between. A version goes only with a change of the head, which is read before it."""
        head = self._store.head(snapshot.distribution_id)
        version = self._store.version(snapshot.distribution_id, snapshot.number)
        if head is None or version.content_hash is None:
            what = f"version {version.number} of distribution {version.distribution_id}"
            raise VersionNotFound(f"{what} has no content: there is nothing to go back to")
        return self._table.transact(
            new_item(_key(snapshot.distribution_id, snapshot.name), to_attribute(snapshot)["M"]),
            changed_item(head_key(head.distribution_id), {"revision": head.revision + 1}, {"revision": head.revision}),
        )


def _key(distribution_id: str, name: str) -> Attributes:
    return row_key(distribution_id, f"snapshot#{name}")


def _as_read(snapshot: Snapshot) -> dict[str, Any]:
    """What a write presumes: all that the ETag is made of."""
    return {name: getattr(snapshot, name) for name in ("number", "note", "created_at", "created_by")}


def _read_again(found: Snapshot, if_match: str | None) -> Snapshot:
    """What somebody else's write has made of it, for another try; not for those who wanted it as it was."""
    if if_match not in (None, ANY):
        raise _changed(found)
    return found


def _changed(found: Snapshot) -> ChangedSinceRead:
    return ChangedSinceRead(
        f"snapshot {found.name} of distribution {found.distribution_id} has the ETag {snapshot_etag(found)} now"
    )


def _outrun(snapshot: Snapshot) -> AwsThrottled:
    what = f"snapshot {snapshot.name} of distribution {snapshot.distribution_id}"
    return AwsThrottled(f"{what}: {MOST_ATTEMPTS} other writes came first")
