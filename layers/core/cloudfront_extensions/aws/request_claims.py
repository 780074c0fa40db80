"""What a request token stands for, where nothing but an object in the jobs bucket has to know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cloudfront_extensions.aws.error_table import AlreadyGone
from cloudfront_extensions.aws.objects import get_json, jobs_bucket, put_json
from cloudfront_extensions.errors import RequestTokenConflict


def claim(token: str, key: str, request: Mapping[str, Any], what: str) -> None:
    """Note under `key` what a token stands for; the first request is the one that counts.

    `what` a token names, for the message. Raises RequestTokenConflict where it stands for another request.
    """
    try:
        first = get_json(jobs_bucket(), key, not_found=AlreadyGone)
    except AlreadyGone:
        put_json(jobs_bucket(), key, request)
        return
    if first != request:
        raise RequestTokenConflict(f"requestToken: {token} is the token of another {what}")
