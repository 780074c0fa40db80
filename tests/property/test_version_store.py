"""Captures of one distribution, whatever their order, however they get in each other's way, and wherever they die.

Each history is a list of captures. A capture may be interrupted between what it reads and what it writes, by the captures
that stand within it, and it may die before any of its writes; then it is tried again, as the workflow does.
"""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from cloudfront_extensions.aws import clients
from cloudfront_extensions.aws import version_store as module
from cloudfront_extensions.aws.table import Attributes, Table
from cloudfront_extensions.aws.version_store import VersionStore
from cloudfront_extensions.versions.content import content_hash
from cloudfront_extensions.versions.records import DELETED_ETAG, Seen, VersionKind, Write

ETAGS, CONTENTS = 6, 3
BUCKET = "configurations"


class Died(BaseException):
    pass


@dataclass(frozen=True)
class Capture:
    etag: int
    """0 is a deletion."""
    is_live: bool
    """Else an event alone tells of it, of which every other ETag's tells no content."""
    event: int | None
    dies_at: int | None
    """Before which of its writes, counted from 0."""
    interrupted_by: tuple[Capture, ...] = ()

    def seen(self, distribution_id: str) -> Seen:
        write = (
            Write(f"event-{self.event}", "UpdateDistribution", "2026-03-02T09:14:07Z", "ana") if self.event else None
        )
        if self.etag == 0:
            return Seen(distribution_id, DELETED_ETAG, VersionKind.DELETED, write=write)
        moment = f"2026-03-02T09:00:{self.etag:02}.000Z" if self.is_live else None
        if not self.is_live and self.etag % 2:
            return Seen(distribution_id, f"E{self.etag}", VersionKind.UNKNOWN, write=write)
        return Seen(distribution_id, f"E{self.etag}", config=content_of(self.etag), write=write, modified_at=moment)


def content_of(etag: int) -> dict[str, Any]:
    """Some ETags have the same content."""
    return {"CallerReference": "shop", "DefaultRootObject": f"{etag % CONTENTS}.html"}


def tells_content(capture: Capture) -> bool:
    return capture.etag != 0 and (capture.is_live or capture.etag % 2 == 0)


def captures(within: st.SearchStrategy[tuple[Capture, ...]]) -> st.SearchStrategy[Capture]:
    return st.builds(
        Capture,
        etag=st.integers(0, ETAGS),
        is_live=st.booleans(),
        event=st.none() | st.integers(1, 8),
        dies_at=st.none() | st.integers(0, 3),
        interrupted_by=within,
    )


INNER = captures(st.just(()))
HISTORIES = st.lists(captures(st.lists(INNER, max_size=3).map(tuple)), min_size=1, max_size=8)


class Interrupted(Table):
    """A table before whose writes something happens: the captures within this one, once, or its death."""

    def __init__(self, capture: Capture, distribution_id: str) -> None:
        super().__init__("versions")
        self._capture, self._id, self._writes = capture, distribution_id, itertools.count()
        self._within = list(capture.interrupted_by)

    def let_others_in(self) -> None:
        while self._within:
            play(self._within.pop(), self._id)

    def before_a_write(self) -> None:
        self.let_others_in()
        if next(self._writes) == self._capture.dies_at:
            raise Died

    def transact(self, *writes: Attributes) -> bool:
        self.before_a_write()
        return super().transact(*writes)

    def update(self, *arguments: Any, **more: Any) -> bool:
        self.before_a_write()
        return super().update(*arguments, **more)

    def delete(self, *arguments: Any) -> None:
        self.before_a_write()
        super().delete(*arguments)


def play(capture: Capture, distribution_id: str) -> None:
    """Record what a capture has seen; once more if it dies on its way."""
    table = Interrupted(capture, distribution_id)
    try:
        VersionStore(table, BUCKET).record(capture.seen(distribution_id))
        table.let_others_in()
    except Died:
        VersionStore(Table("versions"), BUCKET).record(capture.seen(distribution_id))


def all_of(history: list[Capture]) -> Iterator[Capture]:
    for capture in history:
        yield capture
        yield from all_of(list(capture.interrupted_by))


@pytest.fixture(scope="module")
def aws() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched, mock_aws():
        patched.setattr(module, "pause", lambda attempts: None)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patched.setenv(name, "testing")
        patched.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patched.delenv("AWS_ENDPOINT_URL", raising=False)
        forget_clients()
        clients.client("dynamodb").create_table(
            TableName="versions",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            BillingMode="PAY_PER_REQUEST",
        )
        clients.client("s3").create_bucket(Bucket=BUCKET)
        yield
    forget_clients()


def forget_clients() -> None:
    for cached in (clients._session, clients.client):
        cached.cache_clear()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORIES)
def test_every_configuration_is_one_version_and_every_content_one_object(aws: None, history: list[Capture]) -> None:
    distribution_id = f"E{uuid.uuid4().hex[:13].upper()}"
    for capture in history:
        play(capture, distribution_id)
    store, everything = VersionStore(Table("versions"), BUCKET), list(all_of(history))
    versions = list(store.versions(distribution_id))

    # One version for each ETag, without a gap.
    assert [version.number for version in versions] == list(range(1, len(versions) + 1))
    by_etag = {version.etag: version for version in versions}
    assert len(by_etag) == len(versions)
    assert set(by_etag) == {capture.seen("").etag for capture in everything}
    # Each write is on its version, once.
    for etag, version in by_etag.items():
        written = [write.event_id for write in version.writes]
        told = {f"event-{capture.event}" for capture in everything if capture.event and capture.seen("").etag == etag}
        assert sorted(written) == sorted(told)
    # Each content is an object, once, and nothing is left to be written.
    assert store.finish() == 0
    contents = {content_hash(content_of(capture.etag)) for capture in everything if tells_content(capture)}
    assert {version.content_hash for version in versions if version.object_key} == contents
    stored = objects(distribution_id)
    assert set(stored) == {version.object_key for version in versions if version.object_key}
    assert len(stored) == len(contents)
    # What was read once is whole, whatever an event told of it before.
    whole = {f"E{capture.etag}" for capture in everything if tells_content(capture)}
    assert {version.etag for version in versions if version.kind is VersionKind.CONFIG} == whole
    for version in versions:
        if version.object_key:
            assert stored[version.object_key] == content_of(int(version.etag[1:]))
    # The head knows the last number, and what was seen live last unless the distribution is gone.
    head = store.head(distribution_id)
    assert head
    assert head.number == len(versions)
    live = max((capture.etag for capture in everything if capture.is_live and capture.etag), default=None)
    if DELETED_ETAG in by_etag:
        assert (head.is_closed, head.live) == (True, by_etag[DELETED_ETAG].number)
    else:
        assert head.live_etag == (f"E{live}" if live else None)


def objects(distribution_id: str) -> dict[str, Any]:
    s3 = clients.client("s3")
    found = s3.list_objects_v2(Bucket=BUCKET, Prefix=f"distributions/{distribution_id}/").get("Contents", [])
    return {one["Key"]: json.load(s3.get_object(Bucket=BUCKET, Key=one["Key"])["Body"]) for one in found}
