"""A place for one key bundle: a link to put it there, past the API, encrypted, once."""

from __future__ import annotations

import os
from secrets import token_hex
from typing import TypedDict

from cloudfront_extensions.aws.clock import seconds_from_now
from cloudfront_extensions.aws.objects import jobs_bucket
from cloudfront_extensions.aws.presigned import LINK_SECONDS, upload_link
from cloudfront_extensions.certificates.key_bundle_reference import OBJECT_PREFIX
from cloudfront_extensions.operations.access import audit
from cloudfront_extensions.operations.callers import Caller


class KeyBundleUpload(TypedDict):
    uploadUrl: str
    """Takes the bundle as the body of one request, with exactly these headers, until it expires."""
    method: str
    """PUT."""
    headers: dict[str, str]
    bucket: str
    key: str
    """With the answer's header x-amz-version-id, these two are the reference to the bundle that a batch names."""
    expiresAt: str


def create_key_bundle_upload(*, caller: Caller) -> KeyBundleUpload:
    """A link for one bundle, which the import task alone can read. The bundle never passes through this function."""
    bucket, key = jobs_bucket(), f"{OBJECT_PREFIX}uploaded-{token_hex(16)}"
    audit("createKeyBundleUpload", caller, key)
    expires_at = seconds_from_now(LINK_SECONDS)
    link = upload_link(bucket, key, os.environ["KEY_BUNDLE_KEY"])
    return {
        "uploadUrl": link.url,
        "method": "PUT",
        "headers": dict(link.headers),
        "bucket": bucket,
        "key": key,
        "expiresAt": expires_at,
    }
