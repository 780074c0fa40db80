"""What CloudWatch is told adds up to what was counted, however often a window changes."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.metrics.facts import Cell, Measures, OriginUse
from cloudfront_extensions.metrics.publication import (
    MOST_DOMAINS,
    NOTHING,
    OLDEST,
    Sums,
    Trouble,
    changes,
    documents,
    published_domains,
    sums,
    trouble_documents,
)
from cloudfront_extensions.metrics.sources import Source
from tests.templates import PROJECT, CloudFormationLoader

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


def test_a_document_is_far_below_what_cloudwatch_takes_of_one() -> None:
    """A hundred metrics, and an event of 256 KB before it was one of a megabyte: a domain's window is one document."""
    largest = Sums(*[10**15] * 7)
    (document,) = documents("x" * 253, {WINDOW: largest})
    assert len(document["_aws"]["CloudWatchMetrics"][0]["Metrics"]) <= 100
    assert len(json.dumps(document)) < 2_000


def test_trouble_is_told_by_kind_of_logs_and_where_there_is_none_nothing() -> None:
    (document,) = trouble_documents(Source.LEGACY, Trouble(rejected_lines=7, failed_folders=1), NOW)
    (directive,) = document.pop("_aws")["CloudWatchMetrics"]
    assert directive["Dimensions"] == [["Source"]]
    assert document == {"Source": "legacy", "RejectedLines": 7, "FailedFolders": 1}
    assert [metric["Name"] for metric in directive["Metrics"]] == ["RejectedLines", "FailedFolders"]
    assert list(trouble_documents(Source.LEGACY, Trouble(), NOW)) == []


TEMPLATE = yaml.load((PROJECT / "template.yaml").read_text(), CloudFormationLoader)  # noqa: S506 - a SafeLoader
PARAMETER = TEMPLATE["Parameters"]["PublishedDomains"]
ENVIRONMENT = 4096
"""Bytes of the environment variables of a function, with their names (Lambda quotas)."""


def is_deployed(text: str) -> bool:
    return len(text) <= PARAMETER["MaxLength"] and bool(re.fullmatch(PARAMETER["AllowedPattern"], text))


NAMES = st.sampled_from(["*", "*.example.com", "www.example.com", "E2QWRUHAPOMQZL", "a..b", "x y", "", "*.*", "ex*"])


@given(st.lists(NAMES, max_size=4))
def test_the_stack_takes_no_list_that_a_refresh_would_refuse(names: list[str]) -> None:
    text = ", ".join(names)
    if is_deployed(text):
        assert set(published_domains(text)) == {name for name in names if name}


def test_the_stack_takes_as_many_domains_as_a_refresh_does_and_no_more() -> None:
    most = [f"a{number}" for number in range(MOST_DOMAINS + 1)]
    assert is_deployed(",".join(most[:MOST_DOMAINS]))
    assert len(published_domains(",".join(most[:MOST_DOMAINS]))) == MOST_DOMAINS
    assert not is_deployed(",".join(most))


def test_the_list_of_domains_leaves_room_for_what_else_a_function_is_given() -> None:
    assert not is_deployed(",".join(["www.example.com"] * 250))
    assert PARAMETER["MaxLength"] + len("PUBLISHED_DOMAINS") <= ENVIRONMENT - 500
