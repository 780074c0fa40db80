"""The countries from which a domain's requests came."""

from __future__ import annotations

from typing import TypedDict, cast

from cloudfront_extensions.aws.clock import epoch_seconds
from cloudfront_extensions.aws.metrics_store import MetricsStore
from cloudfront_extensions.metrics.definitions import Metric, value
from cloudfront_extensions.metrics.facts import Cell, Facts, Measures, added, total
from cloudfront_extensions.metrics.windows import Interval, label
from cloudfront_extensions.operations.metric_coverage import covered
from cloudfront_extensions.operations.metric_ranges import checked_domain, range_of


class CountryFigures(TypedDict):
    country: str
    """ISO 3166-1 alpha-2; `-`: the logs do not tell it."""
    requests: int
    bytes: int
    """Sent to viewers, headers included."""
    requestLatency: float | None
    """Mean time that answers took, in milliseconds."""
    chr: float | None
    """Percent of served requests that were hits."""
    percent: float
    """Of all requests of the domain."""


CountriesAnswer = TypedDict(
    "CountriesAnswer",
    {
        "domain": str,
        "from": str,
        "to": str,
        "completeThrough": str | None,
        "final": bool,
        "rejected": int,
        "requests": int,
        "bytes": int,
        "countries": list[CountryFigures],
    },
)
"""`requests` and `bytes`: of all countries; `completeThrough`: up to where all figures are final; `final`: whether all of these
are; `rejected`: lines in the account's logs of these hours that could not be counted."""


def get_metric_countries(*, domain: str, from_time: str | None = None, to_time: str | None = None) -> CountriesAnswer:
    """The countries of a domain's requests in whole hours, those with most requests first; the last day unless said otherwise.

    Raises:
        InvalidInput: as where it is asked for more than 31 days.
        InvalidDomainName
    """
    of_domain, now = checked_domain(domain), epoch_seconds()
    asked = range_of(from_time, to_time, Interval.HOUR, now)
    store = MetricsStore()
    found = store.facts(of_domain, asked.first, asked.end, Interval.HOUR, countries=True)
    coverage = store.coverage(of_domain, asked.first, asked.end, now, found.sources)
    facts = added(found.facts.values())
    every = total(facts)
    by_country: dict[str, dict[Cell, Measures]] = {}
    for cell, measures in facts.items():
        by_country.setdefault(cell.country, {})[cell] = measures
    countries = [_figures(country, of_country, every) for country, of_country in by_country.items()]
    return {
        "domain": of_domain,
        "from": label(asked.first),
        "to": label(asked.end),
        **covered(coverage, asked),
        "requests": every.requests,
        "bytes": every.bytes,
        "countries": sorted(countries, key=lambda one: (-one["requests"], one["country"])),
    }


def _figures(country: str, facts: Facts, every: Measures) -> CountryFigures:
    of_country = total(facts)
    return {
        "country": country,
        "requests": of_country.requests,
        "bytes": of_country.bytes,
        "requestLatency": cast(float | None, value(Metric.REQUEST_LATENCY, facts, 1)),
        "chr": cast(float | None, value(Metric.CHR, facts, 1)),
        "percent": 100 * of_country.requests / every.requests,
    }
