"""The countries from which a domain's requests came."""

from __future__ import annotations

from typing import TypedDict

from cloudfront_extensions.aws.clock import epoch_seconds
from cloudfront_extensions.aws.metrics_store import MetricsStore
from cloudfront_extensions.metrics.definitions import Metric, value
from cloudfront_extensions.metrics.facts import Cell, Facts, Measures, added, total
from cloudfront_extensions.metrics.windows import Interval, label
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
        "requests": int,
        "bytes": int,
        "countries": list[CountryFigures],
    },
)
"""`requests` and `bytes`: of all countries; `completeThrough`: up to where all figures are final."""


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
    through = coverage.complete_through
    return {
        "domain": of_domain,
        "from": label(asked.first),
        "to": label(asked.end),
        "completeThrough": None if through is None else label(through),
        "requests": every.requests,
        "bytes": every.bytes,
        "countries": sorted(countries, key=lambda one: (-one["requests"], one["country"])),
    }


def _figures(country: str, facts: Facts, every: Measures) -> CountryFigures:
    measures = total(facts)
    return {
        "country": country,
        "requests": measures.requests,
        "bytes": measures.bytes,
        "requestLatency": _number(Metric.REQUEST_LATENCY, facts),
        "chr": _number(Metric.CHR, facts),
        "percent": 100 * measures.requests / every.requests,
    }


def _number(metric: Metric, facts: Facts) -> float | None:
    found = value(metric, facts, 1)
    return found if isinstance(found, int | float) else None
