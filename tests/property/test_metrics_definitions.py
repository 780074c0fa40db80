"""Laws of metrics: any aggregation of parts is the aggregate of the raw lines, whatever the parts are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudfront_extensions.metrics.definitions import DEFINITIONS, Metric, Shape, value
from cloudfront_extensions.metrics.facts import added, without_countries
from cloudfront_extensions.metrics.windows import Interval, start_of
from tests.property.log_lines import lines
from tests.unit.metrics.lines import FACTS_METRICS, Line, facts_of, metric_of

PARTS: dict[str, Callable[[Line], Hashable]] = {
    "windows of five minutes": lambda line: start_of(line.second, Interval.FIVE_MINUTES),
    "hours": lambda line: start_of(line.second, Interval.HOUR),
    "days": lambda line: start_of(line.second, Interval.DAY),
    "countries": lambda line: line.country,
    "hosts": lambda line: line.host,
    "distributions": lambda line: line.edge_domain,
    "lines": lambda line: id(line),
    "countries of hosts in windows": lambda line: (line.country, line.host, start_of(line.second, Interval.HOUR)),
}


def test_every_metric_of_facts_has_its_definition_by_lines() -> None:
    assert set(FACTS_METRICS) == {metric for metric in Metric if DEFINITIONS[metric].view}
    assert {DEFINITIONS[metric].shape for metric in set(Metric) - set(FACTS_METRICS)} == {Shape.URLS, Shape.SPEEDS}


@pytest.mark.parametrize("part_of", PARTS.values(), ids=PARTS)
@given(logged=lines, seconds=st.sampled_from([300, 3600, 86_400]))
def test_any_aggregation_of_parts_is_the_aggregate_of_raw_lines(
    part_of: Callable[[Line], Hashable], logged: list[Line], seconds: int
) -> None:
    parts: dict[Hashable, list[Line]] = defaultdict(list)
    for line in logged:
        parts[part_of(line)].append(line)
    summed = added(facts_of(part) for part in parts.values())
    for metric in FACTS_METRICS:
        assert value(metric, summed, seconds) == metric_of(metric, logged, seconds), metric


@given(lines, st.integers(0, 30), st.integers(0, 30))
def test_sums_of_sums_are_the_sum_in_any_order(logged: list[Line], first: int, second: int) -> None:
    one, two, three = facts_of(logged[:first]), facts_of(logged[first:][:second]), facts_of(logged[first:][second:])
    every = facts_of(logged)
    assert added([added([one, two]), three]) == every
    assert added([three, added([two, one])]) == every


@given(lines)
def test_metrics_are_the_same_with_countries_told_apart_and_together(logged: list[Line]) -> None:
    facts = facts_of(logged)
    for metric in FACTS_METRICS:
        assert value(metric, without_countries(facts), 300) == value(metric, facts, 300), metric


@given(lines, st.sampled_from(["DE", "FR", "-"]))
def test_the_metrics_of_one_country_are_those_of_its_lines(logged: list[Line], country: str) -> None:
    of_country = {cell: measures for cell, measures in facts_of(logged).items() if cell.country == country}
    by_hand = [line for line in logged if line.country == country]
    for metric in FACTS_METRICS:
        assert value(metric, of_country, 300) == metric_of(metric, by_hand, 300), metric


@given(lines)
def test_percentages_lie_between_nought_and_a_hundred_without_being_clamped(logged: list[Line]) -> None:
    facts = facts_of(logged)
    for metric in FACTS_METRICS:
        if DEFINITIONS[metric].unit == "%":
            found = value(metric, facts, 300)
            numbers = list(found.values()) if isinstance(found, dict) else [found]
            assert all(number is None or 0 <= number <= 100 for number in numbers), metric


@given(lines)
def test_values_by_name_add_up_to_the_value_of_all(logged: list[Line]) -> None:
    facts = facts_of(logged)
    for by_name, of_all in (
        (Metric.STATUS_CODE, Metric.REQUEST),
        (Metric.EDGE_TYPE, Metric.REQUEST),
        (Metric.STATUS_CODE_ORIGIN, Metric.REQUEST_ORIGIN),
        (Metric.STATUS_CODE_ORIGIN_STRICT, Metric.REQUEST_ORIGIN_STRICT),
    ):
        counts = value(by_name, facts, 300)
        assert isinstance(counts, dict)
        assert sum(counts.values()) == value(of_all, facts, 300)


@given(lines)
def test_strict_origin_has_the_requests_of_the_compatible_one_and_the_revalidated(logged: list[Line]) -> None:
    facts = facts_of(logged)
    refreshed = sum(line.detailed == "RefreshHit" for line in logged)
    origin, strict = value(Metric.REQUEST_ORIGIN, facts, 300), value(Metric.REQUEST_ORIGIN_STRICT, facts, 300)
    assert isinstance(origin, int)
    assert strict == origin + refreshed
