"""Metrics in the predecessor's shape: nesting, names and types as its clients read them."""

from __future__ import annotations

from typing import Any

import pytest

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.operations.predecessor_metrics import METRICS, get_predecessor_metric
from tests.unit.conftest import Account
from tests.unit.metrics.lines import HOUR, Line
from tests.unit.metrics.stored import SHOP, create_metrics_table, store
from tests.unit.operations.test_metrics import NOW, set_now

MISS = {"result": "Miss", "detailed": "Miss"}
LOGGED = [
    Line(taken_ms=1500),
    Line(country="FR", taken_ms=700, **MISS),
    Line(country="FR", status="404", taken_ms=1, sent_bytes=500, **MISS),
]
TIME = "2026-11-21 14:00:00"


@pytest.fixture(autouse=True)
def table(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    create_metrics_table(monkeypatch)
    set_now(monkeypatch, NOW)
    store([*LOGGED, Line(second=HOUR + 86_400, host="other.example.com")])


def response(**asked: Any) -> Any:
    usual = {"start_time": TIME, "end_time": "2026-11-21 15:00:00", "metric": "all", "domain": SHOP}
    return get_predecessor_metric(**{**usual, **asked})["Response"]


def points(metric: str, **asked: Any) -> Any:
    (data,) = response(metric=metric, **asked)["Data"]
    (series,) = data["CdnData"]
    assert series["Metric"] == metric
    return series["DetailData"]


def test_the_whole_answer_is_shaped_as_the_predecessors() -> None:
    assert get_predecessor_metric(
        start_time=TIME, end_time="2026-11-21 15:00:00", metric="request", domain=SHOP, request_id="4f0c8b1e"
    ) == {
        "Response": {
            "Data": [{"CdnData": [{"Metric": "request", "DetailData": [{"Time": TIME, "Value": "3"}]}]}],
            "RequestId": "4f0c8b1e",
            "Interval": "5min",
            "Country": "all",
        }
    }


@pytest.mark.parametrize(
    ("metric", "every", "france"),
    [
        ("request", "3", 2),
        ("requestOrigin", "2", 2),
        ("requestLatency", "733.667", 350.5),
        ("requestOriginLatency", "350.5", 350.5),
        ("downstreamTraffic", "2500", "1500"),
        ("bandwidth", "66.667", "40.0"),
        ("bandwidthOrigin", "40.0", "40.0"),
        ("chr", 33.33, 0.0),
        ("chrBandWidth", 40.0, 0.0),
    ],
)
def test_a_number_is_a_text_or_a_number_as_there(metric: str, every: object, france: object) -> None:
    assert points(metric) == [{"Time": TIME, "Value": every}]
    assert points(metric, country="FR") == [{"Time": TIME, "Value": france}]


@pytest.mark.parametrize("metric", ["statusCode", "statusCodeLatency"])
def test_lists_have_both_figures_of_all_countries(metric: str) -> None:
    assert points(metric) == [
        {
            "Time": TIME,
            "Value": [
                {"StatusCode": "200", "Count": 2, "Latency": 1100.0},
                {"StatusCode": "404", "Count": 1, "Latency": 1.0},
            ],
        }
    ]
    (of_france,) = points(metric, country="FR")
    assert of_france["Value"][0] == {"StatusCode": "200", "Count": 1, "Latency": 700.0}


def test_other_lists_are_named_by_what_they_are_of() -> None:
    assert [row["EdgeType"] for row in points("edgeType")[0]["Value"]] == ["Hit", "Miss"]
    assert [row["StatusCode"] for row in points("statusCodeOriginLatency")[0]["Value"]] == ["200", "404"]


def test_the_classes_of_latency_stand_beside_each_other_and_of_one_country_the_slowest_alone() -> None:
    assert points("latencyRatio") == [{"Time": TIME, "Value": 33.33, "Value_600": 33.33, "Value_300": 0.0}]
    assert points("latencyRatio", country="FR") == [{"Time": TIME, "Value": 0.0}]


def test_top_urls_are_one_point_without_time_of_whole_days() -> None:
    store([Line(second=HOUR - 3600, path="/early"), Line(second=HOUR - 3600, path="/early")])
    (point,) = points("topNUrlRequests")
    assert point == {"Value": [{"Path": "/", "Count": 3}, {"Path": "/early", "Count": 2}]}
    assert points("topNUrlSize", country="FR") == [
        {"Value": [{"Path": "/", "Size": 2500}, {"Path": "/early", "Size": 2000}]}
    ]


def test_all_are_eighteen() -> None:
    (data,) = response()["Data"]
    assert [series["Metric"] for series in data["CdnData"]] == list(METRICS)
    assert len(METRICS) == 18


def test_points_without_the_country_are_left_out() -> None:
    assert points("request", country="SE") == []
    assert points("requestOriginLatency", country="DE") == []


def test_a_longer_time_is_told_by_the_hour() -> None:
    assert response(end_time="2026-11-24 14:00:00")["Interval"] == "5min"
    longer = response(end_time="2026-11-24 14:00:01", metric="bandwidth")
    assert longer["Interval"] == "60min"
    assert longer["Data"][0]["CdnData"][0]["DetailData"] == [{"Time": TIME, "Value": "5.556"}]


def test_an_old_time_is_told_by_the_hour() -> None:
    old = response(start_time="2026-10-01 00:00:00", end_time="2026-10-01 01:00:00")
    assert old["Interval"] == "60min"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"start_time": "2026-11-21T14:00:00Z"}, "StartTime: '2026-11-21T14:00:00Z'; give a time such as"),
        ({"end_time": ""}, "EndTime: "),
        ({"end_time": "9999-12-31 00:00:00"}, "EndTime: '9999-12-31 00:00:00'; give a time such as"),
        ({"end_time": TIME}, "StartTime, EndTime: nothing lies from the one up to the other; give a later `EndTime`"),
        (
            {"start_time": "2026-10-01 00:00:00"},
            "StartTime, EndTime: windows of 1h are told for up to 31 days at once; ask for less",
        ),
        ({"metric": "requests"}, "Metric: 'requests'; give all, or one of request"),
        ({"metric": "downloadSpeed"}, "Metric: 'downloadSpeed'"),
        ({"country": "de"}, "Country: 'de'"),
        ({"domain": "no domain"}, "Domain: "),
    ],
)
def test_what_can_not_be_told_is_refused(asked: dict[str, str], said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        response(**asked)
    assert said in str(refused.value)
