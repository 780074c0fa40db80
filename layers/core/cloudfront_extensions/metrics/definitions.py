"""Metrics: views over facts, each with its unit. No metric is stored; what is asked is computed from a sum of facts.

A ratio or a mean of several domains, countries or windows is therefore the ratio or the mean of all their requests, never a
mean of means, and nothing is rounded here. Where nothing was counted that a value could be of, it is None, never nought or
a hundred. docs/metrics.md sets each beside the predecessor's definition. The names without `Strict` and `Cumulative` mean
what they mean there, less its errors.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple

from cloudfront_extensions.metrics.facts import Cell, Facts, Measures, OriginUse, total


class Metric(StrEnum):
    REQUEST = "request"
    """Requests."""
    REQUEST_LATENCY = "requestLatency"
    """Mean time-taken, in milliseconds."""
    REQUEST_ORIGIN = "requestOrigin"
    """Requests for which the origin was used as `OriginUse.FETCHED` says."""
    REQUEST_ORIGIN_LATENCY = "requestOriginLatency"
    """Mean time-taken of these, in milliseconds."""
    REQUEST_ORIGIN_STRICT = "requestOriginStrict"
    """Requests for which the origin was asked anything, `RefreshHit` included."""
    REQUEST_ORIGIN_STRICT_LATENCY = "requestOriginStrictLatency"
    """Mean time-taken of these, in milliseconds."""
    STATUS_CODE = "statusCode"
    """Requests by status."""
    STATUS_CODE_LATENCY = "statusCodeLatency"
    """Mean time-taken by status, in milliseconds."""
    STATUS_CODE_ORIGIN = "statusCodeOrigin"
    """Requests of requestOrigin by status."""
    STATUS_CODE_ORIGIN_LATENCY = "statusCodeOriginLatency"
    """Mean time-taken of these by status, in milliseconds."""
    STATUS_CODE_ORIGIN_STRICT = "statusCodeOriginStrict"
    """Requests of requestOriginStrict by status."""
    STATUS_CODE_ORIGIN_STRICT_LATENCY = "statusCodeOriginStrictLatency"
    """Mean time-taken of these by status, in milliseconds."""
    BANDWIDTH = "bandwidth"
    """Bits a second sent to viewers, headers included: the mean over the window."""
    BANDWIDTH_ORIGIN = "bandwidthOrigin"
    """Bits a second sent to viewers by the requests of requestOrigin. What the origin itself sent is in no log."""
    DOWNSTREAM_TRAFFIC = "downstreamTraffic"
    """Bytes sent to viewers, headers included."""
    CHR = "chr"
    """Percent of served requests that were hits. Served is all but LimitExceeded and CapacityExceeded."""
    CHR_STRICT = "chrStrict"
    """Percent of requests for content that were hits: Error and Redirect are not among them either."""
    CHR_BAND_WIDTH = "chrBandWidth"
    """Percent of the bytes of served requests that were sent by hits."""
    CHR_BAND_WIDTH_STRICT = "chrBandWidthStrict"
    """Percent of the bytes of requests for content that were sent by hits."""
    LATENCY_RATIO = "latencyRatio"
    """Percent of requests that took 1,000 ms or longer, from 600 up to 1,000 ms, and from 300 up to 600 ms."""
    LATENCY_RATIO_CUMULATIVE = "latencyRatioCumulative"
    """Percent of requests that took 1,000, 600 and 300 ms or longer."""
    EDGE_TYPE = "edgeType"
    """Requests by x-edge-response-result-type."""
    EDGE_TYPE_LATENCY = "edgeTypeLatency"
    """Mean time-taken by x-edge-response-result-type, in milliseconds."""
    TOP_URL_REQUESTS = "topNUrlRequests"
    """URLs of a domain with most requests, with their number."""
    TOP_URL_SIZE = "topNUrlSize"
    """URLs of a domain with most bytes sent to viewers, with their sum."""
    DOWNLOAD_SPEED = "downloadSpeed"
    """Percent of answers in each class of speed, by country and network (`download_speeds`)."""
    DOWNLOAD_SPEED_ORIGIN = "downloadSpeedOrigin"
    """The same, of the answers for which the origin was used as `OriginUse.FETCHED` says."""


class Shape(StrEnum):
    """What a value looks like."""

    NUMBER = "number"
    BY_STATUS = "byStatus"
    """Numbers by three digits of status; `000`: the viewer was gone before the answer."""
    BY_RESULT = "byResult"
    """Numbers by x-edge-response-result-type."""
    SLOW = "slow"
    """Percentages by `1000`, `600` and `300`, the milliseconds at which a class begins."""
    URLS = "urls"
    """A list of `top_urls.UrlFigures`; not of facts."""
    SPEEDS = "speeds"
    """What `download_speeds.shares` answers; not of facts."""


Number = int | float
Value = Number | Mapping[str, Number] | None
View = Callable[[Facts, int], Value]


class Definition(NamedTuple):
    unit: str
    shape: Shape
    view: View | None
    """From facts and the seconds that they span. None: the metric is no view of facts."""


def value(metric: Metric, facts: Facts, seconds: int) -> Value:
    """One metric of facts that span so many seconds.

    Returns:
        A number, numbers by name for the shapes BY_STATUS, BY_RESULT and SLOW, or None where no request was counted that it
        could be of; a count or a sum of no requests is 0, and numbers by name are then none at all.

    Raises:
        ValueError: the metric is of URLs or speeds, which facts do not have.
    """
    view = DEFINITIONS[metric].view
    if view is None:
        raise ValueError(f"{metric} is no view of facts; compute it from top_urls or download_speeds")
    return view(facts, seconds)


Kept = Callable[[Cell], bool]
FROM_ORIGIN = frozenset({OriginUse.FETCHED})
ASKED_ORIGIN = frozenset({OriginUse.FETCHED, OriginUse.REVALIDATED})
NOT_SERVED = frozenset({"LimitExceeded", "CapacityExceeded"})
NO_CONTENT = NOT_SERVED | {"Error", "Redirect"}


def is_hit(result: str) -> bool:
    """Whether x-edge-response-result-type says that the viewer got a cached copy: `Hit` and `RefreshHit`."""
    return result.endswith("Hit")


_REQUESTS: Callable[[Measures], int] = attrgetter("requests")
_BYTES: Callable[[Measures], int] = attrgetter("bytes")
_TAKEN_MS: Callable[[Measures], int] = attrgetter("taken_ms")


def _every(_cell: Cell) -> bool:
    return True


def _used(uses: Collection[OriginUse]) -> Kept:
    return lambda cell: cell.origin in uses


def _without(results: Collection[str]) -> Kept:
    return lambda cell: cell.result not in results


def _sum(facts: Facts, measure: Callable[[Measures], int], kept: Kept) -> int:
    return sum([measure(measures) for cell, measures in facts.items() if kept(cell)])


def _sum_of(measure: Callable[[Measures], int], kept: Kept = _every) -> View:
    return lambda facts, _seconds: _sum(facts, measure, kept)


def _latency(kept: Kept = _every) -> View:
    def mean(facts: Facts, _seconds: int) -> Value:
        requests = _sum(facts, _REQUESTS, kept)
        return _sum(facts, _TAKEN_MS, kept) / requests if requests else None

    return mean


def _bandwidth(kept: Kept = _every) -> View:
    return lambda facts, seconds: _sum(facts, _BYTES, kept) * 8 / seconds


def _hit_ratio(measure: Callable[[Measures], int], counted: Kept) -> View:
    def ratio(facts: Facts, _seconds: int) -> Value:
        every = _sum(facts, measure, counted)
        return 100 * _sum(facts, measure, lambda cell: is_hit(cell.result)) / every if every else None

    return ratio


def _slow(*, cumulative: bool) -> View:
    def ratios(facts: Facts, _seconds: int) -> Value:
        found = total(facts)
        if not found.requests:
            return None
        slow_600, slow_300 = found.slow_600, found.slow_300
        if cumulative:
            slow_600 += found.slow_1000
            slow_300 += slow_600
        counts = {"1000": found.slow_1000, "600": slow_600, "300": slow_300}
        return {begins: 100 * count / found.requests for begins, count in counts.items()}

    return ratios


def _sums_by(
    facts: Facts, measure: Callable[[Measures], int], name: Callable[[Cell], str], kept: Kept
) -> dict[str, int]:
    sums: dict[str, int] = {}
    for cell, measures in facts.items():
        if kept(cell):
            key = name(cell)
            sums[key] = sums.get(key, 0) + measure(measures)
    return sums


def _counts_by(name: Callable[[Cell], str], kept: Kept = _every) -> View:
    return lambda facts, _seconds: dict(sorted(_sums_by(facts, _REQUESTS, name, kept).items()))


def _latency_by(name: Callable[[Cell], str], kept: Kept = _every) -> View:
    def means(facts: Facts, _seconds: int) -> Value:
        taken = _sums_by(facts, _TAKEN_MS, name, kept)
        requests = _sums_by(facts, _REQUESTS, name, kept)
        return {key: taken[key] / count for key, count in sorted(requests.items()) if count}

    return means


_STATUS: Callable[[Cell], str] = attrgetter("status")
_RESULT: Callable[[Cell], str] = attrgetter("result")
_FROM_ORIGIN = _used(FROM_ORIGIN)
_ASKED_ORIGIN = _used(ASKED_ORIGIN)
_SERVED = _without(NOT_SERVED)
_CONTENT = _without(NO_CONTENT)

DEFINITIONS: Mapping[Metric, Definition] = {
    Metric.REQUEST: Definition("count", Shape.NUMBER, _sum_of(_REQUESTS)),
    Metric.REQUEST_LATENCY: Definition("ms", Shape.NUMBER, _latency()),
    Metric.REQUEST_ORIGIN: Definition("count", Shape.NUMBER, _sum_of(_REQUESTS, _FROM_ORIGIN)),
    Metric.REQUEST_ORIGIN_LATENCY: Definition("ms", Shape.NUMBER, _latency(_FROM_ORIGIN)),
    Metric.REQUEST_ORIGIN_STRICT: Definition("count", Shape.NUMBER, _sum_of(_REQUESTS, _ASKED_ORIGIN)),
    Metric.REQUEST_ORIGIN_STRICT_LATENCY: Definition("ms", Shape.NUMBER, _latency(_ASKED_ORIGIN)),
    Metric.STATUS_CODE: Definition("count", Shape.BY_STATUS, _counts_by(_STATUS)),
    Metric.STATUS_CODE_LATENCY: Definition("ms", Shape.BY_STATUS, _latency_by(_STATUS)),
    Metric.STATUS_CODE_ORIGIN: Definition("count", Shape.BY_STATUS, _counts_by(_STATUS, _FROM_ORIGIN)),
    Metric.STATUS_CODE_ORIGIN_LATENCY: Definition("ms", Shape.BY_STATUS, _latency_by(_STATUS, _FROM_ORIGIN)),
    Metric.STATUS_CODE_ORIGIN_STRICT: Definition("count", Shape.BY_STATUS, _counts_by(_STATUS, _ASKED_ORIGIN)),
    Metric.STATUS_CODE_ORIGIN_STRICT_LATENCY: Definition("ms", Shape.BY_STATUS, _latency_by(_STATUS, _ASKED_ORIGIN)),
    Metric.BANDWIDTH: Definition("bit/s", Shape.NUMBER, _bandwidth()),
    Metric.BANDWIDTH_ORIGIN: Definition("bit/s", Shape.NUMBER, _bandwidth(_FROM_ORIGIN)),
    Metric.DOWNSTREAM_TRAFFIC: Definition("bytes", Shape.NUMBER, _sum_of(_BYTES)),
    Metric.CHR: Definition("%", Shape.NUMBER, _hit_ratio(_REQUESTS, _SERVED)),
    Metric.CHR_STRICT: Definition("%", Shape.NUMBER, _hit_ratio(_REQUESTS, _CONTENT)),
    Metric.CHR_BAND_WIDTH: Definition("%", Shape.NUMBER, _hit_ratio(_BYTES, _SERVED)),
    Metric.CHR_BAND_WIDTH_STRICT: Definition("%", Shape.NUMBER, _hit_ratio(_BYTES, _CONTENT)),
    Metric.LATENCY_RATIO: Definition("%", Shape.SLOW, _slow(cumulative=False)),
    Metric.LATENCY_RATIO_CUMULATIVE: Definition("%", Shape.SLOW, _slow(cumulative=True)),
    Metric.EDGE_TYPE: Definition("count", Shape.BY_RESULT, _counts_by(_RESULT)),
    Metric.EDGE_TYPE_LATENCY: Definition("ms", Shape.BY_RESULT, _latency_by(_RESULT)),
    Metric.TOP_URL_REQUESTS: Definition("count", Shape.URLS, None),
    Metric.TOP_URL_SIZE: Definition("bytes", Shape.URLS, None),
    Metric.DOWNLOAD_SPEED: Definition("%", Shape.SPEEDS, None),
    Metric.DOWNLOAD_SPEED_ORIGIN: Definition("%", Shape.SPEEDS, None),
}
