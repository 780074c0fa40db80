"""The last step of `cache_prewarm`: what every fetch came to."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypedDict

from cloudfront_extensions.aws.error_table import AlreadyGone
from cloudfront_extensions.aws.objects import get_json, put_json, put_text
from cloudfront_extensions.aws.prewarm_beginning import BegunPrewarm, ManifestEntry, chunk_key
from cloudfront_extensions.aws.prewarm_fetching import Results, results_key
from cloudfront_extensions.errors import PrewarmIncomplete
from cloudfront_extensions.prewarming.fetches import (
    Fetch,
    Outcome,
    Report,
    Totals,
    cause,
    failures_csv,
    not_fetched,
    report,
)

REPORT, FAILURES, SUMMARY = "report.json", "failures.csv", "summary.json"
"""What is written below a pre-warming's prefix."""
MOST_NAMED = 100
"""PoPs, and URLs, that the summary names."""
AT_ONCE = 8
"""Results read at the same time."""


class PrewarmSummary(TypedDict):
    """The report without its parts of any length."""

    runId: str
    totals: Totals
    failedPops: list[str]
    failedUrls: list[str]


class FinishedPrewarm(TypedDict):
    """What the workflow ends with; `failure` says why it is not complete."""

    complete: bool
    totals: Totals
    report: dict[str, str]
    failure: dict[str, str]


def finish_prewarm(begun: BegunPrewarm) -> FinishedPrewarm:
    """Write the report, as JSON and, of what failed, as CSV."""
    bucket, prefix = begun["bucket"], begun["prefix"]
    manifest: list[ManifestEntry] = get_json(bucket, begun["manifestKey"], limit=50_000_000)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(lambda entry: list(_fetches(begun, entry)), manifest)
        fetches = [fetch for batch in found for fetch in batch]
    told = report(get_json(bucket, f"{prefix}request.json"), fetches)
    put_json(bucket, f"{prefix}{REPORT}", told)
    put_text(bucket, f"{prefix}{FAILURES}", failures_csv(fetches), "text/csv; charset=utf-8")
    put_json(bucket, f"{prefix}{SUMMARY}", _summary(begun["runId"], told))
    counts = told["totals"]
    where = f"s3://{bucket}/{prefix}{REPORT}"
    return {
        "complete": counts["failed"] == 0,
        "totals": counts,
        "report": {"bucket": bucket, "key": f"{prefix}{REPORT}", "failuresKey": f"{prefix}{FAILURES}"},
        "failure": {"Error": PrewarmIncomplete.__name__, "Cause": cause(fetches, where)} if counts["failed"] else {},
    }


def _summary(run_id: str, told: Report) -> PrewarmSummary:
    return {
        "runId": run_id,
        "totals": told["totals"],
        "failedPops": told["failedPops"][:MOST_NAMED],
        "failedUrls": told["failedUrls"][:MOST_NAMED],
    }


def _fetches(begun: BegunPrewarm, entry: ManifestEntry) -> Iterator[Fetch]:
    """What is on record of a batch, and of what is not, that it was not tried."""
    bucket, prefix = begun["bucket"], begun["prefix"]
    try:
        results: Results = get_json(bucket, results_key(prefix, entry["number"]), not_found=AlreadyGone)
    except AlreadyGone:
        results = {"runId": begun["runId"], "fetches": []}
    urls: list[str] = get_json(bucket, chunk_key(prefix, entry["chunk"]))
    on_record = {fetch["url"]: fetch for fetch in results["fetches"]}
    for url in urls:
        yield on_record.get(url) or not_fetched(
            url, entry["pop"], Outcome.NOT_TRIED, "its batch failed; the child of the Map Run has the cause"
        )
