"""What CloudWatch is told adds up to what was counted, however often a window changes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.metrics.facts import Cell, Measures, OriginUse
from cloudfront_extensions.metrics.publication import (
    NOTHING,
    OLDEST,
    Sums,
    changes,
    documents,
    published_domains,
    sums,
)

NOW = 1_795_000_200
WINDOW = NOW - NOW % 300 - 300


def cell(status: str = "200", result: str = "Hit", country: str = "DE") -> Cell:
    return Cell(country, status, result, OriginUse.NONE)


def measures(requests: int, size: int = 0, taken_ms: int = 0) -> Measures:
    return Measures(requests, size, taken_ms, 0, 0, 0)


def counts(requests: int) -> Sums:
    return Sums(requests, 0, 0, 0, requests, 10 * requests, requests)


def test_a_window_is_summed_over_all_its_cells() -> None:
    facts = {
        cell(): measures(70, 700, 7),
        cell(result="RefreshHit", country="FR"): measures(10, 100, 1),
        cell("404", "Error"): measures(8, 80, 8),
        cell("503", "Error"): measures(5, 50, 5),
        cell("503", "LimitExceeded"): measures(4, 40, 4),
        cell("000", "Error"): measures(3, 0, 3),
    }
    assert sums(facts) == Sums(
        requests=100,
        client_errors=8,
        server_errors=9,
        cache_hits=80,
        cache_lookups=96,
        bytes=970,
        taken_ms=28,
    )
    assert sums({}) == NOTHING


def test_a_window_that_was_told_before_is_told_by_its_difference() -> None:
    now_counted, told = {WINDOW: counts(12), WINDOW - 300: counts(5)}, {WINDOW: counts(10), WINDOW - 300: counts(5)}
    assert changes(now_counted, told, NOW) == {WINDOW: counts(2)}


def test_a_window_that_turns_out_smaller_takes_back_what_was_told() -> None:
    assert changes({WINDOW: counts(9)}, {WINDOW: counts(10)}, NOW) == {WINDOW: counts(-1)}


@pytest.mark.parametrize("start", [NOW - OLDEST, NOW + 1])
def test_what_cloudwatch_would_not_take_is_not_told(start: int) -> None:
    assert changes({start: counts(1)}, {}, NOW) == {}


@given(st.lists(st.dictionaries(st.integers(0, 11).map(lambda number: WINDOW - 300 * number), st.integers(0, 1000))))
def test_all_that_was_told_adds_up_to_what_was_counted_last(refreshes: list[dict[int, int]]) -> None:
    told: dict[int, Sums] = {}
    for refresh in refreshes:
        for start, difference in changes({start: counts(n) for start, n in refresh.items()}, told, NOW).items():
            told[start] = Sums(*map(sum, zip(told.get(start, NOTHING), difference, strict=True)))
        assert all(told.get(start, NOTHING) == counts(number) for start, number in refresh.items())


def test_a_document_is_what_the_embedded_metric_format_wants() -> None:
    (document,) = documents("shop.example.com", {WINDOW: Sums(7, 6, 5, 4, 3, 2, 1)})
    aws = document.pop("_aws")
    (directive,) = aws["CloudWatchMetrics"]
    assert aws["Timestamp"] == WINDOW * 1000
    assert (directive["Namespace"], directive["Dimensions"]) == ("CloudFrontExtensions", [["Domain"]])
    assert {metric["Name"] for metric in directive["Metrics"]} | {"Domain"} == set(document)
    assert document == {
        "Domain": "shop.example.com",
        "Requests": 7,
        "ClientErrors": 6,
        "ServerErrors": 5,
        "CacheHits": 4,
        "CacheLookups": 3,
        "Bytes": 2,
        "TimeTaken": 1,
    }
    assert len(json.dumps({"_aws": aws, **document})) < 256 * 1024


def test_domains_are_listed_with_commas() -> None:
    assert published_domains("") == ()
    assert published_domains(" *, www.example.com,*.example.com ,E2QWRUHAPOMQZL,*") == (
        "*",
        "www.example.com",
        "*.example.com",
        "E2QWRUHAPOMQZL",
    )


@pytest.mark.parametrize("text", ["www example", "a..b", "https://www.example.com/", ",".join(map(str, range(501)))])
def test_what_is_no_list_of_domains_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="PublishedDomains"):
        published_domains(text)
