"""Every configuration that was written becomes a version: from CloudFront where it still is live, else from the event.

An event comes seconds to minutes after its call. What is live then is read whole; what has been overtaken meanwhile is known
by the event alone, in which CloudTrail hides the comment and leaves out what is too large.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypedDict

from cloudfront_extensions.aws import cloudfront
from cloudfront_extensions.aws.clock import seconds_since
from cloudfront_extensions.aws.cloudfront import Distribution
from cloudfront_extensions.aws.error_table import AlreadyGone
from cloudfront_extensions.aws.trail_config import told_config
from cloudfront_extensions.aws.version_store import Recorded, VersionStore
from cloudfront_extensions.errors import AwsUnavailable, DistributionNotFound, EventNotUnderstood, with_next_action
from cloudfront_extensions.versions.change_event import Change, FailedCall, Look, read_event
from cloudfront_extensions.versions.records import DELETED_ETAG, Head, Seen, VersionKind, Write, event_etag

BEFORE_EVENT, AFTER_EVENT = timedelta(seconds=5), timedelta(seconds=2)
"""CloudTrail tells the second in which a call was completed (contents of its records). CloudFront has written the configuration
during the call, and by a clock of its own."""
SHOWN_WITHIN = 60
"""Seconds for which CloudFront may not show a distribution that was written; to delete one takes longer."""


class CapturedVersion(TypedDict):
    number: int
    kind: str
    etag: str
    isNew: bool


class Captured(TypedDict):
    distributionId: str
    versions: list[CapturedVersion]


class PassedOver(TypedDict):
    passedOver: str
    """Why."""


def capture(event: Mapping[str, Any]) -> Captured | PassedOver:
    """Capture what an event tells of, or what is live of `{"distributionId": …}`.

    Raises:
        EventNotUnderstood, InvalidInput: by `read_event`; or nothing tells which distribution was changed.
        DistributionNotFound: a distribution that was asked for is not there.
        AwsUnavailable: CloudFront does not show the change yet.
    """
    store = VersionStore()
    match read_event(event):
        case FailedCall(event_name, error_code):
            return PassedOver(passedOver=f"{event_name} failed with {error_code}: nothing was changed")
        case Look(distribution_id):
            return _captured(distribution_id, [_looked_at(store, distribution_id)])
        case change:
            distribution_id = change.distribution_id or _changed_at(store, change.write)
            return _captured(distribution_id, _recorded(store, change, distribution_id))


def capture_live(distribution_id: str, store: VersionStore | None = None) -> Recorded | None:
    """The version of what is live now; the tombstone where the distribution is gone; None where there never was one.

    Raises:
        AwsUnavailable: CloudFront does not show what was captured a moment ago.
    """
    store = store or VersionStore()
    if live := cloudfront.distribution(distribution_id):
        return record_live(live, store)
    head = store.head(distribution_id)
    if head is None:
        return None
    _expect_gone(head, distribution_id, store.version(distribution_id, head.number).captured_at)
    return store.record(Seen(distribution_id, DELETED_ETAG, VersionKind.DELETED))


def record_live(live: Distribution, store: VersionStore, write: Write | None = None) -> Recorded:
    """The version of a distribution as it was just read. `write` is who wrote it, where that is known."""
    return store.record(_seen(live, write))


def _seen(live: Distribution, write: Write | None) -> Seen:
    return Seen(live.id, live.etag, config=live.config, tags=_tags_of(live), write=write, modified_at=live.modified_at)


def _captured(distribution_id: str, recorded: Iterable[Recorded]) -> Captured:
    versions = [
        CapturedVersion(number=version.number, kind=version.kind, etag=version.etag, isNew=is_new)
        for version, is_new in recorded
    ]
    return Captured(distributionId=distribution_id, versions=versions)


def _looked_at(store: VersionStore, distribution_id: str) -> Recorded:
    if recorded := capture_live(distribution_id, store):
        return recorded
    raise DistributionNotFound(
        with_next_action(f"there is no distribution {distribution_id} in this account", "Check the distribution's id.")
    )


def _changed_at(store: VersionStore, write: Write) -> str:
    """The one distribution that was modified, as far as is known by nobody else, when a call ended that does not tell which.

    Raises:
        EventNotUnderstood: there is none, or more than one.
    """
    written = datetime.fromisoformat(write.time)
    found = [
        one["Id"]
        for one in cloudfront.distribution_summaries()
        if written - BEFORE_EVENT <= one["LastModifiedTime"] < written + AFTER_EVENT
        and not store.is_told(one["Id"], one.get("ETag", ""))
    ]
    if len(found) == 1:
        return str(found[0])
    raise EventNotUnderstood(
        f"{write.event_name} at {write.time}: CloudTrail has left out which distribution it changed, "
        f"and {len(found)} were modified then{': ' if found else ''}{', '.join(found)}"
    )


def _recorded(store: VersionStore, change: Change, distribution_id: str) -> Iterator[Recorded]:
    if change.is_deletion:
        yield store.record(Seen(distribution_id, DELETED_ETAG, VersionKind.DELETED, write=change.write))
        return
    live = cloudfront.distribution(distribution_id)
    if live is None:
        _expect_gone(store.head(distribution_id), distribution_id, change.write.time)
    is_live = live is not None and _is_live(store, change, live)
    if not is_live:
        yield store.record(_told(change, distribution_id))
    if live:
        seen = _seen(live, change.write if is_live else None)
        yield store.record(replace(seen, is_matched=is_live and change.etag is None))


def _expect_gone(head: Head | None, distribution_id: str, known_since: str) -> None:
    """Pass where CloudFront does not show a distribution because it was deleted.

    Raises:
        AwsUnavailable: it may have been written too lately to be shown.
    """
    if not (head and head.is_closed) and seconds_since(known_since) < SHOWN_WITHIN:
        raise AwsUnavailable(f"CloudFront does not show {distribution_id}, which was written less than a minute ago")


def _is_live(store: VersionStore, change: Change, live: Distribution) -> bool:
    """Whether what an event tells of is what is live.

    Raises:
        AwsUnavailable: what is live is older than that.
    """
    if change.etag is None and (number := store.number_of(live.id, event_etag(change.write.event_id))):
        return store.version(live.id, number).etag == live.etag
    written, modified = datetime.fromisoformat(change.write.time), datetime.fromisoformat(live.modified_at)
    if live.etag != change.etag and modified < written - BEFORE_EVENT:
        raise AwsUnavailable(f"CloudFront does not show yet what {change.write.event_name} made of {live.id}")
    if change.etag is None:
        return modified < written + AFTER_EVENT and not store.is_told(live.id, live.etag)
    return live.etag == change.etag


def _told(change: Change, distribution_id: str) -> Seen:
    """What the event alone tells."""
    etag = change.etag or event_etag(change.write.event_id)
    told = told_config(change.config) if change.config else None
    if told is None:
        return Seen(distribution_id, etag, VersionKind.UNKNOWN, write=change.write)
    kind = VersionKind.PARTIAL if told.hidden else VersionKind.CONFIG
    return Seen(distribution_id, etag, kind, told.config, write=change.write, hidden=told.hidden)


def _tags_of(live: Distribution) -> dict[str, str] | None:
    try:
        return cloudfront.tags_of(live.arn)
    except AlreadyGone:
        return None
