"""The URLs of a domain with most requests, or with most bytes."""

from __future__ import annotations

from enum import StrEnum
from typing import TypedDict

from cloudfront_extensions.aws.clock import epoch_seconds
from cloudfront_extensions.aws.metrics_store import MetricsStore
from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.fields import described
from cloudfront_extensions.metrics.known_domains import ALL_DISTRIBUTIONS
from cloudfront_extensions.metrics.top_urls import added_urls, by_bytes, by_requests
from cloudfront_extensions.metrics.windows import Interval, label
from cloudfront_extensions.operations.metric_coverage import covered
from cloudfront_extensions.operations.metric_ranges import checked_domain, range_of
from cloudfront_extensions.operations.pages import checked_limit


class By(StrEnum):
    """What URLs are ordered by."""

    REQUESTS = "requests"
    BYTES = "bytes"


class TopUrl(TypedDict):
    path: str
    """As logged: percent-encoded, without query."""
    requests: int
    bytes: int
    """Sent to viewers, headers included."""


TopUrlsAnswer = TypedDict(
    "TopUrlsAnswer",
    {
        "domain": str,
        "from": str,
        "to": str,
        "completeThrough": str | None,
        "final": bool,
        "rejected": int,
        "by": By,
        "urls": list[TopUrl],
        "mayLack": int,
    },
)
"""`completeThrough`: up to where all figures are final; `final`: whether all of these are; `rejected`: lines in the account's
logs of these hours that could not be counted. `mayLack`: so much at most, of what is ordered by, any figure may be too small,
or a URL that is not in the list may have: of each hour and host the first hundred URLs are counted, and of each domain the
first hundred of their sum kept. It is 0 where the domain had less than a hundred in every hour."""


def get_top_urls(
    *,
    domain: str,
    by: str = By.REQUESTS,
    from_time: str | None = None,
    to_time: str | None = None,
    limit: int = 10,
) -> TopUrlsAnswer:
    """The top URLs of a domain in whole hours; of the last day unless said otherwise.

    Raises:
        InvalidInput: as where it is asked for more than 31 days, or for the URLs of all distributions.
        InvalidDomainName
    """
    of_domain = checked_domain(domain)
    if of_domain == ALL_DISTRIBUTIONS:
        raise InvalidInput(
            "domain: there are no URLs of all distributions together, for a path names one of each; give one domain"
        )
    if by not in tuple(By):
        raise InvalidInput(f"by: {described(by)}; give one of {', '.join(By)}")
    checked_limit(limit)
    now, store = epoch_seconds(), MetricsStore()
    asked = range_of(from_time, to_time, Interval.HOUR, now)
    urls, lack = added_urls(store.urls(of_domain, asked.first, asked.end).values())
    coverage = store.coverage(of_domain, asked.first, asked.end, now, frozenset())
    ordered = by_requests if by == By.REQUESTS else by_bytes
    return {
        "domain": of_domain,
        "from": label(asked.first),
        "to": label(asked.end),
        **covered(coverage, asked),
        "by": By(by),
        "urls": [{"path": url.path, "requests": url.requests, "bytes": url.bytes} for url in ordered(urls)[:limit]],
        "mayLack": lack.requests if by == By.REQUESTS else lack.bytes,
    }
