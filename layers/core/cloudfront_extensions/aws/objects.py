"""Objects in the jobs bucket: manifests, reports, validation records and configurations."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from typing import Any, NamedTuple

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.clock import rfc3339
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.errors import CloudFrontExtensionsError, InvalidBatch

LARGEST_DOCUMENT = 5_000_000
"""Bytes of a configuration or request."""


class Hashed(NamedTuple):
    sha256: str
    size: int
    content: bytes | None
    """None where there is more of it than was to be kept."""


def jobs_bucket() -> str:
    return os.environ["JOBS_BUCKET"]


def put_json(bucket: str, key: str, document: Any) -> None:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    put_text(bucket, key, text, "application/json")


def put_text(bucket: str, key: str, text: str, content_type: str) -> None:
    with aws_call("PutObject", f"s3://{bucket}/{key}"):
        client("s3").put_object(Bucket=bucket, Key=key, Body=text.encode(), ContentType=content_type)


def get_json(
    bucket: str,
    key: str,
    not_found: type[CloudFrontExtensionsError] = InvalidBatch,
    *,
    limit: int = LARGEST_DOCUMENT,
) -> Any:
    """A JSON document. Raises `not_found` where there is no such object, or it is not JSON."""
    content = get_bytes(bucket, key, limit=limit, not_found=not_found)
    try:
        return json.loads(content)
    except ValueError as error:
        raise not_found(f"s3://{bucket}/{key} is not JSON: {error}") from error


def get_bytes(
    bucket: str,
    key: str,
    *,
    limit: int,
    not_found: type[CloudFrontExtensionsError] = InvalidBatch,
    too_large: type[CloudFrontExtensionsError] = InvalidBatch,
) -> bytes:
    """An object whole. Raises `not_found` where there is none, and `too_large` before reading one of over `limit` bytes."""
    where = f"s3://{bucket}/{key}"
    meanings = {"NoSuchKey": not_found, "NoSuchBucket": not_found, "404": not_found}
    with aws_call("GetObject", where, meanings):
        answer = client("s3").get_object(Bucket=bucket, Key=key)
        size = int(answer["ContentLength"])
        if size > limit:
            answer["Body"].close()
            raise too_large(f"{where} has {size:,} bytes; at most {limit:,} are read")
        content: bytes = answer["Body"].read()
    return content


def get_hashed(bucket: str, key: str, *, keep: int, not_found: type[CloudFrontExtensionsError]) -> Hashed:
    """The hash of an object of any size, and the object itself where it has at most `keep` bytes. Raises `not_found`."""
    digest, size, kept = sha256(), 0, bytearray()
    meanings = {"NoSuchKey": not_found, "NoSuchBucket": not_found, "404": not_found}
    with aws_call("GetObject", f"s3://{bucket}/{key}", meanings):
        answer = client("s3").get_object(Bucket=bucket, Key=key)
        for chunk in answer["Body"].iter_chunks(1 << 20):
            digest.update(chunk)
            size += len(chunk)
            if size <= keep:
                kept += chunk
    return Hashed(digest.hexdigest(), size, bytes(kept) if size <= keep else None)


class StoredObject(NamedTuple):
    name: str
    """Its key behind the prefix."""
    size: int
    written_at: str


def objects_in(bucket: str, prefix: str) -> list[StoredObject]:
    """The objects of a folder, whose `prefix` ends with a slash, without those of the folders in it: 1,000 at most."""
    with aws_call("ListObjectsV2", f"s3://{bucket}/{prefix}"):
        answer = client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix, Delimiter="/")
    return [
        StoredObject(found["Key"].removeprefix(prefix), found["Size"], rfc3339(found["LastModified"]))
        for found in answer.get("Contents", ())
    ]
