"""Invalidations of CloudFront: begun once under a reference, and looked at until they are done."""

from __future__ import annotations

from collections.abc import Sequence

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.failures import aws_call


def begin_invalidation(distribution_id: str, paths: Sequence[str], reference: str) -> str:
    """The invalidation's id; the same one where it was begun under this reference before, with the same paths.

    Raises:
        AwsThrottled: the distribution has as many paths in progress as it may.
        DistributionNotFound: there is no such distribution.
        InvalidInput: CloudFront takes a path for none, or another invalidation has this reference.
    """
    batch = {"CallerReference": reference, "Paths": {"Quantity": len(paths), "Items": list(paths)}}
    with aws_call("CreateInvalidation", distribution_id):
        answer = client("cloudfront").create_invalidation(DistributionId=distribution_id, InvalidationBatch=batch)
    return str(answer["Invalidation"]["Id"])


def is_invalidated(distribution_id: str, invalidation_id: str) -> bool:
    """Whether an invalidation is done at all edges."""
    with aws_call("GetInvalidation", f"{distribution_id}/{invalidation_id}"):
        answer = client("cloudfront").get_invalidation(DistributionId=distribution_id, Id=invalidation_id)
    return bool(answer["Invalidation"]["Status"] == "Completed")
