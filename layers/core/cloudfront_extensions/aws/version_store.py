"""The versions of all distributions: who, when and what in DynamoDB, the configurations themselves in S3.

| partition key       | sort key           | holds                                                            |
|---------------------|--------------------|------------------------------------------------------------------|
| `distributions`     | `<id>`             | the head: last number, live version                              |
| `distribution#<id>` | `version#<number>` | a version                                                        |
| `distribution#<id>` | `etag#<ETag>`      | the number of the version that has this ETag, or this write      |
| `distribution#<id>` | `content#<hash>`   | the key of the object that has this content                      |
| `distribution#<id>` | `rollback#<ETag>`  | the rollback that wrote what has no version yet                  |
| `distribution#<id>` | `snapshot#<name>`  | see `snapshots`                                                  |
| `unwritten`         | `<object key>`     | a content that is not in S3 yet                                  |

A version is numbered in one transaction with the head, which must be as it was read: of many captures at once, one wins each
number, and the others read again. The transaction has the content with it, so that a capture which dies before the object is
written loses nothing: readers find it under `unwritten`, and whoever comes by next writes the object. (ADR 11)
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from cloudfront_extensions.aws.attributes import head_from_attributes, to_attribute, version_from_attributes
from cloudfront_extensions.aws.clock import now
from cloudfront_extensions.aws.objects import get_json, put_text
from cloudfront_extensions.aws.retries import pause
from cloudfront_extensions.aws.table import (
    Attributes,
    Table,
    absent_item,
    changed_item,
    deleted_item,
    new_item,
    unchanged_item,
)
from cloudfront_extensions.aws.version_keys import HEADS, UNWRITTEN, head_key, row_key, unwritten_key, version_key
from cloudfront_extensions.distributions.config import DistributionConfig
from cloudfront_extensions.errors import AwsThrottled, VersionNotFound
from cloudfront_extensions.versions.content import content_hash
from cloudfront_extensions.versions.records import Head, Seen, Version, VersionKind, event_etag

MOST_TRIES = 40
"""So often a capture is tried that meets others of the same distribution; one of them gets on with each try."""
LONGEST_PAUSE = 3
"""A try takes some 50 ms: the pauses between them, which double, need not be longer than the third one (0.8 s)."""


class Recorded(NamedTuple):
    version: Version
    is_new: bool


class VersionPage(NamedTuple):
    versions: list[Version]
    has_more: bool


class _Known(NamedTuple):
    """What the table knows of a configuration before it is recorded."""

    head: Head | None
    number: int | None
    """Of the version that has its ETag."""
    object_key: str | None
    """Of its content."""
    rollback: str | None
    """Token of the rollback that wrote it."""


class VersionStore:
    """`table` and `bucket` come from the environment of the function, which knows them from the template."""

    def __init__(self, table: Table | None = None, bucket: str | None = None) -> None:
        self._table = table or Table(os.environ["VERSIONS_TABLE"])
        self._bucket = bucket or os.environ["CONFIGURATION_BUCKET"]

    def record(self, seen: Seen) -> Recorded:
        """The version of what was seen: a new one, or the one that has its ETag already, with this write noted on it.

        Raises:
            AwsThrottled: too many others write versions of this distribution at the same time.
        """
        digest = content_hash(seen.config) if seen.config is not None else None
        for attempt in range(1, MOST_TRIES + 1):
            known = self._known(seen, digest)
            recorded = self._add(seen, digest, known) if known.number is None else self._note(seen, digest, known)
            if recorded:
                return recorded
            pause(min(attempt, LONGEST_PAUSE))
        raise AwsThrottled(f"distribution {seen.distribution_id}: {MOST_TRIES} other captures came first")

    def finish(self) -> int:
        """Write the objects that captures which died have left unwritten; how many there were."""
        rows = list(self._table.query(UNWRITTEN))
        for row in rows:
            self._write(row["sk"]["S"], row)
        return len(rows)

    def head(self, distribution_id: str) -> Head | None:
        attributes = self._table.get(head_key(distribution_id))
        return head_from_attributes(attributes) if attributes else None

    def heads(self) -> Iterator[Head]:
        """Those of all distributions that ever had a version, in the order of their ids."""
        return (head_from_attributes(attributes) for attributes in self._table.query(HEADS))

    def heads_of(self, distribution_ids: Iterable[str]) -> dict[str, Head]:
        """Those of distributions that have any, by their ids."""
        found = map(head_from_attributes, self._table.get_many(map(head_key, distribution_ids)))
        return {head.distribution_id: head for head in found}

    def number_of(self, distribution_id: str, etag: str) -> int | None:
        """The number of the version with this ETag."""
        found = self._table.get(row_key(distribution_id, f"etag#{etag}"))
        return int(found["number"]["N"]) if found else None

    def is_told(self, distribution_id: str, etag: str) -> bool:
        """Whether an event is known that names this ETag, rather than one that was taken for its write by the time."""
        number = self.number_of(distribution_id, etag)
        writes = self.version(distribution_id, number).writes if number else ()
        return any(self.number_of(distribution_id, event_etag(write.event_id)) is None for write in writes)

    def version(self, distribution_id: str, number: int) -> Version:
        """Raises VersionNotFound."""
        attributes = self._table.get(version_key(distribution_id, number))
        if attributes is None:
            raise VersionNotFound(f"distribution {distribution_id} has no version {number}")
        return version_from_attributes(attributes)

    def versions(self, distribution_id: str) -> Iterator[Version]:
        """All of a distribution in the order of their numbers."""
        rows = self._table.query(f"distribution#{distribution_id}", "version#")
        return (version_from_attributes(attributes) for attributes in rows)

    def newest(self, distribution_id: str, limit: int, below: int | None = None) -> VersionPage:
        """At most so many of a distribution, the newest first, from below a number."""
        last = "version#:" if below is None else f"version#{below - 1:08d}"
        page = self._table.page(f"distribution#{distribution_id}", limit, between=("version#", last), descending=True)
        return VersionPage([version_from_attributes(row) for row in page.rows], page.last is not None)

    def content(self, distribution_id: str, number: int) -> DistributionConfig:
        """The configuration of a version. Raises VersionNotFound, also for one without content."""
        return self.content_of(self.version(distribution_id, number))

    def content_of(self, version: Version) -> DistributionConfig:
        """The same of a version that was read already."""
        if version.object_key is None:
            raise VersionNotFound(
                f"version {version.number} of distribution {version.distribution_id} is {version.kind} and has no content"
            )
        unwritten = self._table.get(unwritten_key(version.object_key))
        config: DistributionConfig = (
            json.loads(_text_of(unwritten))
            if unwritten
            else get_json(self._bucket, version.object_key, not_found=VersionNotFound)
        )
        return config

    def pin(self, distribution_id: str, number: int, *, pinned: bool) -> Version:
        """Keep a version whatever the retention says, or no longer. Raises VersionNotFound."""
        self._table.update(version_key(distribution_id, number), {"pinned": pinned})
        return self.version(distribution_id, number)

    def note_rollback(self, distribution_id: str, etag: str, token: str) -> None:
        """Note which rollback wrote a configuration: on its version, or for when it becomes one."""
        key = row_key(distribution_id, f"rollback#{etag}")
        self._table.put(key, to_attribute({"token": token})["M"])
        if number := self.number_of(distribution_id, etag):
            self._table.update(version_key(distribution_id, number), {"rollback": token})
            self._table.delete(key)

    def _known(self, seen: Seen, digest: str | None) -> _Known:
        """All in one call."""
        keys = {
            "head": head_key(seen.distribution_id),
            "etag": row_key(seen.distribution_id, f"etag#{seen.etag}"),
            "rollback": row_key(seen.distribution_id, f"rollback#{seen.etag}"),
            **({"content": row_key(seen.distribution_id, f"content#{digest}")} if digest else {}),
        }
        found = {row["sk"]["S"]: row for row in self._table.get_many(keys.values())}
        rows = {name: found.get(key["sk"]["S"]) for name, key in keys.items()}
        head, etag, content, rollback = rows["head"], rows["etag"], rows.get("content"), rows["rollback"]
        return _Known(
            head=head_from_attributes(head) if head else None,
            number=int(etag["number"]["N"]) if etag else None,
            object_key=content["object_key"]["S"] if content else None,
            rollback=rollback["token"]["S"] if rollback else None,
        )

    def _add(self, seen: Seen, digest: str | None, known: _Known) -> Recorded | None:
        """A new version; None where another capture was faster."""
        number = known.head.number + 1 if known.head else 1
        version = _new_version(seen, number, digest, known)
        stored = _Stored.of(version, seen, known)
        rollback = _rollback_key(seen)
        if not self._table.transact(
            _head_write(known.head, _next_head(known.head, seen, number)),
            new_item(version_key(seen.distribution_id, number), to_attribute(version)["M"]),
            _number_row(seen, seen.etag, number),
            *([_number_row(seen, event_etag(seen.write.event_id), number)] if seen.write and seen.is_matched else ()),
            # Who rolled back may tell so at this moment.
            deleted_item(rollback, {"token": known.rollback}) if known.rollback else absent_item(rollback),
            *stored.rows,
        ):
            return None
        self._finish(version, stored.unwritten)
        return Recorded(version, is_new=True)

    def _note(self, seen: Seen, digest: str | None, known: _Known) -> Recorded | None:
        """The version that has the ETag already; None where another capture changed it, or its head, meanwhile."""
        number = known.number or 0
        before = self.version(seen.distribution_id, number)
        after, stored, rows = before, _Stored(), []
        if seen.write and seen.write.event_id not in {write.event_id for write in before.writes}:
            after = replace(after, writes=(*before.writes, seen.write))
            if seen.is_matched:
                rows.append(_number_row(seen, event_etag(seen.write.event_id), number))
        if known.rollback:
            after = replace(after, rollback=known.rollback)
            rows.append(deleted_item(_rollback_key(seen), {"token": known.rollback}))
        becomes_whole = seen.is_live and before.kind in (VersionKind.PARTIAL, VersionKind.UNKNOWN)
        if becomes_whole:
            after = _whole(after, seen, digest, known)
            stored = _Stored.of(after, seen, known)
        changes = {name: value for name, value in _said(after).items() if value != _said(before)[name]}
        if changes:
            presumed = {"writes": before.writes, "kind": before.kind}
            rows.append(changed_item(version_key(seen.distribution_id, number), changes, presumed))
        # Retention, too, must see by the head that a version has another content now.
        if known.head and (becomes_whole or _tells_news(known.head, seen, number)):
            told = replace(_next_head(known.head, seen, number), number=known.head.number)
            rows.append(_head_write(known.head, told))
        if rows and not self._table.transact(*rows, *stored.rows):
            return None
        self._finish(after, stored.unwritten)
        return Recorded(after, is_new=False)

    def _finish(self, version: Version, unwritten: Attributes | None = None) -> None:
        """Write the version's object, unless that is done; whoever had the same content before may have died."""
        if version.object_key is None:
            return
        unwritten = unwritten or self._table.get(unwritten_key(version.object_key))
        if unwritten:
            self._write(version.object_key, unwritten)

    def _write(self, object_key: str, unwritten: Attributes) -> None:
        """First the object, then no intent of it."""
        put_text(self._bucket, object_key, _text_of(unwritten), "application/json")
        self._table.delete(unwritten_key(object_key))


