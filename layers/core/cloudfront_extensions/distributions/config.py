"""The configuration of a new distribution: the source's, with what belongs to the item replaced."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from cloudfront_extensions.errors import InvalidDistributionConfig

MAXIMUM_COMMENT_CHARACTERS = 128
"""CloudFront API reference, DistributionConfig."""

DistributionConfig = dict[str, Any]
"""CloudFront's own structure, as botocore takes and gives it."""


@dataclass(frozen=True, slots=True)
class ItemSettings:
    """What an item does not take from the source."""

    caller_reference: str
    aliases: tuple[str, ...]
    certificate_arn: str
    comment: str | None = None
    """None: the caller reference and the first alias, by which a person finds the distribution in the console."""
    enabled: bool = True
    origin_domain_name: str | None = None


def bare_config(document: object) -> DistributionConfig:
    """The configuration in a document: a DistributionConfig itself, or an answer that holds one beside its ETag.

    Raises:
        InvalidDistributionConfig: the document is neither.
    """
    if isinstance(document, dict) and "DistributionConfig" in document:
        document = document["DistributionConfig"]
    if not isinstance(document, dict) or not document:
        raise InvalidDistributionConfig("the source is neither a DistributionConfig nor GetDistributionConfig's answer")
    return document


def rewrite(source_config: DistributionConfig, item: ItemSettings) -> DistributionConfig:
    """The source's configuration made the item's own; everything not named here stays as it is.

    Replaced: CallerReference, Aliases, ViewerCertificate, Comment, Logging (off), Enabled, Staging and
    ContinuousDeploymentPolicyId (a copy is never a staging distribution), and with `origin_domain_name` the host of the
    default cache behavior's origin.

    Raises:
        InvalidDistributionConfig: aliases or the origin's host can't be put into this source.
    """
    refuse_unusable_source(source_config)
    config = deepcopy(source_config)
    config.update(
        CallerReference=item.caller_reference,
        Aliases={"Quantity": len(item.aliases), "Items": list(item.aliases)},
        ViewerCertificate={
            "ACMCertificateArn": item.certificate_arn,
            "SSLSupportMethod": "sni-only",
            "MinimumProtocolVersion": "TLSv1.2_2021",
        },
        Comment=item.comment if item.comment is not None else _default_comment(item),
        Logging={"Enabled": False, "IncludeCookies": False, "Bucket": "", "Prefix": ""},
        Enabled=item.enabled,
        ContinuousDeploymentPolicyId="",
        Staging=False,
    )
    if item.origin_domain_name:
        replaceable_origin(config)["DomainName"] = item.origin_domain_name
    return config


def refuse_unusable_source(config: DistributionConfig) -> None:
    """Raises InvalidDistributionConfig for a multi-tenant distribution: it has no aliases of its own."""
    if config.get("ConnectionMode") == "tenant-only":
        raise InvalidDistributionConfig(
            "ConnectionMode: the source is a multi-tenant distribution, which can't have aliases; choose a standard one"
        )


def replaceable_origin(config: DistributionConfig) -> dict[str, Any]:
    """The origin whose host an item's `originDomainName` replaces: the one that the default cache behavior goes to.

    Raises:
        InvalidDistributionConfig: that target is an origin group (which of its origins is meant is not known), or an
            origin bound to what it is: a bucket, a VPC origin, or one that CloudFront signs its requests to.
    """
    target = config["DefaultCacheBehavior"]["TargetOriginId"]
    if any(group["Id"] == target for group in items_of(config.get("OriginGroups"))):
        raise _not_replaceable(target, "is an origin group")
    for origin in items_of(config["Origins"]):
        if origin["Id"] == target:
            if "CustomOriginConfig" not in origin:
                raise _not_replaceable(target, "is an S3 bucket or a VPC origin")
            if origin.get("OriginAccessControlId"):
                raise _not_replaceable(target, "has an origin access control")
            found: dict[str, Any] = origin
            return found
    raise InvalidDistributionConfig(f"DefaultCacheBehavior.TargetOriginId: there is no origin {target!r}")


def why_origin_is_fixed(config: DistributionConfig) -> str | None:
    """Why `originDomainName` can't be used with this source; None where it can."""
    try:
        replaceable_origin(config)
    except InvalidDistributionConfig as error:
        return str(error)
    return None


def _not_replaceable(target: str, why: str) -> InvalidDistributionConfig:
    return InvalidDistributionConfig(
        f"originDomainName replaces the host of the default cache behavior's origin, but {target!r} {why}; "
        "leave originDomainName out, or let the source's default behavior go to a custom origin"
    )


def aliases_of(config: DistributionConfig) -> tuple[str, ...]:
    return tuple(items_of(config.get("Aliases")))


def items_of(block: Mapping[str, Any] | None) -> list[Any]:
    """The items of a `{Quantity, Items}` block, which may be absent or empty."""
    return (block or {}).get("Items") or []


def _default_comment(item: ItemSettings) -> str:
    return f"{item.caller_reference} {item.aliases[0]}"[:MAXIMUM_COMMENT_CHARACTERS]
