"""Metrics over the deployed APIs, of figures that lie in the table as a refresh stores them."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from cloudfront_extensions.aws.metrics_store import MetricsStore
from cloudfront_extensions.aws.table import Table
from cloudfront_extensions.metrics.definitions import Metric
from cloudfront_extensions.metrics.domain_figures import figures
from cloudfront_extensions.metrics.known_domains import KnownDomains
from cloudfront_extensions.metrics.sources import Source, folder_at
from cloudfront_extensions.metrics.windows import Interval, label, start_of
from cloudfront_extensions.operations.metrics import OF_WINDOWS
from tests.apis.graphql import ask, told, whole
from tests.apis.world import World
from tests.unit.metrics.lines import Line, metric_of, rows_of

MIDNIGHT = start_of(int(time.time()), Interval.DAY) - 33 * Interval.DAY.seconds
HOUR = MIDNIGHT + 14 * 3600
"""Five minutes are kept for 35 days; in the last 30 of them other tests count."""
DAY = {"from": label(MIDNIGHT), "to": label(MIDNIGHT + Interval.DAY.seconds)}
MISS = {"result": "Miss", "detailed": "Miss"}


@pytest.fixture(scope="module")
def domain(world: World) -> str:
    """A domain of which an hour is counted."""
    name = f"shop-{uuid4().hex[:8]}.example.com"
    store = MetricsStore(Table(world.application.outputs["MetricsTable"], world.application.client("dynamodb")))
    known = KnownDomains([{"distributionId": "E1COUNTED", "edgeDomain": "d1.cloudfront.net", "aliases": [name]}])
    logged = [line._replace(host=name) for line in lines()]
    store.write(figures(rows_of(logged, folder_at(Source.STANDARD, datetime.fromtimestamp(HOUR, UTC))), known))
    return name


def lines() -> list[Line]:
    return [
        Line(HOUR, path="/a"),
        Line(HOUR, path="/a", taken_ms=1200, country="FR"),
        Line(path="/b", second=HOUR + 300, sent_bytes=3_000_000_000, taken_ms=20_000, **MISS),
        Line(path="/%2520", second=HOUR + 300, status="404", result="Error", detailed="Error", country="-"),
    ]


def spaced(second: int) -> str:
    """A moment as the predecessor writes it."""
    return label(second).replace("T", " ").rstrip("Z")


def asked(world: World, path: str, **query: str) -> Any:
    answer = world.rest("viewer", "GET", f"{path}?{urlencode(query)}")
    assert answer.status == 200, answer
    return answer.document


@pytest.mark.parametrize("metric", OF_WINDOWS)
def test_each_metric_is_that_of_the_lines(world: World, domain: str, metric: Metric) -> None:
    answer = asked(world, "/metrics", domain=domain, metric=metric, interval="1d", **DAY)
    expected = metric_of(metric, lines(), Interval.DAY.seconds)
    found = {one["key"]: one["total"] for one in answer["series"]}
    assert found == pytest.approx(expected if isinstance(expected, dict) else {None: expected})
    assert answer["windows"] == [{"start": DAY["from"], "final": answer["windows"][0]["final"]}]


def test_hours_of_a_day_are_told_and_those_without_logs_are_null(world: World, domain: str) -> None:
    answer = asked(world, "/metrics", domain=domain, metric="request,chr", **DAY)
    requests, ratio = answer["series"]
    assert len(answer["windows"]) == len(requests["values"]) == 24
    assert requests["values"][13:16] == [None, 4, None]
    assert ratio["values"][14] == 50


def test_five_minutes_of_one_country_are_told_beside_those_before(world: World, domain: str) -> None:
    times = {"from": label(HOUR + 300), "to": label(HOUR + 600)}
    answer = asked(
        world, "/metrics", domain=domain, metric="request", interval="5m", country="DE", compare="previous", **times
    )
    (requests,) = answer["series"]
    assert (requests["values"], requests["previousValues"]) == ([1], [1])
    assert answer["previous"] == {"from": label(HOUR), "to": label(HOUR + 300)}


def test_graphql_tells_the_same(world: World, domain: str) -> None:
    query = f"""query($domain: String!, $from: AWSDateTime, $to: AWSDateTime) {{
        metrics(domain: $domain, from: $from, to: $to, interval: HOUR, compare: previous) {whole("Metrics")} }}"""
    by_graphql = told(world, "viewer", query, domain=domain, **DAY)
    by_rest = asked(world, "/metrics", domain=domain, compare="previous", **DAY)
    assert by_graphql == {**by_rest, "interval": "HOUR"}


@pytest.mark.parametrize(
    ("path", "field", "answer", "query"),
    [
        ("/metrics/countries", "metricCountries", "MetricCountries", {}),
        ("/metrics/top-urls", "topUrls", "TopUrls", {"by": "bytes"}),
        ("/metrics/download-speeds", "downloadSpeeds", "DownloadSpeeds", {"country": "FR"}),
    ],
)
def test_what_is_not_told_in_windows_is_told_by_both(
    world: World, domain: str, path: str, field: str, answer: str, query: dict[str, str]
) -> None:
    given = "".join(f", {name}: {value if name == 'by' else repr(value)}" for name, value in query.items())
    arguments = f'domain: "{domain}", from: "{DAY["from"]}", to: "{DAY["to"]}"{given}'.replace("'", '"')
    by_rest = asked(world, path, domain=domain, **DAY, **query)
    assert told(world, "viewer", f"query {{ {field}({arguments}) {whole(answer)} }}") == by_rest
    (figures_told,) = (value for value in by_rest.values() if isinstance(value, list))
    assert figures_told


def test_countries_and_urls_come_by_what_they_have(world: World, domain: str) -> None:
    countries = asked(world, "/metrics/countries", domain=domain, **DAY)["countries"]
    assert [(one["country"], one["requests"]) for one in countries] == [("DE", 2), ("-", 1), ("FR", 1)]
    urls = asked(world, "/metrics/top-urls", domain=domain, by="bytes", limit="2", **DAY)["urls"]
    assert [(url["path"], url["bytes"]) for url in urls] == [("/b", 3_000_000_000), ("/a", 2000)]


def test_the_predecessors_clients_get_what_they_know(world: World, domain: str) -> None:
    query = {"StartTime": spaced(HOUR), "EndTime": spaced(HOUR + 3600), "Domain": domain}
    answer = asked(world, "/metric", Metric="request", **query)["Response"]
    assert answer.pop("RequestId")
    assert answer == {
        "Data": [
            {
                "CdnData": [
                    {
                        "Metric": "request",
                        "DetailData": [
                            {"Time": spaced(HOUR), "Value": "2"},
                            {"Time": spaced(HOUR + 300), "Value": "2"},
                        ],
                    }
                ]
            }
        ],
        "Interval": "5min",
        "Country": "all",
    }
    (everything,) = asked(world, "/metric", Metric="all", **query)["Response"]["Data"]
    assert len(everything["CdnData"]) == 18


def test_the_predecessors_answer_has_one_etag_for_the_same_figures(world: World, domain: str) -> None:
    query = urlencode(
        {
            "StartTime": spaced(HOUR),
            "EndTime": spaced(HOUR + 3600),
            "Metric": "all",
            "Domain": domain,
        }
    )
    first = world.rest("viewer", "GET", f"/metric?{query}")
    again = world.rest("viewer", "GET", f"/metric?{query}", headers={"If-None-Match": first.headers["etag"]})
    assert (first.status, again.status) == (200, 304)


def test_too_much_at_once_is_refused_with_what_to_choose(world: World, domain: str) -> None:
    answer = world.rest("viewer", "GET", f"/metrics?domain={domain}&from=2026-01-01&to=2026-11-01")
    assert (answer.status, answer.problem) == (400, "invalid-input")
    assert "choose the interval 1d" in answer.document["detail"]
    refused = ask(world, "viewer", f'query {{ metrics(domain: "{domain}", country: "Germany") {{ domain }} }}')
    assert refused.problems == ["invalid-input"]