class _Stored(NamedTuple):
    """What a transaction has to write, or to presume, so that the content of a version is there."""

    rows: tuple[Attributes, ...] = ()
    unwritten: Attributes | None = None
    """The content, where it is new."""

    @classmethod
    def of(cls, version: Version, seen: Seen, known: _Known) -> _Stored:
        if version.object_key is None:
            return cls()
        content = row_key(version.distribution_id, f"content#{version.content_hash}")
        if known.object_key:
            # Retention may have forgotten it meanwhile.
            return cls((unchanged_item(content, {"object_key": known.object_key}),))
        unwritten = _unwritten(seen.config)
        named = new_item(content, to_attribute({"object_key": version.object_key})["M"])
        return cls((named, new_item(unwritten_key(version.object_key), unwritten)), unwritten)


def _new_version(seen: Seen, number: int, digest: str | None, known: _Known) -> Version:
    return Version(
        distribution_id=seen.distribution_id,
        number=number,
        kind=seen.kind,
        etag=seen.etag,
        captured_at=now(),
        content_hash=digest,
        object_key=_object_key(seen, number, digest, known),
        tags=seen.tags,
        writes=(seen.write,) if seen.write else (),
        modified_at=seen.modified_at,
        hidden=seen.hidden,
        rollback=known.rollback,
    )


