"""Log files in S3: copied without being read, and deleted."""

from __future__ import annotations

import os

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.errors import CloudFrontExtensionsError


class _Gone(CloudFrontExtensionsError):
    """There is no such object; never leaves this module."""


def logs_bucket() -> str:
    return os.environ["LOGS_BUCKET"]


def copy(bucket: str, key: str, to_bucket: str, to_key: str) -> bool:
    """Copy an object within S3, over what may lie there; False where there is no such object."""
    where = f"s3://{bucket}/{key} to s3://{to_bucket}/{to_key}"
    try:
        with aws_call("CopyObject", where, {"NoSuchKey": _Gone, "404": _Gone}):
            client("s3").copy_object(Bucket=to_bucket, Key=to_key, CopySource={"Bucket": bucket, "Key": key})
    except _Gone:
        return False
    return True


def delete(bucket: str, key: str) -> None:
    """Delete an object, be it there or not. Earlier versions stay for as long as the bucket keeps them."""
    with aws_call("DeleteObject", f"s3://{bucket}/{key}"):
        client("s3").delete_object(Bucket=bucket, Key=key)
