"""Metrics in the shape that the predecessor's `GET /metric` answered, for those who switch.

Names, nesting and types are its own; the figures are those of `metrics`. docs/metrics-api.md says what is different.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NotRequired, TypedDict, cast
from uuid import uuid4

from cloudfront_extensions.aws.clock import epoch_seconds
from cloudfront_extensions.aws.metrics_store import MetricsStore
from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.fields import described
from cloudfront_extensions.metrics.definitions import Metric, value
from cloudfront_extensions.metrics.facts import Facts
from cloudfront_extensions.metrics.fields import EARLIEST_MOMENT, LATEST_MOMENT
from cloudfront_extensions.metrics.top_urls import UrlFigures, added_urls, by_bytes, by_requests
from cloudfront_extensions.metrics.windows import Interval, start_of
from cloudfront_extensions.operations.metric_ranges import (
    MOST_DAYS,
    Range,
    checked_country,
    checked_domain,
    five_minutes_kept_since,
    range_between,
)
from cloudfront_extensions.operations.sizes import fitting

ALL = "all"
TOP = 10
_TIME = "%Y-%m-%d %H:%M:%S"
_TEXTS = (
    Metric.REQUEST,
    Metric.REQUEST_ORIGIN,
    Metric.REQUEST_LATENCY,
    Metric.REQUEST_ORIGIN_LATENCY,
)
"""Numbers in texts where they are of all countries."""
_ALWAYS_TEXTS = (Metric.BANDWIDTH, Metric.BANDWIDTH_ORIGIN, Metric.DOWNSTREAM_TRAFFIC)
_RATIOS = (Metric.CHR, Metric.CHR_BAND_WIDTH)
_LISTS: Mapping[Metric, tuple[str, Metric, Metric]] = {
    Metric.STATUS_CODE: ("StatusCode", Metric.STATUS_CODE, Metric.STATUS_CODE_LATENCY),
    Metric.STATUS_CODE_LATENCY: ("StatusCode", Metric.STATUS_CODE, Metric.STATUS_CODE_LATENCY),
    Metric.STATUS_CODE_ORIGIN: ("StatusCode", Metric.STATUS_CODE_ORIGIN, Metric.STATUS_CODE_ORIGIN_LATENCY),
    Metric.STATUS_CODE_ORIGIN_LATENCY: ("StatusCode", Metric.STATUS_CODE_ORIGIN, Metric.STATUS_CODE_ORIGIN_LATENCY),
    Metric.EDGE_TYPE: ("EdgeType", Metric.EDGE_TYPE, Metric.EDGE_TYPE_LATENCY),
    Metric.EDGE_TYPE_LATENCY: ("EdgeType", Metric.EDGE_TYPE, Metric.EDGE_TYPE_LATENCY),
}
"""What a row is named by, and the metrics of its count and its latency."""
_URLS: Mapping[Metric, tuple[str, Callable[[list[UrlFigures]], list[UrlFigures]], Callable[[UrlFigures], int]]] = {
    Metric.TOP_URL_REQUESTS: ("Count", by_requests, lambda url: url.requests),
    Metric.TOP_URL_SIZE: ("Size", by_bytes, lambda url: url.bytes),
}
METRICS = (*_TEXTS, *_LISTS, *_ALWAYS_TEXTS, *_RATIOS, Metric.LATENCY_RATIO, *_URLS)
"""All that `all` stands for."""


class PredecessorPoint(TypedDict):
    Time: NotRequired[str]
    """The start of the window, UTC; the top URLs have none."""
    Value: Any
    """A text, a number or a list of rows, by the metric."""
    Value_600: NotRequired[float]
    Value_300: NotRequired[float]


class PredecessorSeries(TypedDict):
    Metric: str
    DetailData: list[PredecessorPoint]


class PredecessorData(TypedDict):
    CdnData: list[PredecessorSeries]


class PredecessorResponse(TypedDict):
    Data: list[PredecessorData]
    RequestId: str
    Interval: str
    """5min, or 60min where more than 3 days were asked for, or what is older than figures of five minutes are kept."""
    Country: str


class PredecessorAnswer(TypedDict):
    """What the predecessor answered."""

    Response: PredecessorResponse


class PredecessorText(TypedDict):
    """The same as JSON."""

    Response: str


def get_predecessor_metric(
    *,
    start_time: str,
    end_time: str,
    metric: str,
    domain: str,
    country: str = ALL,
    request_id: str | None = None,
) -> PredecessorAnswer:
    """One metric of a domain, or all, in the predecessor's shape; times are `YYYY-MM-DD HH:MM:SS` (UTC).

    Raises:
        InvalidInput: as where it is asked for more than 31 days.
        InvalidDomainName
        AnswerTooLarge
    """
    of_domain = checked_domain(domain, "Domain")
    of_country = None if country == ALL else checked_country(country, "Country")
    metrics = METRICS if metric == ALL else (_checked_metric(metric),)
    asked = _range(_second(start_time, "StartTime"), _second(end_time, "EndTime"), epoch_seconds())
    store = MetricsStore()
    facts: Mapping[int, Facts] = {}
    if any(each not in _URLS for each in metrics):
        facts = store.facts(of_domain, asked.first, asked.end, asked.interval, countries=of_country is not None).facts
    if of_country is not None:
        facts = _of_country(facts, of_country)
    urls: list[UrlFigures] = []
    if any(each in _URLS for each in metrics):
        first, end = _whole_days(asked)
        urls = added_urls(store.urls(of_domain, first, end).values()).urls
    answer: PredecessorAnswer = {
        "Response": {
            "Data": [
                {
                    "CdnData": [
                        {
                            "Metric": each,
                            "DetailData": [_of_urls(each, urls)]
                            if each in _URLS
                            else list(_points(each, facts, asked, every=of_country is None)),
                        }
                        for each in metrics
                    ]
                }
            ],
            "RequestId": request_id or str(uuid4()),
            "Interval": f"{asked.interval.seconds // 60}min",
            "Country": country,
        }
    }
    return fitting(answer, f"the metrics of {of_domain}", "Ask for one metric, or for a shorter time.")


def _checked_metric(name: str) -> Metric:
    if name in METRICS:
        return Metric(name)
    raise InvalidInput(f"Metric: {described(name)}; give all, or one of {', '.join(METRICS)}")


def _second(text: str, field: str) -> int:
    try:
        seconds = int(datetime.strptime(text, _TIME).replace(tzinfo=UTC).timestamp())
        if not EARLIEST_MOMENT <= seconds <= LATEST_MOMENT:
            raise ValueError
        return seconds
    except ValueError:
        raise InvalidInput(f"{field}: {described(text)}; give a time such as 2026-11-22 08:00:00 (UTC)") from None


def _range(first: int, end: int, now: int) -> Range:
    """In five minutes where these are told for so long, and kept; else in hours."""
    day = Interval.DAY.seconds
    is_long = (
        start_of(end + 299, Interval.FIVE_MINUTES) - start_of(first, Interval.FIVE_MINUTES)
        > MOST_DAYS[Interval.FIVE_MINUTES] * day
    )
    is_old = start_of(first, Interval.FIVE_MINUTES) < five_minutes_kept_since(now)
    interval = Interval.HOUR if is_long or is_old else Interval.FIVE_MINUTES
    return range_between(first, end, interval, ("StartTime", "EndTime"))


def _whole_days(asked: Range) -> tuple[int, int]:
    return start_of(asked.first, Interval.DAY), start_of(asked.end + Interval.DAY.seconds - 1, Interval.DAY)


def _of_country(facts: Mapping[int, Facts], country: str) -> dict[int, Facts]:
    """Windows without the country are left out."""
    kept = {
        start: {cell: measures for cell, measures in of_window.items() if cell.country == country}
        for start, of_window in facts.items()
    }
    return {start: of_window for start, of_window in kept.items() if of_window}


def _points(metric: Metric, facts: Mapping[int, Facts], asked: Range, *, every: bool) -> Iterator[PredecessorPoint]:
    for start, of_window in sorted(facts.items()):
        found = _values(metric, of_window, asked.interval.seconds, every=every)
        if found is not None:
            time = datetime.fromtimestamp(start, UTC).strftime(_TIME)
            yield {"Time": time, **found}  # type: ignore[typeddict-item]


def _values(metric: Metric, facts: Facts, seconds: int, *, every: bool) -> dict[str, Any] | None:
    """None: there is nothing that the metric could be of. `every`: of all countries."""
    if metric in _LISTS:
        name, count, latency = _LISTS[metric]
        counts = cast(Mapping[str, int], value(count, facts, seconds))
        latencies = cast(Mapping[str, float], value(latency, facts, seconds))
        rows = [{name: key, "Count": counts[key], "Latency": round(latencies[key], 3)} for key in counts]
        return {"Value": rows} if rows else None
    found = value(metric, facts, seconds)
    if found is None:
        return None
    if isinstance(found, Mapping):
        ratios = {begins: round(ratio, 2) for begins, ratio in found.items()}
        others = {"Value_600": ratios["600"], "Value_300": ratios["300"]} if every else {}
        return {"Value": ratios["1000"], **others}
    number = round(found, 2 if metric in _RATIOS else 3)
    return {"Value": str(number) if metric in _ALWAYS_TEXTS or (every and metric in _TEXTS) else number}


def _of_urls(metric: Metric, urls: list[UrlFigures]) -> PredecessorPoint:
    name, ordered, figure = _URLS[metric]
    return {"Value": [{"Path": url.path, name: figure(url)} for url in ordered(urls)[:TOP]]}
