"""The work of a child of `cache_prewarm`: the URLs of one batch through one PoP, as many as one invocation has time for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypedDict

from cloudfront_extensions.aws.clock import epoch_seconds
from cloudfront_extensions.aws.edge_fetch import LONGEST, fetch
from cloudfront_extensions.aws.error_table import AlreadyGone
from cloudfront_extensions.aws.objects import get_json, put_json
from cloudfront_extensions.aws.prewarm_beginning import chunk_key
from cloudfront_extensions.prewarming.fetches import Fetch, Outcome, not_fetched
from cloudfront_extensions.prewarming.urls import Url, parse_url

AT_ONCE = 6
"""Fetches of one child at the same time, as a browser would."""
TIME_FOR_ONE = LONGEST + 30
"""Seconds that an invocation must have left to begin with more URLs."""


class Batch(TypedDict):
    """What the map gives a child."""

    bucket: str
    prefix: str
    runId: str
    domainName: str
    headers: dict[str, str]
    deadline: int
    number: int
    pop: str
    chunk: int


class BatchState(Batch):
    """What the loop of one child carries."""

    done: bool
    warm: int
    failed: int


class Results(TypedDict):
    """What a child has written down."""

    runId: str
    fetches: list[Fetch]


Fetching = Callable[[Url], Fetch]


def fetch_batch(
    batch: Batch, addresses_of: Callable[[str, str], Sequence[str]], seconds_left: Callable[[], float]
) -> BatchState:
    """Fetch what is left of a batch. `addresses_of` tells where a PoP answers for a distribution's domain name.

    Raises:
        AwsUnavailable: DNS does not answer.
    """
    urls = [parse_url(url, "", "url") for url in get_json(batch["bucket"], chunk_key(batch["prefix"], batch["chunk"]))]
    fetches = _earlier(batch)
    left = [url for url in urls if str(url) not in {done["url"] for done in fetches}]
    addresses = addresses_of(batch["domainName"], batch["pop"]) if left else ()
    one = _with(batch, addresses)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while left and (not addresses or seconds_left() > TIME_FOR_ONE):
            fetches.extend(pool.map(one, left[:AT_ONCE]))
            del left[:AT_ONCE]
            put_json(batch["bucket"], results_key(batch["prefix"], batch["number"]), _results(batch, fetches))
    warm = sum(done["outcome"] == Outcome.WARM for done in fetches)
    return {**batch, "done": not left, "warm": warm, "failed": len(fetches) - warm}


def results_key(prefix: str, number: int) -> str:
    return f"{prefix}results/{number}.json"


def _earlier(batch: Batch) -> list[Fetch]:
    """What needs no fetch any more: all of this run, and what came through in an earlier one."""
    try:
        results: Results = get_json(
            batch["bucket"], results_key(batch["prefix"], batch["number"]), not_found=AlreadyGone
        )
    except AlreadyGone:
        return []
    is_ours = results["runId"] == batch["runId"]
    return [done for done in results["fetches"] if is_ours or done["outcome"] == Outcome.WARM]


def _with(batch: Batch, addresses: Sequence[str]) -> Fetching:
    if not addresses:
        reason = f"{batch['pop']} has no address for {batch['domainName']}"
        return lambda url: not_fetched(str(url), batch["pop"], Outcome.NO_SUCH_POP, reason)
    return partial(_fetched_in_time, batch, addresses)


def _fetched_in_time(batch: Batch, addresses: Sequence[str], url: Url) -> Fetch:
    left = batch["deadline"] - epoch_seconds()
    if left <= 0:
        return not_fetched(str(url), batch["pop"], Outcome.TIMED_OUT, "the time of the pre-warming was over")
    return fetch(url, batch["pop"], addresses, batch["headers"], longest=min(LONGEST, left))


def _results(batch: Batch, fetches: list[Fetch]) -> Results:
    return {"runId": batch["runId"], "fetches": fetches}
