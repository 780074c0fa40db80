"""Metrics of a domain in windows of time: how many requests, how fast, how many from the cache."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, TypedDict, cast

from cloudfront_extensions.aws.clock import epoch_seconds
from cloudfront_extensions.aws.metrics_store import MetricsStore
from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.fields import described
from cloudfront_extensions.metrics.coverage import Coverage
from cloudfront_extensions.metrics.definitions import DEFINITIONS, Metric, Number, Shape, Value, value
from cloudfront_extensions.metrics.facts import UNKNOWN, Facts, added
from cloudfront_extensions.metrics.windows import SMALLEST, Interval, label
from cloudfront_extensions.operations.metric_coverage import covered
from cloudfront_extensions.operations.metric_ranges import (
    Range,
    checked_country,
    checked_domain,
    checked_interval,
    range_of,
)
from cloudfront_extensions.operations.sizes import fitting

ALL = "all"
OF_WINDOWS = tuple(metric for metric in Metric if DEFINITIONS[metric].view)
"""The metrics that are views over facts; URLs and speeds are asked for by themselves."""
_ELSEWHERE = {
    Shape.URLS: "the top URLs (/metrics/top-urls, topUrls)",
    Shape.SPEEDS: "the download speeds (/metrics/download-speeds, downloadSpeeds)",
}
_LESS = "Ask for fewer metrics or a shorter time at once, or choose a longer interval."


class Compare(StrEnum):
    """What values are set beside."""

    PREVIOUS = "previous"
    """Those of the time of the same length that ends where this one begins."""


class MetricWindow(TypedDict):
    start: str
    """RFC 3339 in UTC. The window has what was answered from then up to, but not at, the start of the next one."""
    final: bool
    """Whether it can no longer change: CloudFront delivers logs up to 24 hours late."""


class MetricSeries(TypedDict):
    """One metric, or one of the numbers that a metric is told by."""

    metric: Metric
    key: str | None
    """What of the metric: a status, a result type, or the milliseconds from which answers count as slow. None: it is one
    number."""
    unit: str
    """count, ms, bytes, bit/s or %."""
    values: list[float | None]
    """One for each window. None: no logs of it were counted, or there was no request that it could be of."""
    total: float | None
    """Of all windows together: the mean or ratio of all their requests, never a mean of means."""
    previousValues: list[float | None] | None
    """Those of the time before, window by window; None unless they are compared."""
    previousTotal: float | None


TimeBefore = TypedDict("TimeBefore", {"from": str, "to": str})
MetricsAnswer = TypedDict(
    "MetricsAnswer",
    {
        "domain": str,
        "country": str | None,
        "interval": Interval,
        "from": str,
        "to": str,
        "completeThrough": str | None,
        "rejected": int,
        "windows": list[MetricWindow],
        "series": list[MetricSeries],
        "previous": TimeBefore | None,
    },
)
"""From the start of the first window up to, but not at, `to`; `completeThrough`: up to where all figures are final; `rejected`:
lines in the account's logs of these hours that could not be counted."""


class _Period(NamedTuple):
    """The facts of each window in question; None where no logs of it were counted."""

    windows: list[Facts | None]
    seconds: list[int]
    """For how long each window was counted."""

    def values(self, metric: Metric) -> list[Value]:
        windows = zip(self.windows, self.seconds, strict=True)
        return [None if facts is None else value(metric, facts, seconds) for facts, seconds in windows]

    def total(self, metric: Metric) -> Value:
        counted = [facts for facts in self.windows if facts is not None]
        seconds = [of for facts, of in zip(self.windows, self.seconds, strict=True) if facts is not None]
        return value(metric, added(counted), sum(seconds)) if counted else None


