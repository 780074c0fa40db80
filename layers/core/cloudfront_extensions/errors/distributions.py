"""Distributions, their aliases and DNS records."""

from __future__ import annotations

from cloudfront_extensions.errors.base import CloudFrontExtensionsError


class AliasInUse(CloudFrontExtensionsError):
    """Another distribution, of this account or a foreign one, already has the alias."""

    next_action = "Remove the alias from the other distribution, or leave it out of this job."


class SourceConfigNotFound(CloudFrontExtensionsError):
    """The distribution or file to copy the configuration from does not exist."""

    next_action = "Name an existing distribution, file or inline configuration as the source."


class InvalidDistributionConfig(CloudFrontExtensionsError):
    """CloudFront refuses the configuration; the message carries its words."""

    next_action = "Correct the source configuration and start the job again with the same request token."


class DistributionNotAdopted(CloudFrontExtensionsError):
    """CloudFront says that this caller reference was used, but no distribution with this item's tags is found (yet)."""

    next_action = (
        "Start the job again with the same request token; if it stays, look for the distribution by its comment."
    )
    retryable = True


class DistributionBeingRemoved(CloudFrontExtensionsError):
    """A cleanup has begun to disable an item's distribution in order to delete it, and has not got to its end."""

    next_action = "Start job_cleanup for this item again; after it the job makes the distribution anew."


class DistributionNotDeployed(CloudFrontExtensionsError):
    """A distribution exists but was not deployed within the time allowed."""

    next_action = "Look at the distribution in the CloudFront console; start the job again with the same request token."


class DistributionNotFound(CloudFrontExtensionsError):
    """The distribution that an item made is gone: somebody deleted it."""

    next_action = "Start a new job for the item's names; this one remembers the deleted distribution."


class AliasRecordExists(CloudFrontExtensionsError):
    """A name has DNS records already that lead elsewhere; they were left as they are."""

    next_action = (
        "Change or remove the record yourself when the name may move, and start the job again with the same token."
    )
