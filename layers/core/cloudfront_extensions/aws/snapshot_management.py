"""What people ask of snapshots and pins in a document, done: the function ManageSnapshots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from cloudfront_extensions.aws.snapshots import Snapshots
from cloudfront_extensions.aws.version_store import VersionStore
from cloudfront_extensions.versions.snapshots import (
    Action,
    PinJson,
    SnapshotJson,
    parse_request,
    pin_json,
    snapshot_json,
)


class SnapshotList(TypedDict):
    distributionId: str
    snapshots: list[SnapshotJson]


def manage(document: Mapping[str, Any]) -> SnapshotJson | SnapshotList | PinJson:
    """The snapshot that the action is about, as it is now (or was, where it is deleted); or all; or a version's pin.

    Raises:
        InvalidInput: the request does not say what is wanted.
        SnapshotExists, SnapshotNotFound, VersionNotFound
    """
    request = parse_request(document)
    distribution_id, name, snapshots = request.distribution_id, request.name, Snapshots()
    match request.action:
        case Action.CREATE:
            return snapshot_json(
                snapshots.create(distribution_id, name, request.number, request.note, request.requested_by)
            )
        case Action.LIST:
            found = [snapshot_json(each) for each in snapshots.list(distribution_id)]
            return {"distributionId": distribution_id, "snapshots": found}
        case Action.DESCRIBE:
            return snapshot_json(snapshots.describe(distribution_id, name))
        case Action.ANNOTATE:
            return snapshot_json(snapshots.annotate(distribution_id, name, request.note))
        case Action.DELETE:
            return snapshot_json(snapshots.delete(distribution_id, name))
        case Action.PIN | Action.UNPIN:
            pinned = request.action is Action.PIN
            return pin_json(VersionStore().pin(distribution_id, request.number or 0, pinned=pinned))
