"""Snapshots: names that people give versions, and pins, which keep versions whatever the retention says.

A snapshot is the row `snapshot#<name>` of its distribution, made in one transaction which presumes that its name is free and
counts up the head's revision. The retention does the same with what it takes: of the two, one is told to look again.
"""

from __future__ import annotations

import os

from cloudfront_extensions.aws.attributes import snapshot_from_attributes, to_attribute
from cloudfront_extensions.aws.clock import now
from cloudfront_extensions.aws.retries import MOST_ATTEMPTS, pause
from cloudfront_extensions.aws.table import Table, changed_item, new_item
from cloudfront_extensions.aws.version_keys import head_key, row_key
from cloudfront_extensions.aws.version_store import VersionStore
from cloudfront_extensions.errors import AwsThrottled, SnapshotExists, SnapshotNotFound, VersionNotFound
from cloudfront_extensions.versions.records import Snapshot
from cloudfront_extensions.versions.snapshots import LATEST


class Snapshots:
    def __init__(self, table: Table | None = None, store: VersionStore | None = None) -> None:
        self._table = table or Table(os.environ["VERSIONS_TABLE"])
        self._store = store or VersionStore(self._table)

    def create(self, distribution_id: str, name: str, number: int, note: str = "", created_by: str = "") -> Snapshot:
        """Name a version.

        Raises:
            SnapshotExists: the distribution has one of that name.
            VersionNotFound: it has no such version, or that has no content to go back to.
            AwsThrottled: others keep changing what is known of this distribution.
        """
        snapshot = Snapshot(distribution_id, name, number, note, created_at=now(), created_by=created_by)
        for attempt in range(1, MOST_ATTEMPTS + 1):
            if found := self._find(distribution_id, name):
                raise SnapshotExists(
                    f"distribution {distribution_id} has a snapshot {name} already: it names version {found.number}"
                )
            if self._written(snapshot):
                return snapshot
            pause(attempt)
        raise AwsThrottled(
            f"snapshot {name} of distribution {distribution_id}: {MOST_ATTEMPTS} other writes came first"
        )

    def list(self, distribution_id: str) -> list[Snapshot]:
        """Those of a distribution in the order of their names; the latest is not among them."""
        return [
            snapshot_from_attributes(row) for row in self._table.query(f"distribution#{distribution_id}", "snapshot#")
        ]

    def describe(self, distribution_id: str, name: str) -> Snapshot:
        """Raises SnapshotNotFound; for the latest VersionNotFound where nothing is live."""
        if name == LATEST:
            return Snapshot(distribution_id, LATEST, self.latest(distribution_id))
        if found := self._find(distribution_id, name):
            return found
        raise SnapshotNotFound(f"distribution {distribution_id} has no snapshot {name}")

    def latest(self, distribution_id: str) -> int:
        """The number of the live version. Raises VersionNotFound: none is on record, or the distribution was deleted."""
        head = self._store.head(distribution_id)
        if head is None or head.live is None:
            raise VersionNotFound(f"no live version of distribution {distribution_id} is on record")
        if head.is_closed:
            raise VersionNotFound(f"distribution {distribution_id} was deleted: no version of it is live")
        return head.live

    def annotate(self, distribution_id: str, name: str, note: str) -> Snapshot:
        """Give a snapshot another note. Raises SnapshotNotFound."""
        self._table.update(row_key(distribution_id, f"snapshot#{name}"), {"note": note})
        return self.describe(distribution_id, name)

    def delete(self, distribution_id: str, name: str) -> Snapshot:
        """Take a name away; its version stays as long as others do. Raises SnapshotNotFound."""
        found = self.describe(distribution_id, name)
        self._table.delete(row_key(distribution_id, f"snapshot#{name}"), ("created_at", found.created_at))
        return found

    def _find(self, distribution_id: str, name: str) -> Snapshot | None:
        row = self._table.get(row_key(distribution_id, f"snapshot#{name}"))
        return snapshot_from_attributes(row) if row else None

    def _written(self, snapshot: Snapshot) -> bool:
        """False where another write came in between. A version goes only with a change of the head, which is read before it."""
        head = self._store.head(snapshot.distribution_id)
        version = self._store.version(snapshot.distribution_id, snapshot.number)
        if head is None or version.content_hash is None:
            what = f"version {version.number} of distribution {version.distribution_id}"
            raise VersionNotFound(f"{what} has no content: there is nothing to go back to")
        return self._table.transact(
            new_item(row_key(snapshot.distribution_id, f"snapshot#{snapshot.name}"), to_attribute(snapshot)["M"]),
            changed_item(head_key(head.distribution_id), {"revision": head.revision + 1}, {"revision": head.revision}),
        )
