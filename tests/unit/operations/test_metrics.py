"""Metrics as the APIs tell them: windows, figures, what is missing, and what is asked for in vain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cloudfront_extensions.aws.log_folders import LogFolders
from cloudfront_extensions.aws.metrics_store import MetricsStore
from cloudfront_extensions.errors import InvalidDomainName, InvalidInput
from cloudfront_extensions.metrics.domain_figures import DomainFigures
from cloudfront_extensions.metrics.known_domains import ALL_DISTRIBUTIONS
from cloudfront_extensions.metrics.sources import Folder, Source
from cloudfront_extensions.metrics.windows import Interval, label
from cloudfront_extensions.operations import download_speeds, metric_countries, metrics, predecessor_metrics, top_urls
from cloudfront_extensions.operations.download_speeds import get_download_speeds
from cloudfront_extensions.operations.metric_countries import get_metric_countries
from cloudfront_extensions.operations.metric_ranges import MOST_DAYS
from cloudfront_extensions.operations.metrics import OF_WINDOWS, get_metrics
from cloudfront_extensions.operations.top_urls import get_top_urls
from tests.unit.conftest import Account
from tests.unit.metrics.lines import HOUR, Line
from tests.unit.metrics.stored import SHOP, create_metrics_table, store
from tests.unit.operations.calls import calls_made

DAY = Interval.DAY.seconds
NOW = HOUR + 3 * DAY


def set_now(monkeypatch: pytest.MonkeyPatch, now: int) -> None:
    for module in (metrics, metric_countries, top_urls, download_speeds, predecessor_metrics):
        monkeypatch.setattr(module, "epoch_seconds", lambda: now)


@pytest.fixture(autouse=True)
def table(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    create_metrics_table(monkeypatch)
    set_now(monkeypatch, NOW)


def hours(count: int, **asked: Any) -> Any:
    """Of the shop, from HOUR on."""
    return get_metrics(**{"domain": SHOP, "from_time": label(HOUR), "to_time": label(HOUR + count * 3600), **asked})


def values(answer: Any) -> dict[str, list[Any]]:
    """By metric and key, as in `statusCode 404`."""
    return {" ".join(filter(None, (one["metric"], one["key"]))): one["values"] for one in answer["series"]}


def test_windows_are_labelled_by_their_start_and_have_a_value_each() -> None:
    store([Line(), Line(second=HOUR + 3599), Line(second=HOUR + 3600)])
    answer = hours(2, metric="request")
    assert [window["start"] for window in answer["windows"]] == ["2026-11-21T14:00:00Z", "2026-11-21T15:00:00Z"]
    assert (answer["from"], answer["to"]) == ("2026-11-21T14:00:00Z", "2026-11-21T16:00:00Z")
    assert values(answer) == {"request": [2, 1]}
    assert answer["series"][0]["total"] == 3


def test_what_is_asked_for_is_rounded_to_whole_windows() -> None:
    store([Line(second=HOUR + 60), Line(second=HOUR + 3700)])
    answer = get_metrics(
        domain=SHOP, metric="request", from_time="2026-11-21T14:30:00Z", to_time="2026-11-21T16:30:00+01:00"
    )
    assert (answer["from"], answer["to"]) == ("2026-11-21T14:00:00Z", "2026-11-21T16:00:00Z")


def test_counted_without_requests_is_zero_and_not_counted_is_null() -> None:
    store([Line(), Line(second=HOUR + 3600, host="-", edge_domain="d2.cloudfront.net")])
    answer = hours(3, metric="request,downstreamTraffic,requestLatency,chr")
    assert values(answer) == {
        "request": [1, 0, None],
        "downstreamTraffic": [1000, 0, None],
        "requestLatency": [10, None, None],
        "chr": [100, None, None],
    }
    assert [one["total"] for one in answer["series"]] == [1, 1000, 10, 100]


def test_a_domain_that_was_never_counted_has_no_figures_at_all() -> None:
    store([Line()])
    answer = hours(1, domain="new.example.com", metric="request,statusCode")
    assert values(answer) == {"request": [None]}
    assert (answer["series"][0]["total"], answer["completeThrough"]) == (None, None)


def test_metrics_by_status_are_a_series_for_each() -> None:
    store([Line(), Line(status="404"), Line(second=HOUR + 3600)])
    answer = hours(2, metric="statusCode,statusCodeLatency")
    assert values(answer) == {
        "statusCode 200": [1, 1],
        "statusCode 404": [1, 0],
        "statusCodeLatency 200": [10, 10],
        "statusCodeLatency 404": [10, None],
    }


def test_all_metrics_are_told_where_none_is_named() -> None:
    store([Line()])
    assert {one["metric"] for one in hours(1)["series"]} == set(OF_WINDOWS) - {
        metric for metric in OF_WINDOWS if metric.startswith("statusCodeOrigin")
    }
    assert hours(1, metric="all") == hours(1) == hours(1, metric=list(OF_WINDOWS))


def test_one_country_alone() -> None:
    store([Line(), Line(country="FR"), Line(country="-")])
    assert values(hours(1, metric="request", country="FR")) == {"request": [1]}
    assert values(hours(1, metric="request", country="-")) == {"request": [1]}
    assert values(hours(1, metric="request", country="SE")) == {"request": [0]}


def test_the_time_before_is_set_beside() -> None:
    store([Line(second=HOUR - 3600), Line(second=HOUR - 7000, status="404"), Line(), Line(status="500")])
    answer = hours(2, metric="request,statusCode", compare="previous")
    assert answer["previous"] == {"from": "2026-11-21T12:00:00Z", "to": "2026-11-21T14:00:00Z"}
    told = {one["key"]: (one["values"], one["previousValues"], one["previousTotal"]) for one in answer["series"]}
    assert told == {
        None: ([2, None], [1, 1], 2),
        "200": ([1, None], [0, 1], 1),
        "404": ([0, None], [1, 0], 1),
        "500": ([1, None], [0, 0], 0),
    }
    assert hours(2)["previous"] is None


def test_days_and_five_minutes_are_told_too() -> None:
    store([Line(second=HOUR + 10), Line(second=HOUR + 700), Line(second=HOUR + 7200)])
    day = get_metrics(domain=SHOP, metric="request", from_time="2026-11-21", to_time="2026-11-22", interval="1d")
    assert values(day) == {"request": [3]}
    minutes = hours(1, metric="request", interval="5m")
    assert values(minutes) == {"request": [1, 0, 1] + [0] * 9}


def test_the_end_of_the_present_hour_is_not_zero_before_its_logs_come(monkeypatch: pytest.MonkeyPatch) -> None:
    set_now(monkeypatch, HOUR + 1500)
    store([Line(), Line(second=HOUR + 600)])
    answer = get_metrics(domain=SHOP, metric="request", interval="5m")
    assert answer["windows"][-1]["start"] == label(HOUR + 1200)
    assert values(answer)["request"][-5:] == [1, 0, 1, None, None]
    assert len(answer["windows"]) == 36


def test_figures_are_final_when_no_more_logs_can_come() -> None:
    store([Line()])
    assert [window["final"] for window in hours(1)["windows"]] == [True]
    assert hours(1)["completeThrough"] == label(NOW - DAY)
    late = get_metrics(
        domain=SHOP, metric="request", from_time=label(NOW - DAY - 3600), to_time=label(NOW - DAY + 3600)
    )
    assert [window["final"] for window in late["windows"]] == [True, False]
    LogFolders().note_arrivals(Folder(Source.STANDARD, "2026-11-21-15"))
    assert [window["final"] for window in hours(1)["windows"]] == [False]
    assert hours(1)["completeThrough"] == label(HOUR)


def test_all_distributions_and_single_ones() -> None:
    store(
        [Line(), Line(host="evil.test"), Line(edge_domain="d2.cloudfront.net"), Line(edge_domain="d9.cloudfront.net")]
    )
    counted = {
        domain: values(hours(1, domain=domain, metric="request"))["request"]
        for domain in ("*", SHOP, "SHOP.example.com", "E1SHOP00000000", "E2OTHER0000000", "d9.cloudfront.net")
    }
    assert counted == {
        "*": [4],
        SHOP: [1],
        "SHOP.example.com": [1],
        "E1SHOP00000000": [1],
        "E2OTHER0000000": [1],
        "d9.cloudfront.net": [1],
    }


def test_a_month_of_all_metrics_takes_few_calls() -> None:
    store([Line(second=HOUR - 3600 * hour) for hour in range(48)])
    with calls_made() as calls:
        answer = hours(24, from_time=label(HOUR - 29 * DAY))
    assert len(answer["windows"]) == 30 * 24
    assert calls == ["Query"] * 4
    with calls_made() as calls:
        hours(24, from_time=label(HOUR - 29 * DAY), compare="previous", country="DE")
    assert calls == ["Query"] * 4


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"domain": "no domain"}, "domain: "),
        ({"domain": None}, "domain: it is missing"),
        ({"metric": "requests"}, "metric: 'requests'; give all, or some of request"),
        ({"metric": ["topNUrlSize"]}, "metric: topNUrlSize is not told in windows; ask for the top URLs"),
        ({"metric": "downloadSpeed"}, "ask for the download speeds"),
        ({"country": "de"}, "country: 'de'; give two capital letters"),
        ({"country": "all"}, "country: 'all'"),
        ({"interval": "1w"}, "interval: '1w'; give one of 5m, 1h, 1d"),
        ({"compare": "last year"}, "compare: 'last year'; give previous"),
        ({"from_time": "yesterday"}, "from: 'yesterday'; give a date or a moment"),
        ({"to_time": "2026-13-01"}, "to: '2026-13-01'"),
        ({"to_time": "9999-12-31"}, "to: '9999-12-31'"),
        ({"from_time": "1999-12-31"}, "from: '1999-12-31'"),
        ({"from_time": "2026-11-21T15:00:00Z"}, "from, to: nothing lies"),
        ({"from_time": "2026-09-01"}, "up to 31 days at once; choose the interval 1d"),
        ({"from_time": "2026-11-18", "interval": "5m"}, "up to 3 days at once; choose the interval 1h or 1d"),
        ({"from_time": "2025-01-01", "interval": "1d"}, "up to 400 days at once; ask for less"),
        ({"from_time": "2026-08-01", "interval": "1d", "country": "DE"}, "up to 92 days at once; ask for less"),
        (
            {"from_time": "2026-10-01", "to_time": "2026-10-02", "interval": "5m"},
            "from: windows of five minutes are kept for 35 days; choose the interval 1h or 1d",
        ),
        (
            {"from_time": "2026-10-21", "to_time": "2026-10-24", "interval": "5m", "compare": "previous"},
            "compare: the time before begins at 2026-10-18T00:00:00Z, and windows of five minutes are kept for 35 days",
        ),
        ({"metric": "all,requests"}, "metric: 'requests'; give all, or some of request"),
        ({"metric": ["all", "topNUrlSize"]}, "ask for the top URLs (/metrics/top-urls, topUrls)"),
        ({"metric": "request,"}, "metric: ''"),
    ],
)
def test_what_can_not_be_told_is_refused_with_what_to_choose(asked: dict[str, Any], said: str) -> None:
    with pytest.raises((InvalidInput, InvalidDomainName)) as refused:
        hours(1, **asked)
    assert said in str(refused.value)


def test_five_minutes_that_are_kept_are_told_beside_those_before_that_are_kept_too() -> None:
    asked = {"to_time": "2026-10-24", "interval": "5m", "metric": "request"}
    assert hours(1, from_time="2026-10-21", **asked)["windows"]
    beside = hours(1, **{**asked, "to_time": "2026-10-23"}, from_time="2026-10-22", compare="previous")
    assert beside["previous"] == {"from": "2026-10-21T00:00:00Z", "to": "2026-10-22T00:00:00Z"}


@pytest.mark.parametrize("ask", [get_metric_countries, get_top_urls, get_download_speeds])
def test_who_can_choose_no_interval_is_not_told_to(ask: Callable[..., object]) -> None:
    with pytest.raises(InvalidInput, match=r"up to 31 days at once; ask for less at once$"):
        ask(domain=SHOP, from_time="2026-09-01", to_time="2026-11-01")


def test_names_may_have_blanks_around_them() -> None:
    store([Line()])
    assert list(values(hours(1, metric="request , chr"))) == ["request", "chr"]
    assert hours(1, metric=" all ") == hours(1)


def test_of_requests_whose_country_no_log_tells_none_are_said_to_be_of_a_country() -> None:
    store([Line(country="-"), Line(second=HOUR + 3600, country="FR"), Line(second=HOUR + 3600, country="-")])
    assert values(hours(2, metric="request", country="DE")) == {"request": [None, 0]}
    assert values(hours(2, metric="request", country="-")) == {"request": [1, 1]}


def test_bandwidth_of_an_hour_that_is_not_over_is_over_the_minutes_that_were_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store([Line(second=HOUR - 3600, sent_bytes=3600), Line(sent_bytes=600), Line(second=HOUR + 300, sent_bytes=600)])

    def told(now: int) -> tuple[list[float | None], float | None]:
        set_now(monkeypatch, now)
        answer = hours(1, from_time=label(HOUR - 3600), metric="bandwidth")
        return answer["series"][0]["values"], answer["series"][0]["total"]

    assert told(HOUR + 1500) == ([8, 16], 8 * 4800 / (3600 + 600))
    assert told(HOUR + 450) == ([8, 8 * 1200 / 450], 8 * 4800 / (3600 + 450))
    assert told(HOUR + 3600) == ([8, 8 * 1200 / 3600], 8 * 4800 / 7200)


@pytest.mark.parametrize("interval", list(Interval))
def test_the_longest_time_is_told_at_once(interval: Interval) -> None:
    end = HOUR + 10 * 3600
    answer = hours(10, from_time=label(end - MOST_DAYS[interval] * DAY), metric="request", interval=interval)
    assert len(answer["windows"]) == MOST_DAYS[interval] * DAY // interval.seconds


def test_countries_come_by_their_requests() -> None:
    store(
        [Line(), Line(country="FR", status="503", result="Error"), Line(country="FR"), Line(country="-", taken_ms=30)]
    )
    answer = get_metric_countries(domain=SHOP, from_time=label(HOUR), to_time=label(HOUR + 3600))
    assert [(one["country"], one["requests"], one["percent"]) for one in answer["countries"]] == [
        ("FR", 2, 50),
        ("-", 1, 25),
        ("DE", 1, 25),
    ]
    assert answer["countries"][0]["chr"] == 50
    assert answer["countries"][1]["requestLatency"] == 30
    assert (answer["requests"], answer["bytes"]) == (4, 4000)
    nothing = get_metric_countries(domain=SHOP)
    assert (nothing["countries"], nothing["requests"]) == ([], 0)


def test_top_urls_come_by_requests_or_by_bytes() -> None:
    store([Line(path="/a"), Line(path="/a", second=HOUR + 3600), Line(path="/b", sent_bytes=5000), Line(path="/c")])
    asked: dict[str, Any] = {"domain": SHOP, "from_time": label(HOUR), "to_time": label(HOUR + 7200)}
    assert get_top_urls(**asked)["urls"] == [
        {"path": "/a", "requests": 2, "bytes": 2000},
        {"path": "/b", "requests": 1, "bytes": 5000},
        {"path": "/c", "requests": 1, "bytes": 1000},
    ]
    by_bytes = get_top_urls(**asked, by="bytes", limit=1)
    assert [url["path"] for url in by_bytes["urls"]] == ["/b"]
    assert by_bytes["mayLack"] == 0


def test_what_top_urls_may_lack_is_told() -> None:
    store([Line(path=f"/{number}") for number in range(150)])
    answer = get_top_urls(domain=SHOP, from_time=label(HOUR), to_time=label(HOUR + 3600), limit=100)
    assert (len(answer["urls"]), answer["mayLack"]) == (100, 1)


def test_what_top_urls_of_a_domain_of_many_hosts_may_lack_is_told_of_each_host_and_hour() -> None:
    """Under the distribution's id are hosts that are none of its aliases."""
    store(
        [
            Line(second=HOUR + hour * 3600, host=f"{host}.test", path=f"/{number}", sent_bytes=number + 7)
            for hour in (0, 1)
            for host in ("a", "b", "c")
            for number in range(150)
        ]
    )
    asked: dict[str, Any] = {"domain": "E1SHOP00000000", "from_time": label(HOUR), "to_time": label(HOUR + 7200)}
    assert get_top_urls(**asked)["mayLack"] >= 6
    assert get_top_urls(**asked, by="bytes")["mayLack"] >= 6 * (7 + 50)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"domain": "*"}, "give one domain"),
        ({"by": "size"}, "give one of requests, bytes"),
        ({"limit": 101}, "limit: "),
    ],
)
def test_top_urls_of_what_there_are_none_of_are_refused(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        get_top_urls(**{"domain": SHOP, **asked})
    assert said in str(refused.value)


def test_download_speeds_come_by_country_and_network() -> None:
    fetched = {"result": "Miss", "detailed": "Miss", "network": "64496"}
    store([Line(taken_ms=1), Line(taken_ms=1), Line(taken_ms=1000), Line(country="FR", taken_ms=4, **fetched)])
    asked: dict[str, Any] = {"domain": SHOP, "from_time": label(HOUR), "to_time": label(HOUR + 3600)}
    first, second = get_download_speeds(**asked)["networks"]
    assert (first["country"], first["network"], first["answers"]) == ("DE", "3320", 3)
    assert [(share["speed"], round(share["percent"], 1)) for share in first["shares"] if share["percent"]] == [
        ("250K", 33.3),
        ("1M", 66.7),
    ]
    assert get_download_speeds(**asked, country="FR")["networks"] == [second]
    assert get_download_speeds(**asked, from_origin=True)["networks"] == [second]


def test_download_speeds_say_up_to_where_they_are_final() -> None:
    store([Line()])
    asked: dict[str, Any] = {"from_time": label(HOUR), "to_time": label(HOUR + 3600)}
    assert get_download_speeds(domain=SHOP, **asked)["completeThrough"] == label(NOW - DAY)
    assert get_download_speeds(domain="new.example.com", **asked)["completeThrough"] is None
    LogFolders().note_arrivals(Folder(Source.STANDARD, "2026-11-21-15"))
    assert get_download_speeds(domain=SHOP, **asked)["completeThrough"] == label(HOUR)


@pytest.mark.parametrize("ask", [get_metric_countries, get_top_urls, get_download_speeds])
def test_what_is_not_told_in_windows_is_final_or_not_as_a_whole(ask: Callable[..., Any]) -> None:
    store([Line()])

    def told(**asked: Any) -> tuple[str | None, bool]:
        answer = ask(**{"domain": SHOP, "from_time": label(HOUR), "to_time": label(HOUR + 3600), **asked})
        return answer["completeThrough"], answer["final"]

    assert told() == (label(NOW - DAY), True)
    assert told(to_time=label(NOW - DAY + 3600)) == (label(NOW - DAY), False)
    assert told(domain="new.example.com") == (None, True)
    LogFolders().note_arrivals(Folder(Source.STANDARD, "2026-11-21-15"))
    assert told() == (label(HOUR), False)


@pytest.mark.parametrize("ask", [get_metrics, get_metric_countries, get_top_urls, get_download_speeds])
def test_lines_that_could_not_be_counted_are_told(ask: Callable[..., Any]) -> None:
    store([Line()])
    for hour, lines in (("13", 1), ("14", 2), ("15", 4), ("16", 8)):
        folder = Folder(Source.STANDARD, f"2026-11-21-{hour}")
        MetricsStore().write([DomainFigures(ALL_DISTRIBUTIONS, folder, rejected=lines)])
    elsewhere = DomainFigures(ALL_DISTRIBUTIONS, Folder(Source.REALTIME, "2026-11-21-14"), rejected=100)
    MetricsStore().write([elsewhere])
    assert ask(domain=SHOP, from_time=label(HOUR), to_time=label(HOUR + 7200))["rejected"] == 6


def test_there_are_no_download_speeds_of_all_distributions() -> None:
    with pytest.raises(InvalidInput, match="give one domain"):
        get_download_speeds(domain="*")