def get_metrics(
    *,
    domain: str,
    metric: str | Sequence[str] = ALL,
    from_time: str | None = None,
    to_time: str | None = None,
    country: str | None = None,
    interval: str = Interval.HOUR,
    compare: str | None = None,
) -> MetricsAnswer:
    """Metrics of a domain in windows of five minutes, an hour or a day.

    `domain` is an alias, a distribution's id, or `*` for all distributions. `metric` is one, several (a list, or a text
    with commas), or `all`. Without `from_time` and `to_time` it is the last 3 hours, day or 30 days, by the interval.

    Raises:
        InvalidInput: as where windows of five minutes are asked for more than 3 days, or hours for more than 31, or what is
            compared with is kept no more.
        InvalidDomainName
        AnswerTooLarge
    """
    of_domain, of_country = checked_domain(domain), checked_country(country)
    metrics = _metrics(metric)
    if compare is not None and compare not in tuple(Compare):
        raise InvalidInput(f"compare: {described(compare)}; give {Compare.PREVIOUS}, or leave it out")
    now = epoch_seconds()
    asked = range_of(
        from_time,
        to_time,
        checked_interval(interval),
        now,
        of_country=of_country is not None,
        has_interval=True,
        has_before=compare is not None,
    )
    periods = [asked, asked.before] if compare else [asked]
    store = MetricsStore()
    first = periods[-1].first
    found = store.facts(of_domain, first, asked.end, asked.interval, countries=of_country is not None)
    coverage = store.coverage(of_domain, first, asked.end, now, found.sources)
    told = covered(coverage, asked)
    read = [_period(period, found.facts, coverage, of_country) for period in periods]
    answer: MetricsAnswer = {
        "domain": of_domain,
        "country": of_country,
        "interval": asked.interval,
        "from": label(asked.first),
        "to": label(asked.end),
        "completeThrough": told["completeThrough"],
        "rejected": told["rejected"],
        "windows": [
            {"start": label(start), "final": coverage.is_final(start, asked.interval)} for start in asked.starts
        ],
        "series": [one for each in metrics for one in _series(each, *read)],
        "previous": {"from": label(periods[1].first), "to": label(periods[1].end)} if compare else None,
    }
    return fitting(answer, f"the metrics of {of_domain}", _LESS)


def _metrics(given: str | Sequence[str]) -> list[Metric]:
    names = [name.strip() for name in given.split(",")] if isinstance(given, str) else list(given)
    for name in names:
        if name == ALL:
            continue
        if name not in tuple(Metric):
            raise InvalidInput(f"metric: {described(name)}; give all, or some of {', '.join(OF_WINDOWS)}")
        if elsewhere := _ELSEWHERE.get(DEFINITIONS[Metric(name)].shape):
            raise InvalidInput(f"metric: {name} is not told in windows; ask for {elsewhere}, and leave it out here")
    return list(OF_WINDOWS) if ALL in names or not names else [Metric(name) for name in dict.fromkeys(names)]


def _period(asked: Range, facts: Mapping[int, Facts], coverage: Coverage, country: str | None) -> _Period:
    windows = [facts.get(start, {} if coverage.is_counted(start, asked.interval) else None) for start in asked.starts]
    if country is not None:
        windows = [None if one is None else _of_country(one, country) for one in windows]
    return _Period(windows, _seconds(asked, coverage))


def _of_country(facts: Facts, country: str) -> Facts | None:
    """None: there were requests, and logs tell the country of none of them, as those of the legacy kind."""
    if country != UNKNOWN and facts and all(cell.country == UNKNOWN for cell in facts):
        return None
    return {cell: measures for cell, measures in facts.items() if cell.country == country}


def _seconds(asked: Range, coverage: Coverage) -> list[int]:
    """For how long each window was counted: one that is not over up to the last five minutes of which there are logs."""
    whole = asked.interval.seconds
    counted = min(coverage.now, max(coverage.counted, default=0) + SMALLEST)
    return [counted - start if coverage.now < start + whole and start < counted else whole for start in asked.starts]


def _series(metric: Metric, period: _Period, before: _Period | None = None) -> list[MetricSeries]:
    values, total = period.values(metric), period.total(metric)
    values_before = before.values(metric) if before else None
    total_before = before.total(metric) if before else None
    every = [*values, total, *(values_before or ()), total_before]
    keys: Sequence[str | None] = [None]
    if DEFINITIONS[metric].shape is not Shape.NUMBER:
        keys = sorted({key for one in every if isinstance(one, Mapping) for key in one})
    return [
        {
            "metric": metric,
            "key": key,
            "unit": DEFINITIONS[metric].unit,
            "values": [_number(metric, one, key) for one in values],
            "total": _number(metric, total, key),
            "previousValues": None if values_before is None else [_number(metric, one, key) for one in values_before],
            "previousTotal": _number(metric, total_before, key),
        }
        for key in keys
    ]


def _number(metric: Metric, of_window: Value, key: str | None) -> Number | None:
    """Of a window that was counted, but has no request of this key, the count is 0; a mean there is none."""
    if key is None or of_window is None:
        return cast(Number | None, of_window)
    nothing = 0 if DEFINITIONS[metric].unit == "count" else None
    return cast(Mapping[str, Number], of_window).get(key, nothing)
