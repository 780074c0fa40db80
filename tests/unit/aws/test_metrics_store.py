"""Figures in the table: written whole, found by few queries, and what is known of them."""

from __future__ import annotations

from typing import Any

import pytest

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.log_folders import LogFolders
from cloudfront_extensions.aws.metrics_store import MetricsStore
from cloudfront_extensions.metrics.domain_figures import DomainFigures, figures
from cloudfront_extensions.metrics.facts import Facts, added, total, without_countries
from cloudfront_extensions.metrics.known_domains import KnownDistribution, KnownDomains
from cloudfront_extensions.metrics.sources import Folder, Source
from cloudfront_extensions.metrics.stored_items import Retention
from cloudfront_extensions.metrics.top_urls import Lack, UrlFigures, UrlList
from cloudfront_extensions.metrics.windows import Interval
from tests.unit.conftest import Account
from tests.unit.metrics.lines import FOLDER, HOUR, Line, facts_of, rows_of
from tests.unit.metrics.stored import SHOP, create_metrics_table, store
from tests.unit.metrics.test_stored_items import many_cells
from tests.unit.operations.calls import calls_made

DAY = Interval.DAY.seconds
NOW = HOUR + 3 * DAY


@pytest.fixture(autouse=True)
def metrics(account: Account, monkeypatch: pytest.MonkeyPatch) -> MetricsStore:
    create_metrics_table(monkeypatch)
    return MetricsStore()


def rows() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client("dynamodb").scan(TableName="metrics")["Items"]
    return found


def test_facts_are_found_by_five_minutes_hours_and_days(metrics: MetricsStore) -> None:
    logged = [Line(second=HOUR), Line(second=HOUR + 1000, country="FR"), Line(second=HOUR + 4000, status="404")]
    store(logged)

    def found(interval: Interval, first: int, end: int) -> dict[int, Facts]:
        return metrics.facts(SHOP, first, end, interval, countries=True).facts

    assert found(Interval.FIVE_MINUTES, HOUR, HOUR + 1200) == {
        HOUR: facts_of(logged[:1]),
        HOUR + 900: facts_of(logged[1:2]),
    }
    assert found(Interval.HOUR, HOUR, HOUR + 7200) == {HOUR: facts_of(logged[:2]), HOUR + 3600: facts_of(logged[2:])}
    day = HOUR - 14 * 3600
    assert found(Interval.DAY, day, day + DAY) == {day: facts_of(logged)}
    without = metrics.facts(SHOP, HOUR, HOUR + 3600, Interval.HOUR).facts
    assert without == {HOUR: without_countries(facts_of(logged[:2]))}


@pytest.mark.parametrize("interval", list(Interval))
def test_nothing_is_found_of_other_domains_and_other_times(metrics: MetricsStore, interval: Interval) -> None:
    store([Line(second=HOUR - 1), Line(second=HOUR + DAY), Line(second=HOUR, host="other.example.com")])
    found = metrics.facts(SHOP, HOUR, HOUR + DAY, interval)
    assert (found.facts, found.sources) == ({}, frozenset())


def test_writing_the_same_again_changes_nothing(metrics: MetricsStore) -> None:
    store([Line(), Line(country="FR")])
    before = rows()
    store([Line(), Line(country="FR")])
    assert rows() == before


def test_a_folder_that_is_counted_again_takes_the_place_of_what_it_had(metrics: MetricsStore) -> None:
    store([Line()])
    store([Line(), Line(taken_ms=5000)])
    (facts,) = metrics.facts(SHOP, HOUR, HOUR + 3600, Interval.HOUR).facts.values()
    assert total(facts).requests == 2


def test_a_folder_counted_again_after_an_alias_moved_is_right_in_all_and_in_what_domains_have_then(
    metrics: MetricsStore,
) -> None:
    """Windows that a domain has no more stay, as docs/metrics.md says: they are left to expire."""
    rows = rows_of([Line(), Line(second=HOUR + 600, edge_domain="d2.cloudfront.net")])
    for owner in ("d1.cloudfront.net", "d2.cloudfront.net"):
        ids = {"d1.cloudfront.net": "E1", "d2.cloudfront.net": "E2"}
        known: list[KnownDistribution] = [
            {"distributionId": of, "edgeDomain": name, "aliases": [SHOP] if name == owner else []}
            for name, of in ids.items()
        ]
        metrics.write(figures(rows, KnownDomains(known)))

    def windows(domain: str, interval: Interval) -> dict[int, int]:
        found = metrics.facts(domain, HOUR, HOUR + 3600, interval).facts
        return {start - HOUR: total(facts).requests for start, facts in found.items()}

    assert windows("*", Interval.FIVE_MINUTES) == {0: 1, 600: 1}
    assert windows(SHOP, Interval.HOUR) == windows("E1", Interval.HOUR) == {0: 1}
    assert windows(SHOP, Interval.FIVE_MINUTES) == {0: 1, 600: 1}
    assert windows("E1", Interval.FIVE_MINUTES) == {0: 1}
    assert windows("E2", Interval.FIVE_MINUTES) == {600: 1}


def test_lines_of_an_hour_in_two_folders_add_up(metrics: MetricsStore) -> None:
    for folder in (FOLDER, Folder(Source.STANDARD, "2026-11-21-15")):
        metrics.write([DomainFigures(SHOP, folder, {HOUR: facts_of([Line()])})])
    (facts,) = metrics.facts(SHOP, HOUR, HOUR + 3600, Interval.HOUR).facts.values()
    assert total(facts).requests == 2


