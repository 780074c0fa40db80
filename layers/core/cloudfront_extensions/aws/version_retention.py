"""Versions that have outlived their days go, with the contents that no other version has.

One transaction takes the rows of some versions, what leads to them, and the contents that no version has then, and counts up
the head's revision, which must be as it was before everything was read: a capture or a snapshot in between makes it read
again, and a capture that has read a content which goes here numbers its version anew. The same transaction notes which objects
are needed no more, as `unneeded#<key>`; each is deleted after it, and the note then. Whoever dies in between leaves notes,
which the next one follows: no version ever names an object that is gone, and no object stays that nothing names.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from cloudfront_extensions.aws.attributes import version_from_attributes
from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.aws.retries import MOST_ATTEMPTS, pause
from cloudfront_extensions.aws.table import Attributes, Table, changed_item, deleted_item, new_item
from cloudfront_extensions.aws.version_keys import head_key, row_key, version_key
from cloudfront_extensions.aws.version_store import VersionStore
from cloudfront_extensions.errors import AwsThrottled
from cloudfront_extensions.versions.records import Head, Version
from cloudfront_extensions.versions.retention import freed, outlived

ROWS_AT_ONCE = 100
"""DynamoDB takes so many in one transaction (TransactWriteItems)."""


class VersionRetention:
    def __init__(self, table: Table | None = None, bucket: str | None = None) -> None:
        self._table = table or Table(os.environ["VERSIONS_TABLE"])
        self._bucket = bucket or os.environ["CONFIGURATION_BUCKET"]
        self._store = VersionStore(self._table, self._bucket)

    def prune(self, distribution_id: str, before: str) -> int:
        """Let go the versions of a distribution that were replaced before a moment; how many went.

        Raises:
            AwsThrottled: others keep changing what is known of this distribution.
        """
        went = conflicts = 0
        while conflicts < MOST_ATTEMPTS:
            head = self._store.head(distribution_id)
            if head is None:
                return went
            history = _History(self._table.query(f"distribution#{distribution_id}"))
            self._delete_objects(distribution_id, history.unneeded)
            outlived_ones = outlived(history.versions, live=head.live, named=history.named, before=before)
            going = tuple(history.that_fit(outlived_ones))
            if not going:
                return went
            if self._let_go(head, going, history):
                went += len(going)
            else:
                conflicts += 1
                pause(conflicts)
        raise AwsThrottled(f"distribution {distribution_id}: captures and snapshots came first {MOST_ATTEMPTS} times")

    def _let_go(self, head: Head, going: Sequence[Version], history: _History) -> bool:
        """False where the head was changed by somebody else, or one of the versions was."""
        numbers = {version.number for version in going}
        staying = (version for version in history.versions if version.number not in numbers)
        contents = {**freed(going, staying), **history.left_contents}
        return self._table.transact(
            changed_item(head_key(head.distribution_id), {"revision": head.revision + 1}, {"revision": head.revision}),
            *(row for version in going for row in history.rows(version)),
            *(row for content in contents.items() for row in _content_rows(head.distribution_id, *content)),
        )

    def _delete_objects(self, distribution_id: str, keys: Iterable[str]) -> None:
        """S3 keeps them for some time still, as noncurrent versions."""
        keys = list(keys)
        for key in keys:
            with aws_call("DeleteObject", f"s3://{self._bucket}/{key}"):
                client("s3").delete_object(Bucket=self._bucket, Key=key)
        self._table.delete_many(row_key(distribution_id, f"unneeded#{key}") for key in keys)


class _History:
    """Everything on record of one distribution."""

    def __init__(self, rows: Iterable[Attributes]) -> None:
        self.versions: list[Version] = []
        self.named: set[int] = set()
        """Numbers of versions that snapshots name."""
        self.unneeded: list[str] = []
        self._leading_to: defaultdict[int, list[str]] = defaultdict(list)
        """Sort keys, of ETags and of writes, by the number of their version."""
        self._rollbacks: set[str] = set()
        """ETags of configurations that rollbacks wrote and that have not been told so yet."""
        contents: dict[str, str] = {}
        for row in rows:
            kind, _, rest = row["sk"]["S"].partition("#")
            if kind == "version":
                self.versions.append(version_from_attributes(row))
            if kind == "snapshot":
                self.named.add(int(row["number"]["N"]))
            if kind == "unneeded":
                self.unneeded.append(rest)
            if kind == "etag":
                self._leading_to[int(row["number"]["N"])].append(row["sk"]["S"])
            if kind == "rollback":
                self._rollbacks.add(rest)
            if kind == "content":
                contents[rest] = row["object_key"]["S"]
        named = {version.content_hash for version in self.versions}
        self.left_contents = {digest: key for digest, key in contents.items() if digest not in named}
        """Hash → key of the object, of what events told of versions that became whole later."""

    def rows(self, version: Version) -> Iterator[dict[str, Any]]:
        """What goes with a version, unless it is pinned or another write was noted on it."""
        presumed = {"pinned": False, "writes": version.writes}
        yield deleted_item(version_key(version.distribution_id, version.number), presumed)
        for key in self._leading_to[version.number]:
            yield deleted_item(row_key(version.distribution_id, key))
        if version.etag in self._rollbacks:
            yield deleted_item(row_key(version.distribution_id, f"rollback#{version.etag}"))

    def that_fit(self, going: Iterable[Version]) -> Iterator[Version]:
        """As many as one transaction takes, with the head and two rows for each content."""
        room = ROWS_AT_ONCE - 1 - 2 * len(self.left_contents)
        for version in going:
            room -= len(list(self.rows(version))) + 2
            if room < 0:
                return
            yield version


def _content_rows(distribution_id: str, content_hash: str, key: str) -> Iterator[dict[str, Any]]:
    yield deleted_item(row_key(distribution_id, f"content#{content_hash}"))
    yield new_item(row_key(distribution_id, f"unneeded#{key}"), {})
