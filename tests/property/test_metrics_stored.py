"""Laws of figures that went into items and came back: the metrics are still those of the raw lines, however it was cut up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cloudfront_extensions.metrics.definitions import value
from cloudfront_extensions.metrics.sources import Folder, Source
from cloudfront_extensions.metrics.stored_items import Kind
from cloudfront_extensions.metrics.windows import Interval
from tests.property.log_lines import lines
from tests.property.stored_figures import DOMAINS, Table, by_hand, read, written
from tests.unit.metrics.lines import FACTS_METRICS, FOLDER, Line, metric_of

EARLIER = Folder(Source.STANDARD, "2026-11-21-13")
KINDS = st.sampled_from(
    [
        (Kind.FIVE_MINUTES, Interval.FIVE_MINUTES),
        (Kind.FIVE_MINUTES, Interval.HOUR),
        (Kind.HOUR, Interval.HOUR),
        (Kind.HOUR, Interval.DAY),
    ]
)


@given(lines, lines, KINDS, st.sampled_from(DOMAINS), st.sampled_from([64, 350_000]))
def test_metrics_of_stored_figures_are_those_of_the_raw_lines(
    first: list[Line], second: list[Line], kind: tuple[Kind, Interval], domain: str, largest: int
) -> None:
    table: Table = {}
    written(table, first, EARLIER, largest)
    written(table, second, FOLDER, largest)
    stored_as, interval = kind
    windows = read(table, domain, stored_as, interval, countries=False)
    expected = by_hand([*first, *second], domain, interval)
    assert set(windows) == set(expected)
    for start, within in expected.items():
        for metric in FACTS_METRICS:
            assert value(metric, windows[start], interval.seconds) == metric_of(metric, within, interval.seconds)


@given(lines, st.sampled_from([Kind.FIVE_MINUTES, Kind.HOUR_COUNTRIES]), st.sampled_from(DOMAINS))
def test_metrics_of_a_country_are_those_of_its_raw_lines(logged: list[Line], kind: Kind, domain: str) -> None:
    table: Table = {}
    written(table, logged, FOLDER)
    windows = read(table, domain, kind, Interval.HOUR, countries=True)
    for start, within in by_hand(logged, domain, Interval.HOUR).items():
        for country in {line.country for line in within}:
            facts = {cell: measures for cell, measures in windows[start].items() if cell.country == country}
            own = [line for line in within if line.country == country]
            for metric in FACTS_METRICS:
                assert value(metric, facts, 3600) == metric_of(metric, own, 3600)


@given(lines, lines, st.sampled_from([64, 350_000]))
def test_counting_a_folder_again_with_what_came_late_is_counting_it_once(
    early: list[Line], late: list[Line], largest: int
) -> None:
    again: Table = {}
    written(again, early, FOLDER, largest)
    for _ in range(2):
        written(again, [*early, *late], FOLDER, largest)
    once: Table = {}
    written(once, [*early, *late], FOLDER, largest)
    for domain in DOMAINS:
        for kind in (Kind.FIVE_MINUTES, Kind.HOUR, Kind.HOUR_COUNTRIES):
            assert read(again, domain, kind, Interval.FIVE_MINUTES, countries=True) == read(
                once, domain, kind, Interval.FIVE_MINUTES, countries=True
            )
