"""Figures as items and back: nothing is lost, nothing is larger than DynamoDB takes, and keys lie in the order of time."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest

from cloudfront_extensions.metrics.domain_figures import DomainFigures, figures
from cloudfront_extensions.metrics.download_speeds import Speed, SpeedCell
from cloudfront_extensions.metrics.facts import Cell, Measures, OriginUse, added, without_countries
from cloudfront_extensions.metrics.known_domains import ALL_DISTRIBUTIONS, KnownDomains
from cloudfront_extensions.metrics.packing import LARGEST_NUMBER, packed, unpacked
from cloudfront_extensions.metrics.stored_items import (
    LARGEST_CONTENT,
    Kind,
    Retention,
    StoredItem,
    counted_of,
    facts_of,
    item_from,
    items_of,
    rejected_of,
    sort_keys,
    speeds_of,
    urls_of,
)
from cloudfront_extensions.metrics.top_urls import Lack, UrlFigures, UrlList, added_urls, by_requests
from cloudfront_extensions.metrics.windows import SMALLEST
from tests.unit.metrics.lines import FOLDER, HOUR, Line, rows_of

DAY = 24 * 3600


def of_kind(found: DomainFigures, kind: Kind, largest: int = LARGEST_CONTENT) -> list[StoredItem]:
    return [item for item in items_of(found, largest) if item.kind is kind]


def many_cells(countries: int = 250, statuses: int = 20) -> dict[Cell, Measures]:
    """More than any window of five minutes has, with figures that do not compress."""
    chance = random.Random(7)  # noqa: S311 - for figures, not for secrets
    return {
        Cell(f"C{country}", f"{200 + status}", result, use): Measures(*(chance.getrandbits(40) for _ in range(6)))
        for country in range(countries)
        for status in range(statuses)
        for result in ("Hit", "Miss", "Error")
        for use in OriginUse
    }


@pytest.fixture
def shop() -> DomainFigures:
    logged = [
        Line(second=HOUR + 10),
        Line(second=HOUR + 20, country="FR", status="404", result="Error", detailed="Error", path="/%2520 \\xE4"),
        Line(second=HOUR + 310, result="Miss", detailed="Miss", taken_ms=1200, path="/b"),
        Line(second=HOUR + 3700, country="-", network="-"),
    ]
    known = KnownDomains([{"distributionId": "E1", "edgeDomain": "d1.cloudfront.net", "aliases": ["shop.example.com"]}])
    (found,) = (each for each in figures(rows_of(logged), known) if each.domain == "shop.example.com")
    return found


def test_a_table_is_unpacked_as_it_was_packed() -> None:
    table = {("DE", "\udcff/ü\n"): (0, LARGEST_NUMBER), ("", "-"): (1, 256), ("DE", "-"): (7, 65_536)}
    assert dict(unpacked(packed(table))) == table


def test_an_empty_table_stays_empty() -> None:
    assert dict(unpacked(packed({}))) == {}


def test_every_window_of_five_minutes_is_an_item_with_countries_and_without(shop: DomainFigures) -> None:
    items = of_kind(shop, Kind.FIVE_MINUTES)
    assert [item.start for item in items] == [HOUR, HOUR + 300, HOUR + 3600]
    assert {item.start: facts_of(item, countries=True) for item in items} == shop.windows
    assert facts_of(items[0], countries=False) == without_countries(shop.windows[HOUR])


def test_hours_are_the_sums_of_their_windows(shop: DomainFigures) -> None:
    first, second = of_kind(shop, Kind.HOUR), of_kind(shop, Kind.HOUR_COUNTRIES)
    everything = added([shop.windows[HOUR], shop.windows[HOUR + 300]])
    assert [item.start for item in first] == [item.start for item in second] == [HOUR, HOUR + 3600]
    assert facts_of(second[0], countries=True) == everything
    assert facts_of(first[0], countries=True) == facts_of(second[0], countries=False) == without_countries(everything)


def test_hours_by_country_have_no_sums_beside_the_countries(shop: DomainFigures) -> None:
    known, unknown = of_kind(shop, Kind.HOUR_COUNTRIES)
    assert known.content[:4] == bytes(4)
    assert facts_of(unknown, countries=True) == facts_of(unknown, countries=False) == shop.windows[HOUR + 3600]


def test_urls_and_speeds_come_back(shop: DomainFigures) -> None:
    (urls, _), (speeds, _) = of_kind(shop, Kind.URLS), of_kind(shop, Kind.SPEEDS)
    assert urls_of(urls) == shop.urls[HOUR]
    assert speeds_of(speeds) == shop.speeds[HOUR]
    assert speeds_of(speeds)[SpeedCell("DE", "3320", True, Speed.BELOW_250K)] == 1


def test_the_account_notes_in_which_five_minutes_anything_was_counted() -> None:
    account = DomainFigures(ALL_DISTRIBUTIONS, FOLDER, windows={HOUR: {}, HOUR + 3300: {}, HOUR + 3600: {}})
    marks = of_kind(account, Kind.COUNTED)
    assert [counted_of(mark) for mark in marks] == [{HOUR, HOUR + 3300}, {HOUR + 3600}]
    assert of_kind(DomainFigures("E1", FOLDER, windows={HOUR: {}}), Kind.COUNTED) == []


def test_the_account_notes_how_many_lines_of_a_folder_were_rejected_with_its_own_hour() -> None:
    account = DomainFigures(ALL_DISTRIBUTIONS, FOLDER, windows={HOUR - 300: {}, HOUR + 300: {}}, rejected=70_000)
    marks = of_kind(account, Kind.COUNTED)
    assert [(mark.start, counted_of(mark), rejected_of(mark)) for mark in marks] == [
        (HOUR - 3600, {HOUR - 300}, 0),
        (HOUR, {HOUR + 300}, 70_000),
    ]
    (alone,) = of_kind(DomainFigures(ALL_DISTRIBUTIONS, FOLDER, rejected=3), Kind.COUNTED)
    assert (alone.start, counted_of(alone), rejected_of(alone)) == (HOUR, set(), 3)


def test_what_is_too_large_goes_on_in_further_items_whose_sum_it_is() -> None:
    facts = many_cells()
    items = of_kind(DomainFigures("E1", FOLDER, windows={HOUR: facts}), Kind.FIVE_MINUTES)
    assert len(items) > 1
    assert max(len(item.content) for item in items) <= LARGEST_CONTENT
    assert [(item.part, item.parts) for item in items] == [(part, len(items)) for part in range(1, len(items) + 1)]
    assert added(facts_of(item, countries=True) for item in items) == facts
    assert added(facts_of(item, countries=False) for item in items) == without_countries(facts)


def test_lists_of_long_urls_are_split_too() -> None:
    urls = [UrlFigures(f"/{number}/{random.Random(number).randbytes(4000).hex()}", 1, 1) for number in range(200)]  # noqa: S311
    found = UrlList(by_requests(urls), Lack(1, 2**40))
    items = of_kind(DomainFigures("E1", FOLDER, urls={HOUR: found}), Kind.URLS)
    assert len(items) > 1
    assert max(len(item.content) for item in items) <= LARGEST_CONTENT
    assert added_urls(map(urls_of, items)) == found


def test_a_single_row_is_never_split() -> None:
    urls = UrlList([UrlFigures("/long", 1, 1)])
    (item,) = of_kind(DomainFigures("E1", FOLDER, urls={HOUR: urls}), Kind.URLS, largest=1)
    assert urls_of(item) == urls


def test_an_item_is_read_back_from_its_key(shop: DomainFigures) -> None:
    for item in items_of(shop, largest=60):
        parts = item.parts if item.part == 1 else 1
        read = item_from(item.domain, item.sort_key, item.content, parts)
        assert (read.kind, read.start, read.folder, read.part) == (item.kind, item.start, item.folder, item.part)


def test_keys_of_a_kind_lie_between_its_bounds_and_those_of_others_do_not(shop: DomainFigures) -> None:
    by_kind: dict[Kind, list[str]] = defaultdict(list)
    for item in items_of(shop):
        by_kind[item.kind].append(item.sort_key)
    for kind, keys in by_kind.items():
        assert keys == sorted(keys)
        first, end = sort_keys(kind, HOUR, HOUR + DAY)
        assert [key for every in by_kind.values() for key in every if first <= key <= end] == keys
    first, end = sort_keys(Kind.FIVE_MINUTES, HOUR, HOUR + SMALLEST)
    assert [key for key in by_kind[Kind.FIVE_MINUTES] if first <= key <= end] == by_kind[Kind.FIVE_MINUTES][:1]


def test_items_expire_by_their_windows(shop: DomainFigures) -> None:
    retention = Retention(five_minutes_days=2, hour_days=5)
    for item in items_of(shop):
        days = 2 if item.kind is Kind.FIVE_MINUTES else 5
        assert retention.ends(item) == item.start + days * DAY


def test_a_window_with_countries_takes_few_bytes() -> None:
    """60 countries, of each 10 kinds of answers: what one window of a busy domain has."""
    chance = random.Random(3)  # noqa: S311
    facts = {
        Cell(f"C{country}", status, result, use): Measures(
            chance.randrange(500), chance.randrange(10**7), chance.randrange(10**5), 1, 2, 3
        )
        for country in range(60)
        for status, result, use in [
            (status, result, use)
            for status in ("200", "304", "404", "503", "206")
            for result, use in (("Hit", OriginUse.NONE), ("Miss", OriginUse.FETCHED))
        ]
    }
    (item,) = of_kind(DomainFigures("E1", FOLDER, windows={HOUR: facts}), Kind.FIVE_MINUTES)
    assert len(item.content) < 12 * len(facts)
