"""Snapshots: the names that people give versions of a distribution.

A snapshot's ETag is a hash of all that is told of it. A change that names one (If-Match) is made by a write that presumes the
snapshot to be as it was when that ETag was its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cloudfront_extensions.aws.snapshots import Snapshots
from cloudfront_extensions.errors import InvalidCursor
from cloudfront_extensions.fields import distribution_id as checked_id
from cloudfront_extensions.operations.access import audit
from cloudfront_extensions.operations.callers import Caller
from cloudfront_extensions.operations.cursors import cursor_after, position_of
from cloudfront_extensions.operations.pages import DEFAULT_LIMIT, Page, checked_limit
from cloudfront_extensions.operations.pasted_keys import refuse_keys
from cloudfront_extensions.versions.records import Snapshot
from cloudfront_extensions.versions.snapshots import (
    Action,
    SnapshotJson,
    SnapshotRequest,
    is_name,
    parse_request,
    snapshot_etag,
    snapshot_json,
)


class SnapshotAnswer(SnapshotJson):
    """`createdAt` and `createdBy` are empty for `latest`, which nobody made."""

    etag: str
    """Bare: between quotation marks it is HTTP's."""


def list_snapshots(
    distribution_id: str, *, limit: int = DEFAULT_LIMIT, cursor: str | None = None
) -> Page[SnapshotAnswer]:
    """Those of a distribution in the order of their names, without `latest`: one call for a page.

    Raises:
        InvalidInput, InvalidCursor
    """
    checked_id(distribution_id, "distributionId")
    of_list = ("snapshots", distribution_id)
    name = position_of(cursor, *of_list)
    if name is not None and not is_name(name):
        raise InvalidCursor("cursor: it does not name a snapshot")
    found = Snapshots().page(distribution_id, checked_limit(limit), after=name)
    return {
        "items": [_answer(each) for each in found.snapshots],
        "nextCursor": cursor_after(found.snapshots[-1].name, *of_list) if found.has_more else None,
    }


def get_snapshot(distribution_id: str, name: str) -> SnapshotAnswer:
    """A snapshot; `latest` stands for the live version, as it is on record.

    Raises:
        InvalidInput
        SnapshotNotFound; for `latest` VersionNotFound
    """
    request = _request(Action.DESCRIBE, distribution_id, name=name)
    return _answer(Snapshots().describe(request.distribution_id, request.name))


def create_snapshot(
    distribution_id: str, *, name: str, version: int | None = None, note: str = "", caller: Caller
) -> SnapshotAnswer:
    """Name a version; without a number the live one, which is captured first so that the name never lags behind.

    Raises:
        InvalidInput
        SnapshotExists
        VersionNotFound: there is no such version, or it has no content; or no distribution, and so nothing that is live.
    """
    numbered = {} if version is None else {"version": version}
    request = _request(Action.CREATE, distribution_id, name=name, note=note, **numbered)
    _audit("createSnapshot", caller, request)
    created = Snapshots().create(request.distribution_id, request.name, request.number, request.note, caller.name)
    return _answer(created)


def annotate_snapshot(
    distribution_id: str, name: str, *, note: str, if_match: str | None = None, caller: Caller
) -> SnapshotAnswer:
    """Give a snapshot another note.

    Raises:
        InvalidInput
        SnapshotNotFound
        ChangedSinceRead: `if_match` is given, and is not its ETag (nor `*`).
    """
    request = _request(Action.ANNOTATE, distribution_id, name=name, note=note)
    _audit("annotateSnapshot", caller, request)
    return _answer(Snapshots().annotate(request.distribution_id, request.name, request.note, if_match))


def delete_snapshot(distribution_id: str, name: str, *, if_match: str | None = None, caller: Caller) -> SnapshotAnswer:
    """Take a name away; what it was. Its version stays as long as others do.

    Raises:
        InvalidInput
        SnapshotNotFound
        ChangedSinceRead: `if_match` is given, and is not its ETag (nor `*`).
    """
    request = _request(Action.DELETE, distribution_id, name=name)
    _audit("deleteSnapshot", caller, request)
    return _answer(Snapshots().delete(request.distribution_id, request.name, if_match))


def _request(action: Action, distribution_id: str, **fields: Any) -> SnapshotRequest:
    """Checked as what the function ManageSnapshots is given."""
    refuse_keys(fields)
    document: Mapping[str, Any] = {"action": action, "distributionId": distribution_id, **fields}
    return parse_request(document)


def _audit(operation: str, caller: Caller, request: SnapshotRequest) -> None:
    audit(operation, caller, f"snapshot {request.name} of distribution {request.distribution_id}")


def _answer(snapshot: Snapshot) -> SnapshotAnswer:
    return {**snapshot_json(snapshot), "etag": snapshot_etag(snapshot)}
