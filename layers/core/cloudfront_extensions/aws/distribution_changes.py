"""Changes of distributions that exist: another configuration, a staging copy, the copy promoted."""

from __future__ import annotations

from cloudfront_extensions.aws import cloudfront
from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.cloudfront import Distribution
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.distributions.config import DistributionConfig


def update(found: Distribution, config: DistributionConfig) -> str:
    """Give a distribution, as it was found, another configuration; the ETag of that.

    Raises:
        EtagMoved: its configuration is no longer the one that was found.
        AlreadyGone: there is no such distribution.
        AwsRefused: CloudFront does not take the configuration.
    """
    with aws_call("UpdateDistribution", found.id):
        answer = client("cloudfront").update_distribution(Id=found.id, IfMatch=found.etag, DistributionConfig=config)
    etag: str = answer["ETag"]
    return etag


def copy_to_staging(primary: Distribution, reference: str) -> str:
    """Make a staging distribution of a primary one as it was found; its id.

    Raises:
        CallerReferenceUsed: an earlier call made it.
        EtagMoved: the primary's configuration is no longer the one that was found.
        QuotaWouldBeExceeded: the account has no room for one.
    """
    with aws_call("CopyDistribution", primary.id):
        answer = client("cloudfront").copy_distribution(
            PrimaryDistributionId=primary.id,
            Staging=True,
            IfMatch=primary.etag,
            CallerReference=reference,
            Enabled=True,
        )
    distribution_id: str = answer["Distribution"]["Id"]
    return distribution_id


def promote(primary: Distribution, staging: Distribution) -> str:
    """Give a primary distribution what its staging distribution has; the primary's new ETag.

    The primary keeps its aliases, its caller reference and its continuous deployment policy, which is disabled by this.

    Raises:
        EtagMoved: one of the two is no longer as it was found.
    """
    with aws_call("UpdateDistributionWithStagingConfig", primary.id):
        answer = client("cloudfront").update_distribution_with_staging_config(
            Id=primary.id, StagingDistributionId=staging.id, IfMatch=f"{primary.etag}, {staging.etag}"
        )
    etag: str = answer["ETag"]
    return etag


def staging_copy(reference: str) -> str | None:
    """The id of the account's staging distribution that was made with a caller reference."""
    for summary in cloudfront.distribution_summaries():
        if summary.get("Staging"):
            found = cloudfront.distribution(summary["Id"])
            if found and found.caller_reference == reference:
                return found.id
    return None
