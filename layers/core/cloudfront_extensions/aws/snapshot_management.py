"""What people ask of snapshots and pins, done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from cloudfront_extensions.aws.config_capture import capture_live
from cloudfront_extensions.aws.snapshots import Snapshots
from cloudfront_extensions.aws.version_store import VersionStore
from cloudfront_extensions.versions.records import Snapshot
from cloudfront_extensions.versions.snapshots import (
    Action,
    SnapshotJson,
    SnapshotRequest,
    parse_request,
    snapshot_json,
)


class SnapshotList(TypedDict):
    distributionId: str
    snapshots: list[SnapshotJson]


class PinJson(TypedDict):
    distributionId: str
    version: int
    pinned: bool


def manage(document: Mapping[str, Any]) -> SnapshotJson | SnapshotList | PinJson:
    """The snapshot that the action is about, as it is now (or was, where it is deleted); or all; or a version's pin.

    Raises:
        InvalidInput: the request does not say what is wanted.
        SnapshotExists, SnapshotNotFound, VersionNotFound
    """
    request = parse_request(document)
    distribution_id, snapshots = request.distribution_id, Snapshots()
    match request.action:
        case Action.CREATE:
            return snapshot_json(_create(request, snapshots))
        case Action.LIST:
            found = [snapshot_json(each) for each in snapshots.list(distribution_id)]
            return {"distributionId": distribution_id, "snapshots": found}
        case Action.DESCRIBE:
            return snapshot_json(snapshots.describe(distribution_id, request.name))
        case Action.ANNOTATE:
            return snapshot_json(snapshots.annotate(distribution_id, request.name, request.note))
        case Action.DELETE:
            return snapshot_json(snapshots.delete(distribution_id, request.name))
        case Action.PIN | Action.UNPIN:
            pinned = request.action is Action.PIN
            version = VersionStore().pin(distribution_id, request.number or 0, pinned=pinned)
            return {"distributionId": distribution_id, "version": version.number, "pinned": version.pinned}


def _create(request: SnapshotRequest, snapshots: Snapshots) -> Snapshot:
    """What is live is captured first, so that a snapshot of it never lags behind."""
    if request.number is None:
        capture_live(request.distribution_id)
    number = request.number or snapshots.latest(request.distribution_id)
    return snapshots.create(request.distribution_id, request.name, number, request.note, request.requested_by)
