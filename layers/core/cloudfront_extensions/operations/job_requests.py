"""The request of a job: as it comes, as it is kept beside the job's other files, and as its execution gets it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cloudfront_extensions.aws.objects import get_json, jobs_bucket, put_text
from cloudfront_extensions.errors import BodyTooLarge, InvalidInput, JobNotFound, KeyExposed
from cloudfront_extensions.jobs.pasted_keys import WHAT_WAS_PASTED
from cloudfront_extensions.jobs.request import OnboardingRequest, canonical_json, parse_request
from cloudfront_extensions.operations.request_tokens import with_token

LARGEST_REQUEST = 250_000
"""Bytes: Step Functions takes 262,144, and the request has its defaults written out."""


def parsed(document: Mapping[str, Any], idempotency_key: str | None) -> OnboardingRequest:
    """Raises InvalidInput, BodyTooLarge, KeyExposed."""
    document = with_token(document, idempotency_key)
    _check_writable(document)
    try:
        return parse_request(document)
    except KeyExposed:
        raise KeyExposed(f"{WHAT_WAS_PASTED}; nothing was started or kept") from None


def keep(asked: OnboardingRequest) -> None:
    """What the workflow writes as its first step: from now on the job can be found and redriven."""
    prefix = "dry-runs" if asked.dry_run else "jobs"
    put_text(jobs_bucket(), f"{prefix}/{asked.job_id}/request.json", canonical_json(asked), "application/json")


def stored(job_id: str, folder: str = "jobs") -> dict[str, Any]:
    """Raises JobNotFound."""
    try:
        document: dict[str, Any] = get_json(jobs_bucket(), f"{folder}/{job_id}/request.json", JobNotFound)
    except JobNotFound:
        raise JobNotFound(f"there is no job {job_id}") from None
    return document


def as_input(asked: OnboardingRequest) -> dict[str, Any]:
    """Of the execution."""
    document: dict[str, Any] = json.loads(canonical_json(asked))
    return document


def _check_writable(document: Mapping[str, Any]) -> None:
    """Whether a request can be the input of an execution. Rows are not looked into before that has begun."""
    try:
        text = json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    except (RecursionError, TypeError, ValueError):
        raise InvalidInput("body: it can't be written as JSON again: a number or a character in it is none") from None
    if len(text) > LARGEST_REQUEST:
        raise BodyTooLarge(f"the request has {len(text):,} bytes; at most {LARGEST_REQUEST:,} can be started with")