def _whole(version: Version, seen: Seen, digest: str | None, known: _Known) -> Version:
    """A version that was known by its event alone, now that it was read from CloudFront."""
    return replace(
        version,
        kind=seen.kind,
        content_hash=digest,
        object_key=_object_key(seen, version.number, digest, known),
        tags=seen.tags,
        modified_at=seen.modified_at,
        hidden=seen.hidden,
    )


def _said(version: Version) -> dict[str, Any]:
    """What may be noted on a version after it was numbered."""
    names = ("kind", "content_hash", "object_key", "tags", "writes", "modified_at", "hidden", "rollback")
    return {name: getattr(version, name) for name in names}


def _object_key(seen: Seen, number: int, digest: str | None, known: _Known) -> str | None:
    own_key = f"distributions/{seen.distribution_id}/v{number:08d}-{digest[:16]}.json" if digest else None
    return known.object_key or own_key


def _number_row(seen: Seen, etag: str, number: int) -> Attributes:
    return new_item(row_key(seen.distribution_id, f"etag#{etag}"), {"number": {"N": str(number)}})


def _rollback_key(seen: Seen) -> Attributes:
    return row_key(seen.distribution_id, f"rollback#{seen.etag}")


def _head_write(before: Head | None, head: Head) -> Attributes:
    key = head_key(head.distribution_id)
    if before is None:
        return new_item(key, to_attribute(head)["M"])
    changes = {
        "number": head.number,
        "revision": head.revision,
        "live": head.live,
        "live_etag": head.live_etag,
        "modified_at": head.modified_at,
    }
    return changed_item(key, changes, {"revision": before.revision})


def _next_head(head: Head | None, seen: Seen, number: int) -> Head:
    """The head after a version of this number was seen, live or not."""
    head = head or Head(seen.distribution_id, 0, revision=0)
    after = replace(head, number=number, revision=head.revision + 1)
    if not _tells_news(head, seen, number):
        return after
    closed_at = now() if seen.kind is VersionKind.DELETED else None
    return replace(after, live=number, live_etag=seen.etag, modified_at=closed_at or seen.modified_at)


def _tells_news(head: Head, seen: Seen, number: int) -> bool:
    """Whether what was seen tells what is live, and that is not known yet.

    A tombstone is the end, unless something was written after it: then nobody had deleted the distribution.
    """
    if number == head.live:
        return False
    if seen.kind is VersionKind.DELETED:
        return True
    return seen.modified_at is not None and (head.modified_at or "") <= seen.modified_at


def _unwritten(config: Mapping[str, Any] | None) -> Attributes:
    text = json.dumps(config, ensure_ascii=False, separators=(",", ":"))
    return {"content": {"B": gzip.compress(text.encode(), mtime=0)}}


def _text_of(unwritten: Attributes) -> str:
    return gzip.decompress(bytes(unwritten["content"]["B"])).decode()
