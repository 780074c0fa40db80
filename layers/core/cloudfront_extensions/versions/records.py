"""What is remembered of the configurations of a distribution.

CloudFront gives every configuration that is written an ETag of its own. Each ETag that is seen becomes a version with a number;
versions count from 1 for each distribution, have no gaps, and what they say never changes, but that one which was known by its
event alone becomes whole when it is read from CloudFront after all. Two versions may have the same content, which is stored
once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

DELETED_ETAG = "-"
"""Stands for the ETag of a tombstone; no ETag is this."""
UNTOLD_ETAG = "event:"
"""Before the id of the event it stands for an ETag that the event does not tell; no ETag begins like this."""


def event_etag(event_id: str) -> str:
    """What an event is known by that does not tell the ETag of what was written."""
    return f"{UNTOLD_ETAG}{event_id}"


class VersionKind(StrEnum):
    CONFIG = "CONFIG"
    """Read from CloudFront, whole."""
    PARTIAL = "PARTIAL"
    """It was overtaken before anybody could read it: this is what the event tells, without the members that are hidden."""
    UNKNOWN = "UNKNOWN"
    """It was overtaken before anybody could read it, and the event does not tell what it was."""
    DELETED = "DELETED"
    """The distribution was deleted: the tombstone that closes its history."""


@dataclass(frozen=True, slots=True)
class Write:
    """Who wrote a configuration, when and how, as CloudTrail tells it."""

    event_id: str
    event_name: str
    """The operation, such as UpdateDistribution."""
    time: str
    """RFC 3339 in UTC, to the second."""
    principal: str
    """ARN, or what else CloudTrail knows of the caller."""
    source_ip: str | None = None
    user_agent: str | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    distribution_id: str
    number: int
    kind: VersionKind
    etag: str
    captured_at: str
    content_hash: str | None = None
    """SHA-256 of the canonical configuration, hexadecimal; None where there is no content."""
    object_key: str | None = None
    """Of the content in the bucket of configurations."""
    tags: Mapping[str, str] | None = None
    """The distribution's tags when it was captured; None where there were none to ask for."""
    writes: tuple[Write, ...] = ()
    """Empty where the configuration was found live and no event has told of it (yet)."""
    modified_at: str | None = None
    """CloudFront's LastModifiedTime; None where the version was not seen live."""
    hidden: tuple[str, ...] = ()
    """Of a PARTIAL version the members that the content lacks, such as `Comment`."""
    rollback: str | None = None
    """Request token of the rollback that wrote it: under it are the plan and the execution."""
    pinned: bool = False
    """Whether a person wants it kept, whatever the retention says."""


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a distribution as a whole."""

    distribution_id: str
    number: int
    """Of the version that was numbered last: events may come out of order, so that it need not be the live one."""
    revision: int = 1
    """Counts up with each change of the head, which presumes the one before."""
    live: int | None = None
    """Number of the version that was live, or the tombstone, when CloudFront was asked last; None: only events are known."""
    live_etag: str | None = None
    modified_at: str | None = None
    """When the live version was written (CloudFront's LastModifiedTime), or the history was closed: an answer of CloudFront
    from before that tells nothing new."""

    @property
    def is_closed(self) -> bool:
        """Whether the distribution was deleted, as far as anybody knows; its id is never used again."""
        return self.live_etag == DELETED_ETAG


@dataclass(frozen=True, slots=True)
class Seen:
    """A configuration that was seen, live or in an event, and is to become a version unless it is one."""

    distribution_id: str
    etag: str
    kind: VersionKind = VersionKind.CONFIG
    config: Mapping[str, object] | None = None
    tags: Mapping[str, str] | None = None
    write: Write | None = None
    hidden: tuple[str, ...] = ()
    modified_at: str | None = None
    """CloudFront's LastModifiedTime where it was seen live; None where an event alone tells of it."""
    is_matched: bool = False
    """Whether the write's event does not tell its ETag, so that it was taken for this one's by its time."""

    @property
    def is_live(self) -> bool:
        return self.modified_at is not None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A name that somebody gave a version."""

    distribution_id: str
    name: str
    number: int
    note: str = ""
    created_at: str = ""
    created_by: str = ""
