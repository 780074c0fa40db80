"""Rows become the figures of domains, one distribution in memory at a time."""

from __future__ import annotations

import weakref
from collections.abc import Iterator

import pytest

from cloudfront_extensions.errors import RowsOutOfOrder
from cloudfront_extensions.metrics.domain_figures import DomainFigures, figures
from cloudfront_extensions.metrics.download_speeds import Speed, SpeedCell
from cloudfront_extensions.metrics.facts import Cell, Measures, OriginUse
from cloudfront_extensions.metrics.known_domains import KnownDomains
from cloudfront_extensions.metrics.rows import FactsRow, RejectedRow, Row, SpeedRow, UrlRow
from cloudfront_extensions.metrics.sources import Folder, Source
from cloudfront_extensions.metrics.top_urls import NO_LACK, Lack, UrlFigures
from tests.unit.metrics.lines import FOLDER, HOUR, Line, facts_of, rows_of

KNOWN = KnownDomains(
    [
        {"distributionId": "E1", "edgeDomain": "d1.cloudfront.net", "aliases": ["shop.example.com", "*.example.com"]},
        {"distributionId": "E2", "edgeDomain": "d2.cloudfront.net", "aliases": []},
    ]
)
CELL = Cell("DE", "200", "Hit", OriginUse.NONE)
ONE = Measures(1, 1000, 10, 0, 0, 0)


def facts_row(host: str | None, edge_domain: str | None = "d1.cloudfront.net", folder: Folder = FOLDER) -> FactsRow:
    return FactsRow(folder, edge_domain, host, HOUR, CELL, ONE)


def by_domain(*rows: Row) -> dict[str, DomainFigures]:
    return {each.domain: each for each in figures(rows, KNOWN)}


def test_hosts_that_are_one_domain_are_added_up() -> None:
    found = by_domain(
        *(facts_row(host) for host in ("a.example.com", "shop.example.com", "b.example.com", "-", "x.test"))
    )
    assert {domain: each.windows for domain, each in found.items()} == {
        "*.example.com": {HOUR: {CELL: Measures(2, 2000, 20, 0, 0, 0)}},
        "shop.example.com": {HOUR: {CELL: ONE}},
        "E1": {HOUR: {CELL: Measures(2, 2000, 20, 0, 0, 0)}},
    }


@pytest.mark.parametrize("host", ["-", None, ""])
def test_a_request_without_host_is_counted_under_its_distribution(host: str | None) -> None:
    assert list(by_domain(facts_row(host))) == ["E1"]


def test_rows_of_all_distributions_are_the_domain_of_all() -> None:
    assert by_domain(facts_row(None, None))["*"].windows == {HOUR: {CELL: ONE}}


@pytest.mark.parametrize("totals_first", [True, False])
def test_totals_may_come_before_or_after_the_distributions(totals_first: bool) -> None:
    total = facts_row(None, None)
    rows = [total, facts_row("-")] if totals_first else [facts_row("-"), total]
    assert set(by_domain(*rows)) == {"*", "E1"}


def test_rejected_lines_are_told_with_all_distributions() -> None:
    found = by_domain(facts_row("-"), RejectedRow(FOLDER, 3), facts_row(None, None), RejectedRow(FOLDER, 4))
    assert (found["*"].rejected, found["E1"].rejected) == (7, 0)


def test_a_folder_of_nothing_but_rejected_lines_tells_them() -> None:
    assert by_domain(RejectedRow(FOLDER, 5)) == {"*": DomainFigures("*", FOLDER, rejected=5)}


def test_urls_of_the_hosts_of_a_domain_are_added_and_trimmed() -> None:
    rows = [
        UrlRow(FOLDER, "d1.cloudfront.net", host, HOUR, f"/{number:03}", number, 1000 - number)
        for host in ("a.example.com", "b.example.com")
        for number in range(300)
    ]
    kept, _ = by_domain(*rows)["*.example.com"].urls[HOUR]
    assert kept[0] == UrlFigures("/299", 598, 1402)
    assert [url.path for url in kept] == [f"/{number:03}" for number in [*range(299, 199, -1), *range(99, -1, -1)]]


def url_rows(host: str, urls: range, hour: int = HOUR) -> list[UrlRow]:
    """The URL of a number has as many requests, and ten times as many bytes."""
    return [UrlRow(FOLDER, "d1.cloudfront.net", host, hour, f"/{number}", number, 10 * number) for number in urls]


