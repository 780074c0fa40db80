"""The first steps of `cache_prewarm`: what is to be fetched through which PoPs, in batches; and the invalidation before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from cloudfront_extensions.aws import cloudfront
from cloudfront_extensions.aws.clock import epoch_seconds
from cloudfront_extensions.aws.invalidations import begin_invalidation, is_invalidated
from cloudfront_extensions.aws.objects import get_bytes, jobs_bucket, put_json
from cloudfront_extensions.aws.request_claims import claim
from cloudfront_extensions.certificates.names import covers
from cloudfront_extensions.distributions.config import aliases_of
from cloudfront_extensions.distributions.source import FileSource
from cloudfront_extensions.errors import (
    DistributionNotFound,
    InvalidationTimedOut,
    InvalidInput,
    with_next_action,
)
from cloudfront_extensions.prewarming.pops import known_pops
from cloudfront_extensions.prewarming.request import MOST_INVALIDATED, PrewarmRequest, parse_request
from cloudfront_extensions.prewarming.urls import MOST_URLS, Url, parse_urls

BATCH_SIZE = 50
"""URLs that a child fetches through one PoP."""
MOST_FETCHES = 100_000
LARGEST_FILE = 20_000_000
"""Bytes of a file of URLs."""


class Invalidation(TypedDict):
    id: str
    """Empty where there is none."""
    done: bool


class BegunPrewarm(TypedDict):
    """The state of the workflow from the first step on."""

    bucket: str
    prefix: str
    manifestKey: str
    runId: str
    """What an earlier run with the same token fetched in vain is fetched again; what came through is not."""
    distributionId: str
    domainName: str
    headers: dict[str, str]
    deadline: int
    """When the time is over, in seconds since 1970."""
    invalidation: Invalidation


class ManifestEntry(TypedDict):
    number: int
    pop: str
    chunk: int
    """Which part of the URLs."""


def begin_prewarm(document: Mapping[str, Any], run_id: str) -> BegunPrewarm:
    """Write down what is to be fetched, and begin the invalidation that was asked for.

    Raises:
        InvalidInput: the request does not say what is wanted, or a URL is not the distribution's.
        RequestTokenConflict: its token stands for another request.
        DistributionNotFound: there is no such distribution.
    """
    request = parse_request(document, known_pops())
    prefix = prefix_of(request.token)
    distribution = _distribution(request.distribution_id)
    urls = _urls(request, distribution)
    if len(urls) * len(request.pops) > MOST_FETCHES:
        raise InvalidInput(
            f"urls: {len(urls):,} URLs through {len(request.pops)} PoPs are more than {MOST_FETCHES:,} fetches; "
            "start several pre-warmings with fewer"
        )
    paths = _paths(request, urls)
    claim(request.token, f"{prefix}request.json", request.as_json(), "pre-warming")
    _write_manifest(prefix, urls, request.pops)
    put_json(jobs_bucket(), run_key(request.token), {"runId": run_id})
    return {
        "bucket": jobs_bucket(),
        "prefix": prefix,
        "manifestKey": f"{prefix}manifest.json",
        "runId": run_id,
        "distributionId": distribution.id,
        "domainName": distribution.domain_name,
        "headers": dict(request.headers),
        "deadline": epoch_seconds() + request.timeout_seconds,
        "invalidation": {
            "id": begin_invalidation(distribution.id, paths, f"prewarm-{request.token}") if paths else "",
            "done": not paths,
        },
    }


def look_at_invalidation(begun: BegunPrewarm) -> BegunPrewarm:
    """Whether the invalidation is done. Raises InvalidationTimedOut where it is not, and the time is over."""
    done = is_invalidated(begun["distributionId"], begun["invalidation"]["id"])
    if not done and epoch_seconds() >= begun["deadline"]:
        raise InvalidationTimedOut(
            f"invalidation {begun['invalidation']['id']} of distribution {begun['distributionId']} is still in progress"
        )
    return {**begun, "invalidation": {"id": begun["invalidation"]["id"], "done": done}}


def prefix_of(token: str) -> str:
    """Of the keys of a pre-warming in the jobs bucket."""
    return f"prewarms/{token}/"


def run_key(token: str) -> str:
    """Of the object that names the last execution of a pre-warming."""
    return f"{prefix_of(token)}run.json"


def chunk_key(prefix: str, chunk: int) -> str:
    return f"{prefix}urls/{chunk}.json"


def _distribution(distribution_id: str) -> cloudfront.Distribution:
    if found := cloudfront.distribution(distribution_id):
        return found
    raise DistributionNotFound(
        with_next_action(f"there is no distribution {distribution_id} in this account", "Check the distribution's id.")
    )


def _urls(request: PrewarmRequest, distribution: cloudfront.Distribution) -> tuple[Url, ...]:
    if request.source:
        place, given = f"s3://{request.source.bucket}/{request.source.key}", _lines(request.source)
    else:
        place, given = "urls", request.urls
    urls = parse_urls(given, distribution.domain_name, place)
    names = (distribution.domain_name, *(alias.lower() for alias in aliases_of(distribution.config)))
    for number, url in enumerate(urls):
        if not any(covers(name, url.host) for name in names):
            raise InvalidInput(
                f"{place}[{number}]: {url.host} is no name of distribution {distribution.id}; "
                f"its names are {', '.join(names)}"
            )
    return urls


def _lines(source: FileSource) -> Sequence[object]:
    where = f"s3://{source.bucket}/{source.key}"
    content = get_bytes(source.bucket, source.key, limit=LARGEST_FILE, not_found=InvalidInput, too_large=InvalidInput)
    try:
        lines = [line.strip() for line in content.decode("utf-8-sig").splitlines()]
    except UnicodeDecodeError:
        raise InvalidInput(f"{where} is no text in UTF-8; write a URL on each line") from None
    urls = [line for line in lines if line and not line.startswith("#")]
    if len(urls) > MOST_URLS:
        raise InvalidInput(f"{where} has {len(urls):,} URLs; at most {MOST_URLS:,} are taken at a time")
    return urls


def _paths(request: PrewarmRequest, urls: Sequence[Url]) -> Sequence[str]:
    """What is to be invalidated: the URLs with and without their queries, where the request names no paths itself."""
    if request.invalidate is False:
        return ()
    if request.invalidate is not True:
        return request.invalidate
    paths = tuple(dict.fromkeys(path for url in urls for path in (url.path, url.target)))
    if len(paths) > MOST_INVALIDATED:
        raise InvalidInput(
            f"invalidate: the URLs have {len(paths):,} paths, and CloudFront invalidates {MOST_INVALIDATED:,} at a time; "
            'name wildcards, such as ["/*"]'
        )
    return paths


def _write_manifest(prefix: str, urls: Sequence[Url], pops: Sequence[str]) -> None:
    """All PoPs get the first URLs before any gets the next ones."""
    chunks = [urls[start : start + BATCH_SIZE] for start in range(0, len(urls), BATCH_SIZE)]
    for number, chunk in enumerate(chunks):
        put_json(jobs_bucket(), chunk_key(prefix, number), [str(url) for url in chunk])
    manifest: list[ManifestEntry] = [
        {"number": number, "pop": pop, "chunk": chunk}
        for number, (chunk, pop) in enumerate((chunk, pop) for chunk in range(len(chunks)) for pop in pops)
    ]
    put_json(jobs_bucket(), f"{prefix}manifest.json", manifest)
