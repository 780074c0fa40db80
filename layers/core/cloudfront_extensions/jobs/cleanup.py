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
    CleanupStatus,
    DistributionStage,
    DistributionStatus,
    Item,
    ItemKey,
)
from cloudfront_extensions.tags import ITEM_TAG, JOB_TAG, USED_BY_TAG

_MOST_FIELDS = 8
_MAY_HAVE_BEEN_MADE = (DistributionStatus.CREATING, DistributionStatus.UNKNOWN, DistributionStatus.FAILED)
_NOT_ALL_GONE = (CleanupStatus.LEFT, CleanupStatus.FAILED, CleanupStatus.UNKNOWN)


def distribution_is_uncertain(stage: DistributionStage) -> bool:
    """Whether a distribution may have been made that is not on record."""
    return stage.id is None and stage.status in _MAY_HAVE_BEEN_MADE


def was_refused(stage: DistributionStage) -> bool:
    """Whether creating failed: the refusal may have been that of a repetition, so it is looked for once all the same."""
    return stage.id is None and stage.status is DistributionStatus.FAILED


def is_done_with(item: Item) -> bool:
    """Whether a cleanup goes no further with an item of which something is still there."""
    return item.cleanup.status in _NOT_ALL_GONE


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

    Its ETag is the one on record; or the one at which a cleanup disabled it, which a late read still shows; or it is the
    configuration that a cleanup disabled, whose new ETag may have been lost. One that a person has enabled again since is
    changed.
    """
    was_disabled_by_us = not config["Enabled"] and config_hash(config) == item.cleanup.config_hash
    return etag in (item.distribution.etag, item.cleanup.disabled_etag) or was_disabled_by_us


def is_as_created(recorded: Mapping[str, Any] | None, config: DistributionConfig) -> bool:
    """Whether a configuration still says all that a distribution was created with."""
    return recorded is not None and not _changes(recorded, config)


def differences(recorded: Mapping[str, Any] | None, config: DistributionConfig) -> str:
    """In words: how a configuration differs from the one that a distribution was created with."""
    if recorded is None:
        return "its configuration was changed"
    return "; ".join(_changes(recorded, config)) or "its configuration was written again"


def _changes(recorded: Mapping[str, Any], config: DistributionConfig) -> list[str]:
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
    return words


def foreign_tags(tags: Mapping[str, str], key: ItemKey) -> str | None:
    """Why something is not taken for the item's own by its tags; None where they are the item's."""
    for name, value in ((JOB_TAG, key.job_id), (ITEM_TAG, key.item_id)):
        if name not in tags:
            return f"its tag {name} was removed"
        if tags[name] != value:
            return f"its tag {name} says {tags[name]}"
    return None


def is_adopted(item: Item, arn: str) -> bool:
    """Whether the certificate was there before the item came to use it."""
    return item.certificate.adopted and arn == item.certificate.arn


def is_of_another_item(item: Item, arn: str, tags: Mapping[str, str]) -> bool:
    """Whether another item of the job imported the certificate that this one came to use: that one takes it back."""
    return is_adopted(item, arn) and tags.get(JOB_TAG) == item.job_id


def why_certificate_stays(item: Item, arn: str, tags: Mapping[str, str], also_serves: str | None) -> str | None:
    """Why a certificate that nothing uses is left all the same; None where it is taken back."""
    if is_adopted(item, arn):
        return "it was in ACM before this job"
    if also_serves and arn == item.certificate.arn:
        return f"it serves item {also_serves} too, which is not part of this cleanup"
    return foreign_tags(tags, item.key) or _other_user(tags)


def _other_user(tags: Mapping[str, str]) -> str | None:
    """Why a certificate stays by its mark, which no item writes on what its own job made."""
    if USED_BY_TAG not in tags:
        return None
    job_id, _, item_id = tags[USED_BY_TAG].partition("/")
    return f"item {item_id} of job {job_id} uses it too, as its tag {USED_BY_TAG} says"


def _holds(recorded: Any, present: Any) -> bool:
    """Whether a configuration still says what was recorded of it.

    CloudFront fills in what was left out, and lists methods and names in an order of its own.
    """
    if isinstance(recorded, Mapping):
        return isinstance(present, Mapping) and all(
            _holds(value, present.get(name)) for name, value in recorded.items()
        )
    if isinstance(recorded, list):
        if not isinstance(present, list) or len(recorded) != len(present):
            return False
        if all(isinstance(one, str) for one in (*recorded, *present)):
            return sorted(recorded) == sorted(present)
        return all(_holds(*pair) for pair in zip(recorded, present, strict=True))
    return bool(recorded == present) or (recorded in ("", None) and present in ("", None))
