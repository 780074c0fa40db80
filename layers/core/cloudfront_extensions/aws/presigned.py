"""Links to objects of S3 that work for whoever has them, for some minutes, with the rights of the function that made them.

They are made without a call. What they lead to need not be there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cloudfront_extensions.aws.clients import client

LINK_SECONDS = 900
"""How long a link works: 15 minutes, or less where the function's credentials end before."""


@dataclass(frozen=True, slots=True)
class UploadLink:
    url: str
    headers: Mapping[str, str]
    """The signature is over them: without them, or with others, S3 refuses the request."""


def link_to(bucket: str, key: str) -> str:
    """A link that downloads an object, under the last part of its key."""
    disposition = f'attachment; filename="{key.rpartition("/")[2]}"'
    url: str = client("s3").generate_presigned_url(
        "get_object",
        Params={"Bucket": bucket, "Key": key, "ResponseContentDisposition": disposition},
        ExpiresIn=LINK_SECONDS,
    )
    return url


def upload_link(bucket: str, key: str, kms_key: str) -> UploadLink:
    """A link that takes one object, encrypted with a KMS key; S3 refuses a second one, for the first is there then."""
    url: str = client("s3").generate_presigned_url(
        "put_object",
        Params={
            "Bucket": bucket,
            "Key": key,
            "IfNoneMatch": "*",
            "ServerSideEncryption": "aws:kms",
            "SSEKMSKeyId": kms_key,
        },
        ExpiresIn=LINK_SECONDS,
    )
    return UploadLink(
        url,
        {
            "If-None-Match": "*",
            "x-amz-server-side-encryption": "aws:kms",
            "x-amz-server-side-encryption-aws-kms-key-id": kms_key,
        },
    )