def test_what_the_lists_of_hosts_lack_adds_up_in_their_domain() -> None:
    """Of each host with a hundred URLs others may be missing, as large as its last one. Of the 102 of the sum two fall out."""
    found = by_domain(
        *url_rows("a.example.com", range(5, 105)),
        *url_rows("b.example.com", range(7, 107)),
        *url_rows("c.example.com", range(8, 107)),
        *url_rows("shop.example.com", range(3, 103)),
        *url_rows("shop.example.com", range(1, 3), HOUR + 3600),
    )
    assert found["*.example.com"].urls[HOUR].lack == Lack(5 + 7 + 6, 50 + 70 + 60)
    assert found["shop.example.com"].urls[HOUR].lack == Lack(3, 30)
    assert found["shop.example.com"].urls[HOUR + 3600].lack == NO_LACK


def test_speeds_of_the_hosts_of_a_domain_are_added() -> None:
    rows = [
        SpeedRow(FOLDER, "d1.cloudfront.net", host, HOUR, "DE", "3320", True, "250K", 2)
        for host in ("a.example.com", "b.example.com")
    ]
    cell = SpeedCell("DE", "3320", True, Speed.BELOW_250K)
    assert by_domain(*rows)["*.example.com"].speeds == {HOUR: {cell: 4}}


def test_lines_a_little_outside_of_their_folders_hour_keep_their_window() -> None:
    early, late = Line(second=HOUR - 1), Line(second=HOUR + 3600)
    found = by_domain(*rows_of([early, late]))
    assert set(found["shop.example.com"].windows) == {HOUR - 300, HOUR + 3600}


def test_a_second_belongs_to_the_window_that_it_begins_and_to_no_other() -> None:
    found = by_domain(*rows_of([Line(second=HOUR + second) for second in (0, 299, 300, 599)]))
    assert {window: sum(one.requests for one in facts.values()) for window, facts in found["*"].windows.items()} == {
        HOUR: 2,
        HOUR + 300: 2,
    }


def test_the_same_rows_again_are_the_same_figures() -> None:
    rows = rows_of([Line(host=host) for host in ("a.example.com", "x.test", "shop.example.com")])
    assert by_domain(*rows) == by_domain(*rows)


def test_folders_have_figures_of_their_own() -> None:
    other = Folder(Source.REALTIME, FOLDER.hour)
    found = list(figures([facts_row("-"), facts_row("-", folder=other)], KNOWN))
    assert [(each.domain, each.folder) for each in found] == [("E1", FOLDER), ("E1", other)]


@pytest.mark.parametrize("again", ["d1.cloudfront.net", None])
def test_rows_out_of_order_are_refused_before_they_overwrite_figures(again: str | None) -> None:
    rows = [facts_row("-", again), facts_row("-", "d2.cloudfront.net"), facts_row("-", again)]
    with pytest.raises(RowsOutOfOrder, match=again or "all distributions"):
        list(figures(rows, KNOWN))


def test_figures_of_a_distribution_come_before_the_rows_after_the_next_are_read() -> None:
    read: list[str] = []

    def rows() -> Iterator[Row]:
        for number in range(50):
            read.append(f"d{number}.test")
            yield facts_row("-", f"d{number}.test")

    stream = figures(rows(), KNOWN)
    assert next(stream).domain == "d0.test"
    assert read == ["d0.test", "d1.test"]


def test_one_distribution_is_in_memory_at_a_time() -> None:
    given: list[weakref.ref[DomainFigures]] = []
    most = 0
    for each in figures((facts_row("-", f"d{number}.test") for number in range(100)), KNOWN):
        given.append(weakref.ref(each))
        most = max(most, sum(one() is not None for one in given))
    assert most <= 2


def test_facts_of_the_model_lines_are_what_the_rows_say() -> None:
    lines = [Line(), Line(detailed="Miss", result="Miss", taken_ms=650)]
    assert by_domain(*rows_of(lines))["shop.example.com"].windows == {HOUR: facts_of(lines)}


def test_every_domain_has_top_urls_of_its_own() -> None:
    rows = [
        UrlRow(FOLDER, edge_domain, "-", HOUR, f"/{number:03}", number * weight, number)
        for edge_domain, weight in (("d1.cloudfront.net", 1_000_000), ("d2.cloudfront.net", 1))
        for number in range(1, 101)
    ]
    found = by_domain(*rows)
    assert [len(found[domain].urls[HOUR].urls) for domain in ("E1", "E2")] == [100, 100]
    assert found["E2"].urls[HOUR].urls[0] == UrlFigures("/100", 100, 100)


def test_a_thousand_hosts_of_a_wildcard_are_one_domain() -> None:
    found = by_domain(*(facts_row(f"h{number}.example.com") for number in range(1000)))
    assert found["*.example.com"].windows[HOUR][CELL].requests == 1000
    assert len(found) == 1
