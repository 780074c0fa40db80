"""What the targets of a rollback shall be like: the content of a version, of a snapshot's version, or of a file."""

from __future__ import annotations

from typing import NamedTuple

from cloudfront_extensions.aws.account_facts import load_source
from cloudfront_extensions.aws.config_capture import capture_live
from cloudfront_extensions.aws.snapshots import Snapshots
from cloudfront_extensions.aws.version_store import VersionStore
from cloudfront_extensions.distributions.config import DistributionConfig
from cloudfront_extensions.distributions.source import FileSource
from cloudfront_extensions.errors import (
    InvalidDistributionConfig,
    SnapshotNotFound,
    SourceConfigNotFound,
    VersionIncomplete,
    VersionNotFound,
)
from cloudfront_extensions.versions.checks import check_config
from cloudfront_extensions.versions.content import canonical
from cloudfront_extensions.versions.keep import kept_for_want
from cloudfront_extensions.versions.rollback_request import SnapshotSource, VersionSource, WholeSource
from cloudfront_extensions.versions.snapshots import LATEST

UNUSABLE_SOURCE = (
    InvalidDistributionConfig,
    SnapshotNotFound,
    SourceConfigNotFound,
    VersionIncomplete,
    VersionNotFound,
)


class SourceConfig(NamedTuple):
    config: DistributionConfig
    kept: tuple[str, ...] = ()
    """What every target keeps, because the source does not tell it."""


def read_source(source: WholeSource, store: VersionStore) -> SourceConfig:
    """Raises one of UNUSABLE_SOURCE."""
    if isinstance(source, FileSource):
        config = load_source(source)
        check_config(config, f"s3://{source.bucket}/{source.key}")
        return SourceConfig(canonical(config))  # an update leaves nothing out that CloudFront would fill in
    number = source.version if isinstance(source, VersionSource) else _number_of(source, store)
    version = store.version(source.distribution_id, number)
    return SourceConfig(store.content(source.distribution_id, number), kept_for_want(version.hidden))


def _number_of(source: SnapshotSource, store: VersionStore) -> int:
    if source.snapshot == LATEST:
        capture_live(source.distribution_id, store)
    return Snapshots(store=store).describe(source.distribution_id, source.snapshot).number
