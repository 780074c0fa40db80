"""What a cleanup may take back, and what it leaves to a person because somebody else has changed it or uses it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from cloudfront_extensions.distributions.config import DistributionConfig, aliases_of
from cloudfront_extensions.jobs.records import (
    CertificateStage,
    CertificateStatus,
    DistributionStage,
    DistributionStatus,
    Item,
    ItemKey,
)
from cloudfront_extensions.tags import ITEM_TAG, JOB_TAG

_MOST_FIELDS = 8


def distribution_is_uncertain(stage: DistributionStage) -> bool:
    """Whether a distribution may have been made that is not on record."""
    return stage.id is None and stage.status in (DistributionStatus.CREATING, DistributionStatus.UNKNOWN)


def certificate_is_uncertain(stage: CertificateStage) -> bool:
    """Whether a certificate may have been made that is not on record."""
    return stage.arn is None and stage.status in (CertificateStatus.REQUESTED, CertificateStatus.UNKNOWN)


def has_certificate(item: Item) -> bool:
    """Whether the item still has a certificate, or may have."""
    return item.certificate.arn is not None or certificate_is_uncertain(item.certificate)


def config_hash(config: DistributionConfig) -> str:
    """The same for a distribution before and after it is disabled, and for no other change."""
    rest = {name: value for name, value in config.items() if name != "Enabled"}
    return sha256(json.dumps(rest, sort_keys=True, default=str).encode()).hexdigest()


def is_unchanged(item: Item, etag: str, config: DistributionConfig) -> bool:
    """Whether nobody but this library has changed the item's distribution.

    Its ETag is the one on record; or it is the configuration that a cleanup disabled, whose new ETag may have been lost.
    One that a person has enabled again since is changed.
    """
    was_disabled_by_us = not config["Enabled"] and config_hash(config) == item.cleanup.config_hash
    return etag == item.distribution.etag or was_disabled_by_us


def differences(recorded: Mapping[str, Any] | None, config: DistributionConfig) -> str:
    """In words: how a configuration differs from the one that a distribution was created with."""
    if recorded is None:
        return "its configuration was changed"
    before, now = aliases_of(dict(recorded)), aliases_of(config)
    words = []
    if added := [name for name in now if name not in before]:
        words.append(f"aliases added: {', '.join(added)}")
    if removed := [name for name in before if name not in now]:
        words.append(f"aliases removed: {', '.join(removed)}")
    fields = sorted(
        name for name, value in recorded.items() if name != "Aliases" and not _holds(value, config.get(name))
    )
    if fields:
        words.append(f"changed: {', '.join(fields[:_MOST_FIELDS])}")
    return "; ".join(words) or "its configuration was written again"


def foreign_tags(tags: Mapping[str, str], key: ItemKey) -> str | None:
    """Why something is not taken for the item's own by its tags; None where they are the item's."""
    for name, value in ((JOB_TAG, key.job_id), (ITEM_TAG, key.item_id)):
        if name not in tags:
            return f"its tag {name} was removed"
        if tags[name] != value:
            return f"its tag {name} says {tags[name]}"
    return None


def why_certificate_stays(item: Item, arn: str, tags: Mapping[str, str], also_serves: str | None) -> str | None:
    """Why a certificate that nothing uses is left all the same; None where it is taken back."""
    if item.certificate.adopted and arn == item.certificate.arn:
        return "it was in ACM before this job"
    if also_serves and arn == item.certificate.arn:
        return f"it serves item {also_serves} too, which is not part of this cleanup"
    return foreign_tags(tags, item.key)


def _holds(recorded: Any, present: Any) -> bool:
    """Whether a configuration still says what was recorded of it: CloudFront fills in what was left out."""
    if isinstance(recorded, Mapping):
        return isinstance(present, Mapping) and all(
            _holds(value, present.get(name)) for name, value in recorded.items()
        )
    if isinstance(recorded, list):
        return (
            isinstance(present, list)
            and len(recorded) == len(present)
            and all(_holds(*pair) for pair in zip(recorded, present, strict=True))
        )
    return bool(recorded == present) or (recorded in ("", None) and present in ("", None))
