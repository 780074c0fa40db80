"""An export has each cell of each window once, whatever the parts in which it is made."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudfront_extensions.errors import CloudFrontExtensionsError, InvalidInput
from cloudfront_extensions.metrics.export import COLUMNS, Place, after, rows, stretches
from cloudfront_extensions.metrics.export_request import ExportRequest, Format, parse_request
from cloudfront_extensions.metrics.facts import Cell, Measures, OriginUse
from cloudfront_extensions.metrics.windows import Interval, start_labelled

ASKED = {"from": "2026-11-20", "to": "2026-11-22"}
FIRST = start_labelled("2026-11-20T00:00:00Z")


def test_a_request_is_read_with_its_defaults() -> None:
    assert parse_request(ASKED) == ExportRequest(
        None, FIRST, FIRST + 2 * 86_400, Interval.HOUR, Format.CSV, countries=False
    )


def test_a_request_names_domains_and_moments_as_people_write_them() -> None:
    given_domains = ["Shop.Example.com", "*", "E2QWRUHAPOMQZL", "shop.example.com"]
    moments = {"from": "2026-11-20T01:07:00+01:00", "to": "2026-11-20T00:31:00Z"}
    request = parse_request(
        {"domains": given_domains, **moments, "interval": "5m", "format": "parquet", "countries": True}
    )
    assert request.domains == ("shop.example.com", "*", "E2QWRUHAPOMQZL")
    assert (request.first, request.end) == (FIRST + 300, FIRST + 2100)
    assert request.as_json() == {
        "domains": ["shop.example.com", "*", "E2QWRUHAPOMQZL"],
        "first": "2026-11-20T00:05:00Z",
        "end": "2026-11-20T00:35:00Z",
        "interval": "5m",
        "format": "parquet",
        "countries": True,
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"from": None}, "from: "),
        ({"to": "2026-11-19"}, "from, to: nothing lies"),
        ({"to": "yesterday"}, "to: "),
        ({"from": "9999-12-31T23:59:59-23:00"}, "from: "),
        ({"from": "1999-12-31"}, "from: '1999-12-31'; give a date or a moment"),
        ({"from": "2024-01-01"}, "from, to: windows of 1h"),
        ({"interval": "5m", "from": "2026-09-01"}, "from, to: windows of 5m"),
        ({"interval": "2h"}, "interval: "),
        ({"format": "xlsx"}, "format: "),
        ({"countries": "yes"}, "countries: "),
        ({"domains": []}, "domains: "),
        ({"domains": "shop.example.com"}, "domains: "),
        ({"domains": ["www.example.com"] * 1001}, "domains: "),
        ({"domains": ["a b"]}, r"domains\[0\]: "),
        ({"domains": [7]}, r"domains\[0\]: "),
        ({"requestToken": "x"}, "requestToken: there is no such field"),
    ],
    ids=str,
)
def test_a_request_that_can_not_be_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(CloudFrontExtensionsError, match=f"^{message}"):
        parse_request({**ASKED, **change})


def test_a_place_out_of_time_is_refused_as_input() -> None:
    with pytest.raises(InvalidInput):
        parse_request({"from": "2026-11-20T24:00:00Z", "to": "2026-11-22"})


@given(
    interval=st.sampled_from(Interval),
    begin=st.integers(0, 400),
    length=st.integers(1, 400),
    domains=st.integers(1, 4),
    countries=st.booleans(),
    pauses=st.sets(st.integers(0, 60)),
)
def test_stretches_cover_every_window_of_every_domain_once_from_wherever_they_go_on(
    interval: Interval, begin: int, length: int, domains: int, countries: bool, pauses: set[int]
) -> None:
    first = FIRST + begin * interval.seconds
    request = ExportRequest(None, first, first + length * interval.seconds, interval, Format.CSV, countries=countries)
    place, seen, number = Place(0, request.first), [], 0
    while place.domain < domains:
        for stretch in stretches(request, domains, place):
            seen += [(stretch.domain, start) for start in range(stretch.first, stretch.end, interval.seconds)]
            place, number = after(stretch, request), number + 1
            if number in pauses:
                break
    every = range(request.first, request.end, interval.seconds)
    assert seen == [(domain, start) for domain in range(domains) for start in every]


@pytest.mark.parametrize("interval", Interval)
def test_by_country_no_more_than_some_dozens_of_items_are_read_at_once(interval: Interval) -> None:
    request = ExportRequest(None, FIRST, FIRST + 20 * 86_400, interval, Format.CSV, countries=True)
    of_item = Interval.FIVE_MINUTES if interval is Interval.FIVE_MINUTES else Interval.HOUR
    sizes = {(stretch.end - stretch.first) // of_item.seconds for stretch in stretches(request, 1, Place(0, FIRST))}
    assert max(sizes) <= 72


def test_rows_have_their_columns_in_order() -> None:
    cells = {
        Cell("FR", "200", "Hit", OriginUse.NONE): Measures(7, 6, 5, 4, 3, 2),
        Cell("DE", "200", "Miss", OriginUse.FETCHED): Measures(1, 2, 3, 0, 0, 0),
    }
    windows = {FIRST + 3600: cells, FIRST: dict(list(cells.items())[:1])}
    request = parse_request({**ASKED, "countries": True})
    found = [dict(zip(COLUMNS, row, strict=True)) for row in rows("*", windows, request, lambda start: start == FIRST)]
    assert [(row["window_start"], row["country"], row["is_final"]) for row in found] == [
        ("2026-11-20T00:00:00Z", "FR", "true"),
        ("2026-11-20T01:00:00Z", "DE", "false"),
        ("2026-11-20T01:00:00Z", "FR", "false"),
    ]
    assert found[0] == {
        "window_start": "2026-11-20T00:00:00Z",
        "window_seconds": 3600,
        "is_final": "true",
        "domain": "*",
        "country": "FR",
        "status": "200",
        "result_type": "Hit",
        "origin_use": "none",
        "requests": 7,
        "bytes": 6,
        "time_taken_ms": 5,
        "requests_from_1000_ms": 4,
        "requests_600_to_1000_ms": 3,
        "requests_300_to_600_ms": 2,
    }


def test_countries_that_are_not_told_apart_are_not_named() -> None:
    facts = {Cell("-", "200", "Hit", OriginUse.NONE): Measures(1, 1, 1, 0, 0, 0)}
    (row,) = rows("*", {FIRST: facts}, parse_request(ASKED), lambda _: True)
    assert dict(zip(COLUMNS, row, strict=True))["country"] == ""
