"""/distributions/{distributionId}/snapshots: versions with a name."""

from __future__ import annotations

from cloudfront_extensions.operations import snapshots
from rest.answers import Answer, bare, document, nothing
from rest.callers import caller_of
from rest.parameters import Cursor, DistributionId, IfMatch, Limit, SnapshotName
from rest.requests import NewSnapshot, SnapshotNote
from rest.routing import new_router, route

router = new_router()


@route(router, "listSnapshots")
def list_snapshots(distribution_id: DistributionId, limit: Limit = 50, cursor: Cursor = None) -> Answer:
    """The snapshots of a distribution."""
    return document(snapshots.list_snapshots(distribution_id, limit=limit, cursor=cursor))


@route(router, "getSnapshot")
def get_snapshot(distribution_id: DistributionId, name: SnapshotName) -> Answer:
    """One snapshot; `latest` is the live version."""
    snapshot = snapshots.get_snapshot(distribution_id, name)
    return document(snapshot, tag=snapshot["etag"])


@route(router, "createSnapshot", 201)
def create_snapshot(distribution_id: DistributionId, body: NewSnapshot) -> Answer:
    """Give a version a name."""
    created = snapshots.create_snapshot(
        distribution_id,
        name=body.name,
        version=body.version,
        note=body.note,
        caller=caller_of(router.current_event.raw_event),
    )
    return document(created, location=f"snapshots/{body.name}", tag=created["etag"])


@route(router, "annotateSnapshot")
def annotate_snapshot(
    distribution_id: DistributionId, name: SnapshotName, body: SnapshotNote, if_match: IfMatch = None
) -> Answer:
    """Write another note to a snapshot."""
    annotated = snapshots.annotate_snapshot(
        distribution_id,
        name,
        note=body.note,
        if_match=bare(if_match),
        caller=caller_of(router.current_event.raw_event),
    )
    return document(annotated, tag=annotated["etag"])


@route(router, "deleteSnapshot", 204)
def delete_snapshot(distribution_id: DistributionId, name: SnapshotName, if_match: IfMatch = None) -> Answer:
    """Take a name away from a version, which stays."""
    snapshots.delete_snapshot(
        distribution_id, name, if_match=bare(if_match), caller=caller_of(router.current_event.raw_event)
    )
    return nothing()
