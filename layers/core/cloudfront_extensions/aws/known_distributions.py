"""The distributions of the account as the figures of a refresh are folded to them: listed once, for all of its steps."""

from __future__ import annotations

from cloudfront_extensions.aws.cloudfront import distribution_summaries
from cloudfront_extensions.aws.objects import get_bytes, put_text
from cloudfront_extensions.distributions.config import aliases_of
from cloudfront_extensions.errors import QueryFailed
from cloudfront_extensions.metrics.known_domains import KnownDomains

LARGEST_LIST = 200_000_000
"""Bytes: far more than 10,000 distributions of 100 aliases each."""


def known_domains() -> KnownDomains:
    """One pass over ListDistributions: a call for every 100 distributions."""
    return KnownDomains(
        {
            "distributionId": summary["Id"],
            "edgeDomain": summary["DomainName"],
            "aliases": list(aliases_of(summary)),
        }
        for summary in distribution_summaries()
    )


def keep_known_domains(bucket: str, key: str) -> None:
    put_text(bucket, key, known_domains().as_json(), "application/json")


def kept_known_domains(bucket: str, key: str) -> KnownDomains:
    content = get_bytes(bucket, key, limit=LARGEST_LIST, not_found=QueryFailed)
    return KnownDomains.from_json(content.decode())
