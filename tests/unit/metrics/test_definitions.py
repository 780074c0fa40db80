"""Metrics with numbers, above all where the predecessor's came out wrong."""

from __future__ import annotations

import pytest

from cloudfront_extensions.metrics.definitions import DEFINITIONS, Metric, Shape, Value, is_hit, value
from cloudfront_extensions.metrics.facts import added
from tests.unit.metrics.lines import Line, facts_of

PREDECESSOR = {
    "request",
    "requestLatency",
    "requestOrigin",
    "requestOriginLatency",
    "statusCode",
    "statusCodeLatency",
    "statusCodeOrigin",
    "statusCodeOriginLatency",
    "bandwidth",
    "bandwidthOrigin",
    "downstreamTraffic",
    "chr",
    "chrBandWidth",
    "latencyRatio",
    "edgeType",
    "edgeTypeLatency",
    "topNUrlRequests",
    "topNUrlSize",
    "downloadSpeed",
    "downloadSpeedOrigin",
}


def of(metric: Metric, *lines: Line, seconds: int = 300) -> Value:
    return value(metric, facts_of(lines), seconds)


HIT = Line(sent_bytes=1000, taken_ms=10)
MISS = Line(result="Miss", detailed="Miss", sent_bytes=3000, taken_ms=400)
REFRESH = Line(result="RefreshHit", detailed="RefreshHit", status="304", sent_bytes=200, taken_ms=700)
ERROR = Line(result="Error", detailed="OriginConnectError", status="502", sent_bytes=500, taken_ms=1000)
REDIRECT = Line(result="Redirect", detailed="Redirect", status="301", sent_bytes=300, taken_ms=0)
LIMITED = Line(result="LimitExceeded", detailed="LimitExceeded", status="503", sent_bytes=100, taken_ms=1)
GONE = Line(result="Error", detailed="ClientCommError", status="000", sent_bytes=0, taken_ms=5)
MIXED = (HIT, HIT, MISS, REFRESH, ERROR, REDIRECT, LIMITED, GONE)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        (Metric.REQUEST, 8),
        (Metric.REQUEST_LATENCY, (10 + 10 + 400 + 700 + 1000 + 0 + 1 + 5) / 8),
        (Metric.REQUEST_ORIGIN, 2),
        (Metric.REQUEST_ORIGIN_LATENCY, 700),
        (Metric.REQUEST_ORIGIN_STRICT, 3),
        (Metric.REQUEST_ORIGIN_STRICT_LATENCY, 700),
        (Metric.STATUS_CODE, {"000": 1, "200": 3, "301": 1, "304": 1, "502": 1, "503": 1}),
        (Metric.STATUS_CODE_LATENCY, {"000": 5, "200": 140, "301": 0, "304": 700, "502": 1000, "503": 1}),
        (Metric.STATUS_CODE_ORIGIN, {"200": 1, "502": 1}),
        (Metric.STATUS_CODE_ORIGIN_LATENCY, {"200": 400, "502": 1000}),
        (Metric.STATUS_CODE_ORIGIN_STRICT, {"200": 1, "304": 1, "502": 1}),
        (Metric.STATUS_CODE_ORIGIN_STRICT_LATENCY, {"200": 400, "304": 700, "502": 1000}),
        (Metric.BANDWIDTH, 6100 * 8 / 300),
        (Metric.BANDWIDTH_ORIGIN, 3500 * 8 / 300),
        (Metric.DOWNSTREAM_TRAFFIC, 6100),
        (Metric.CHR, 100 * 3 / 7),
        (Metric.CHR_STRICT, 100 * 3 / 4),
        (Metric.CHR_BAND_WIDTH, 100 * 2200 / 6000),
        (Metric.CHR_BAND_WIDTH_STRICT, 100 * 2200 / 5200),
        (Metric.LATENCY_RATIO, {"1000": 12.5, "600": 12.5, "300": 12.5}),
        (Metric.LATENCY_RATIO_CUMULATIVE, {"1000": 12.5, "600": 25, "300": 37.5}),
        (Metric.EDGE_TYPE, {"Error": 2, "Hit": 2, "LimitExceeded": 1, "Miss": 1, "Redirect": 1, "RefreshHit": 1}),
        (
            Metric.EDGE_TYPE_LATENCY,
            {"Error": 502.5, "Hit": 10, "LimitExceeded": 1, "Miss": 400, "Redirect": 0, "RefreshHit": 700},
        ),
    ],
)
def test_every_metric_of_a_mixed_window(metric: Metric, expected: Value) -> None:
    assert of(metric, *MIXED) == expected


@pytest.mark.parametrize("metric", [metric for metric in Metric if DEFINITIONS[metric].view])
def test_nothing_counted_is_no_ratio_and_no_mean_but_a_count_of_nought(metric: Metric) -> None:
    expected: dict[str, Value] = {"count": 0, "bytes": 0, "bit/s": 0, "%": None, "ms": None}
    by_name = DEFINITIONS[metric].shape in (Shape.BY_STATUS, Shape.BY_RESULT)
    assert value(metric, {}, 300) == ({} if by_name else expected[DEFINITIONS[metric].unit])


@pytest.mark.parametrize("metric", [metric for metric in Metric if not DEFINITIONS[metric].view])
def test_urls_and_speeds_are_no_views_of_facts(metric: Metric) -> None:
    with pytest.raises(ValueError, match="top_urls or download_speeds"):
        value(metric, {}, 300)


def test_every_metric_of_the_predecessor_keeps_its_name_and_corrections_have_names_of_their_own() -> None:
    assert {
        metric for metric in Metric if not metric.endswith(("Strict", "Cumulative", "StrictLatency"))
    } == PREDECESSOR
    assert set(DEFINITIONS) == set(Metric)


