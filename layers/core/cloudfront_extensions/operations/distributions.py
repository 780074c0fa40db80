"""The distributions of the account: a list of them, and one with what is known of its versions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypedDict, cast

from cloudfront_extensions.aws import cloudfront
from cloudfront_extensions.aws.clock import rfc3339
from cloudfront_extensions.aws.executions import is_running
from cloudfront_extensions.aws.rollback_store import RollbackStore
from cloudfront_extensions.aws.snapshots import Snapshots
from cloudfront_extensions.aws.version_store import VersionStore
from cloudfront_extensions.distributions.config import DistributionConfig, aliases_of
from cloudfront_extensions.errors import DistributionNotFound, InvalidCursor, with_next_action
from cloudfront_extensions.fields import distribution_id as checked_id
from cloudfront_extensions.operations.cursors import cursor_after, position_of
from cloudfront_extensions.operations.pages import DEFAULT_LIMIT, Page, checked_limit
from cloudfront_extensions.versions.records import Head

_LIST = "distributions"
_PLACE = re.compile(r"[A-Z0-9]{1,32}")
"""CloudFront's marker: the id of a page's last distribution."""
_TENANTS_ONLY = "tenant-only"


class DeploymentStatus(StrEnum):
    """CloudFront's words (API reference, Distribution)."""

    DEPLOYED = "Deployed"
    IN_PROGRESS = "InProgress"


class DistributionItem(TypedDict):
    """A distribution in the list."""

    distributionId: str
    domainName: str
    aliases: list[str]
    enabled: bool
    status: DeploymentStatus
    comment: str
    etag: str | None
    """Of its configuration; None where CloudFront does not tell it in a list."""
    modifiedAt: str
    liveVersion: int | None
    """Number of the version that was live when CloudFront was asked last for it; None: no live version is on record."""
    staging: bool
    multiTenant: bool
    """Whether it serves tenants instead of viewers."""


class OriginSummary(TypedDict):
    id: str
    domainName: str


class ConfigSummary(TypedDict):
    """What a person wants to know of a live configuration at first sight; the version has all of it."""

    origins: list[OriginSummary]
    behaviors: int
    """Cache behaviors, with the default one."""
    defaultRootObject: str | None
    priceClass: str | None
    httpVersion: str | None
    certificateArn: str | None
    webAclId: str | None
    logging: bool


class VersionsSummary(TypedDict):
    last: int
    """The number that was given last."""
    live: int | None
    isCurrent: bool
    """Whether the live version is what CloudFront has now: a change becomes a version within minutes."""


class WorkingRollback(TypedDict):
    requestToken: str
    executionArn: str


class DistributionAnswer(DistributionItem):
    arn: str
    config: ConfigSummary
    versions: VersionsSummary | None
    """None: it has none yet."""
    snapshotCount: int
    rollback: WorkingRollback | None
    """The one that works on it now."""


def list_distributions(*, limit: int = DEFAULT_LIMIT, cursor: str | None = None) -> Page[DistributionItem]:
    """The distributions of the account in CloudFront's order, multi-tenant and staging ones too: two calls for a page.

    Raises:
        InvalidInput, InvalidCursor
    """
    place = position_of(cursor, _LIST)
    if place is not None and not _PLACE.fullmatch(place):
        raise InvalidCursor("cursor: it does not name a distribution")
    page = cloudfront.summary_page(checked_limit(limit), place)
    heads = VersionStore().heads_of(summary["Id"] for summary in page.summaries)
    return {
        "items": [_item(summary, heads.get(summary["Id"])) for summary in page.summaries],
        "nextCursor": cursor_after(page.next_marker, _LIST) if page.next_marker else None,
    }


def get_distribution(distribution_id: str) -> DistributionAnswer:
    """A distribution as it is live, with what is known of it here.

    Raises:
        InvalidInput
        DistributionNotFound: there is none of that id (any more); versions of a deleted one stay readable.
    """
    checked_id(distribution_id, "distributionId")
    live = cloudfront.distribution(distribution_id)
    if live is None:
        raise DistributionNotFound(
            with_next_action(
                f"there is no distribution {distribution_id} in this account",
                "Check the id. The versions of a distribution that was deleted stay readable.",
            )
        )
    head = VersionStore().head(distribution_id)
    item: DistributionItem = {
        "distributionId": live.id,
        "domainName": live.domain_name,
        "aliases": list(aliases_of(live.config)),
        "enabled": live.config["Enabled"],
        "status": DeploymentStatus.DEPLOYED if live.deployed else DeploymentStatus.IN_PROGRESS,
        "comment": live.config["Comment"],
        "etag": live.etag,
        "modifiedAt": live.modified_at,
        "liveVersion": _live_version(head),
        "staging": live.config.get("Staging", False),
        "multiTenant": _serves_tenants(live.config),
    }
    return {
        **item,
        "arn": live.arn,
        "config": _summary(live.config),
        "versions": _versions(head, live.etag),
        "snapshotCount": len(Snapshots().list(distribution_id)),
        "rollback": _rollback(distribution_id),
    }


def _item(summary: Mapping[str, Any], head: Head | None) -> DistributionItem:
    """Of what ListDistributions tells."""
    return {
        "distributionId": summary["Id"],
        "domainName": summary["DomainName"],
        "aliases": list(aliases_of(dict(summary))),
        "enabled": summary["Enabled"],
        "status": cast(DeploymentStatus, summary["Status"]),
        "comment": summary["Comment"],
        "etag": summary.get("ETag"),
        "modifiedAt": rfc3339(summary["LastModifiedTime"]),
        "liveVersion": _live_version(head),
        "staging": summary.get("Staging", False),
        "multiTenant": _serves_tenants(summary),
    }


def _live_version(head: Head | None) -> int | None:
    return head.live if head and not head.is_closed else None


def _serves_tenants(config: Mapping[str, Any]) -> bool:
    return config.get("ConnectionMode") == _TENANTS_ONLY


def _versions(head: Head | None, etag: str) -> VersionsSummary | None:
    if head is None:
        return None
    return {"last": head.number, "live": _live_version(head), "isCurrent": head.live_etag == etag}


def _summary(config: DistributionConfig) -> ConfigSummary:
    certificate = config.get("ViewerCertificate", {})
    return {
        "origins": [
            {"id": origin["Id"], "domainName": origin["DomainName"]} for origin in config["Origins"].get("Items", [])
        ],
        "behaviors": 1 + len(config.get("CacheBehaviors", {}).get("Items", [])),
        "defaultRootObject": config.get("DefaultRootObject") or None,
        "priceClass": config.get("PriceClass"),
        "httpVersion": config.get("HttpVersion"),
        "certificateArn": certificate.get("ACMCertificateArn"),
        "webAclId": config.get("WebACLId") or None,
        "logging": bool(config.get("Logging", {}).get("Enabled")),
    }


def _rollback(distribution_id: str) -> WorkingRollback | None:
    """A lock holds for as long as its execution runs."""
    lock = RollbackStore().lock(distribution_id)
    if lock is None or not is_running(lock.execution_arn):
        return None
    return {"requestToken": lock.token, "executionArn": lock.execution_arn}