def test_two_kinds_of_logs_of_the_same_requests_are_not_added(metrics: MetricsStore) -> None:
    store([Line(), Line()])
    store([Line(), Line(), Line(second=HOUR + 600)], Source.REALTIME)
    found = metrics.facts(SHOP, HOUR, HOUR + 3600, Interval.HOUR)
    assert [total(facts).requests for facts in found.facts.values()] == [3]
    assert found.sources == {Source.STANDARD, Source.REALTIME}


def test_a_window_larger_than_an_item_is_found_whole(metrics: MetricsStore) -> None:
    facts = many_cells()
    metrics.write([DomainFigures("E1LARGE0000000", FOLDER, {HOUR: facts})])
    found = metrics.facts("E1LARGE0000000", HOUR, HOUR + 300, Interval.FIVE_MINUTES, countries=True)
    assert found.facts == {HOUR: facts}
    metrics.write([DomainFigures("E1LARGE0000000", FOLDER, {HOUR: facts_of([Line()])})])
    found = metrics.facts("E1LARGE0000000", HOUR, HOUR + 300, Interval.FIVE_MINUTES, countries=True)
    assert found.facts == {HOUR: facts_of([Line()])}


def test_urls_and_speeds_are_found_by_hours(metrics: MetricsStore) -> None:
    store([Line(path="/a"), Line(path="/a"), Line(path="/b", second=HOUR + 3600), Line(second=HOUR + 7200)])
    urls = metrics.urls(SHOP, HOUR, HOUR + 7200)
    assert {hour: [(url.path, url.requests) for url in found.urls] for hour, found in urls.items()} == {
        HOUR: [("/a", 2)],
        HOUR + 3600: [("/b", 1)],
    }
    assert sum(metrics.speeds(SHOP, HOUR, HOUR + 7200).values()) == 3


def test_what_urls_lack_is_the_sum_over_the_folders_that_have_their_hour(metrics: MetricsStore) -> None:
    for folder, lack in ((FOLDER, Lack(3, 30)), (Folder(Source.STANDARD, "2026-11-21-15"), Lack(4, 50))):
        metrics.write([DomainFigures(SHOP, folder, urls={HOUR: UrlList([UrlFigures("/a", 9, 90)], lack)})])
    assert metrics.urls(SHOP, HOUR, HOUR + 3600) == {HOUR: ([UrlFigures("/a", 18, 180)], Lack(7, 80))}


def test_what_was_counted_is_known_of_the_sources_of_the_domain(metrics: MetricsStore) -> None:
    store([Line(second=HOUR), Line(second=HOUR + 7200, host="other.example.com", edge_domain="d2.cloudfront.net")])
    store([Line(second=HOUR + 3600, host="other.example.com", edge_domain="d2.cloudfront.net")], Source.REALTIME)
    known = metrics.coverage(SHOP, HOUR, HOUR + 3 * 3600, NOW, frozenset({Source.STANDARD}))
    assert [known.is_counted(HOUR + hour * 3600, Interval.HOUR) for hour in range(4)] == [True, False, True, False]
    assert known.since == HOUR
    assert known.complete_through == NOW - DAY


def test_a_quiet_domain_is_known_by_what_it_had_before(metrics: MetricsStore) -> None:
    store([Line(second=HOUR - DAY), Line(second=HOUR, host="other.example.com", edge_domain="d2.cloudfront.net")])
    assert metrics.coverage(SHOP, HOUR, HOUR + 3600, NOW, frozenset()).is_counted(HOUR, Interval.HOUR)
    never = metrics.coverage("new.example.com", HOUR, HOUR + 3600, NOW, frozenset())
    assert (never.since, never.is_counted(HOUR, Interval.HOUR)) == (None, False)


def test_folders_that_a_refresh_has_not_counted_yet_are_pending(metrics: MetricsStore) -> None:
    store([Line()])
    LogFolders().note_arrivals(FOLDER)
    known = metrics.coverage(SHOP, HOUR, HOUR + 3600, NOW, frozenset({Source.STANDARD}))
    assert known.pending == {HOUR}
    assert not known.is_final(HOUR, Interval.HOUR)


def test_items_expire(metrics: MetricsStore) -> None:
    MetricsStore(retention=Retention(2, 5)).write([DomainFigures(SHOP, FOLDER, {HOUR: facts_of([Line()])})])
    expires = {row["sk"]["S"].partition("#")[0]: int(row["expires_at"]["N"]) for row in rows()}
    assert expires == {"5m": HOUR + 2 * DAY, "1h": HOUR + 5 * DAY, "1h-countries": HOUR + 5 * DAY}


def test_a_month_of_hours_is_one_query_and_few_are_written_at_a_time(metrics: MetricsStore) -> None:
    hours = 30 * 24
    of_hours = (
        DomainFigures(SHOP, Folder(Source.STANDARD, "2026-11-21-14"), {HOUR + hour * 3600: facts_of([Line()])})
        for hour in range(hours)
    )
    with calls_made() as written:
        metrics.write(of_hours)
    assert set(written) == {"BatchWriteItem"}
    assert len(written) == -(-3 * hours // 25)
    with calls_made() as read:
        found = metrics.facts(SHOP, HOUR, HOUR + hours * 3600, Interval.HOUR)
    assert read == ["Query"]
    assert total(added(found.facts.values())).requests == hours