def test_hit_ratio_by_bytes_of_few_bytes_is_a_ratio_and_fails_no_other_domain() -> None:
    assert of(Metric.CHR_BAND_WIDTH, HIT._replace(sent_bytes=100), MISS._replace(sent_bytes=199)) == 100 * 100 / 299
    assert of(Metric.CHR_BAND_WIDTH, HIT._replace(sent_bytes=0)) is None


def test_hit_ratio_by_bytes_never_passes_a_hundred_and_is_never_clamped() -> None:
    assert of(Metric.CHR_BAND_WIDTH, HIT._replace(sent_bytes=599), MISS._replace(sent_bytes=1)) == 100 * 599 / 600
    assert of(Metric.CHR_BAND_WIDTH, HIT._replace(sent_bytes=599)) == 100


def test_a_ratio_of_all_countries_is_of_all_their_requests_not_a_mean_of_ratios() -> None:
    countries = [facts_of([HIT]), facts_of([MISS._replace(country="FR")] * 99)]
    assert value(Metric.CHR, added(countries), 300) == 1


def test_bytes_of_hits_decide_the_ratio_of_all_countries_by_bytes() -> None:
    countries = [facts_of([HIT._replace(sent_bytes=1)] * 99), facts_of([MISS._replace(country="FR", sent_bytes=9901)])]
    assert value(Metric.CHR_BAND_WIDTH, added(countries), 300) == 0.99


def test_requests_that_revalidate_are_of_the_strict_origin_alone() -> None:
    assert of(Metric.REQUEST_ORIGIN, REFRESH) == 0
    assert of(Metric.REQUEST_ORIGIN_STRICT, REFRESH) == 1


def test_errors_of_the_origin_are_of_both_definitions_and_a_hit_of_the_shield_of_none() -> None:
    shield = HIT._replace(detailed="OriginShieldHit")
    for metric in (Metric.REQUEST_ORIGIN, Metric.REQUEST_ORIGIN_STRICT):
        assert of(metric, ERROR, shield) == 1


def test_bandwidth_of_the_origin_is_what_viewers_were_sent_by_requests_that_it_answered() -> None:
    assert of(Metric.BANDWIDTH_ORIGIN, HIT, MISS, REFRESH) == 3000 * 8 / 300


@pytest.mark.parametrize("seconds", [300, 3600, 86_400])
def test_bandwidth_of_few_bytes_is_not_cut_off_to_nought(seconds: int) -> None:
    assert of(Metric.BANDWIDTH, HIT._replace(sent_bytes=1), seconds=seconds) == 8 / seconds


def test_bandwidth_of_an_hour_is_the_mean_of_its_windows() -> None:
    windows = [facts_of([HIT._replace(sent_bytes=7 * number)]) for number in range(12)]
    mean = sum(each for each in (value(Metric.BANDWIDTH, facts, 300) for facts in windows) if isinstance(each, float))
    assert value(Metric.BANDWIDTH, added(windows), 3600) == pytest.approx(mean / 12)


def test_latency_ratios_count_every_request_once() -> None:
    slow = [HIT._replace(taken_ms=taken) for taken in (299, 300, 599, 600, 999, 1000, 5000, 5000)]
    assert of(Metric.LATENCY_RATIO, *slow) == {"1000": 37.5, "600": 25, "300": 25}
    assert of(Metric.LATENCY_RATIO_CUMULATIVE, *slow) == {"1000": 37.5, "600": 62.5, "300": 87.5}
    assert of(Metric.REQUEST, *slow) == 8


def test_requests_that_are_alike_are_all_counted() -> None:
    assert of(Metric.REQUEST, HIT, HIT, HIT) == 3
    assert of(Metric.LATENCY_RATIO, ERROR, ERROR, HIT, HIT) == {"1000": 50, "600": 0, "300": 0}


@pytest.mark.parametrize("metric", [Metric.STATUS_CODE_LATENCY, Metric.EDGE_TYPE_LATENCY])
def test_latency_by_status_and_by_type_weighs_the_requests_of_every_country(metric: Metric) -> None:
    germany = facts_of([HIT._replace(taken_ms=100)])
    france = facts_of([HIT._replace(country="FR", taken_ms=200)] * 3)
    italy = facts_of([HIT._replace(country="IT", taken_ms=1000)] * 4)
    assert value(metric, added([germany, france, italy]), 300) == {
        "200" if metric is Metric.STATUS_CODE_LATENCY else "Hit": (100 + 600 + 4000) / 8
    }


def test_errors_and_redirects_are_in_the_compatible_hit_ratio_and_not_in_the_strict_one() -> None:
    assert of(Metric.CHR, HIT, ERROR, REDIRECT, MISS) == 25
    assert of(Metric.CHR_STRICT, HIT, ERROR, REDIRECT, MISS) == 50


def test_requests_beyond_limits_are_in_no_hit_ratio() -> None:
    over = LIMITED._replace(result="CapacityExceeded")
    for metric in (Metric.CHR, Metric.CHR_STRICT, Metric.CHR_BAND_WIDTH, Metric.CHR_BAND_WIDTH_STRICT):
        assert of(metric, LIMITED, over) is None
        assert of(metric, HIT, LIMITED, over) == 100


def test_viewers_that_went_away_are_counted_under_their_own_status() -> None:
    assert of(Metric.STATUS_CODE, GONE) == {"000": 1}


def test_result_types_that_cloudfront_may_add_are_counted_as_they_are_named() -> None:
    assert of(Metric.EDGE_TYPE, HIT._replace(result="LambdaGenerated")) == {"LambdaGenerated": 1}
    assert not is_hit("LambdaGenerated")
    assert is_hit("Hit")
    assert is_hit("RefreshHit")
