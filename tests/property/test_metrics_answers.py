"""Laws of what the APIs tell: whatever is asked for is what the raw lines say, however it is put together.

Lines are stored as refreshes of their folders store them, and asked for by the operation; what they come to is computed from
the lines themselves (`lines.metric_of`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.metrics.definitions import Metric
from cloudfront_extensions.metrics.known_domains import ALL_DISTRIBUTIONS, KnownDistribution
from cloudfront_extensions.metrics.windows import Interval, label, start_of
from cloudfront_extensions.operations.metric_countries import get_metric_countries
from cloudfront_extensions.operations.metrics import OF_WINDOWS, get_metrics
from tests.property.log_lines import lines
from tests.property.test_metrics_figures import by_domain, distributions
from tests.unit.conftest import Account, create_table
from tests.unit.metrics.lines import HOUR, Line, metric_of
from tests.unit.metrics.stored import create_metrics_table, store
from tests.unit.operations.test_metrics import NOW, set_now

FEW = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
ADDITIVE = (Metric.REQUEST, Metric.REQUEST_ORIGIN, Metric.DOWNSTREAM_TRAFFIC)
TIMES = {"from_time": label(HOUR), "to_time": label(HOUR + 3 * 3600)}


@pytest.fixture(autouse=True)
def table(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    create_metrics_table(monkeypatch)
    set_now(monkeypatch, NOW)


def stored(logged: list[Line], known: list[KnownDistribution]) -> dict[str, list[Line]]:
    """Into an empty table; the lines by the domains that they are counted under."""
    client("dynamodb").delete_table(TableName="metrics")
    create_table("metrics", "metrics", "MetricsTable")
    store(logged, known=known)
    return {**by_domain(logged, known), ALL_DISTRIBUTIONS: logged}


def told(answer: Any, metric: Metric, window: int | None) -> object:
    """One metric of one window, or of all together, as the definitions say it: a number, or numbers by name."""
    series = [one for one in answer["series"] if one["metric"] == metric]
    numbers = {one["key"]: one["total"] if window is None else one["values"][window] for one in series}
    if None in numbers:
        return numbers[None]
    is_count = all(one["unit"] == "count" for one in series)
    kept = {key: number for key, number in numbers.items() if number is not None and not (is_count and number == 0)}
    return kept or None


def same(number: object, expected: object) -> bool:
    """Nothing told, and no numbers by name, are the same."""
    if isinstance(expected, Mapping) and isinstance(number, Mapping):
        return number.keys() == expected.keys() and all(same(number[key], expected[key]) for key in expected)
    if isinstance(expected, int | float) and isinstance(number, int | float):
        return number == pytest.approx(expected, rel=1e-12)
    return (number or None) == (expected or None)


@FEW
@given(lines, distributions(), st.sampled_from(Interval), st.sampled_from([None, "DE", "-"]))
def test_every_figure_of_every_window_is_that_of_its_lines(
    logged: list[Line], known: list[KnownDistribution], interval: Interval, country: str | None
) -> None:
    for domain, of_domain in stored(logged, known).items():
        answer = get_metrics(domain=domain, **TIMES, interval=interval, country=country)
        counted = [line for line in of_domain if country in (None, line.country)]
        requests = next(one["values"] for one in answer["series"] if one["metric"] == Metric.REQUEST)
        starts = [window["start"] for window in answer["windows"]]
        for number, start in enumerate(starts):
            within = [line for line in counted if label(start_of(line.second, interval)) == start]
            assert within == [] or requests[number] is not None
            if requests[number] is not None:
                for metric in OF_WINDOWS:
                    assert same(told(answer, metric, number), metric_of(metric, within, interval.seconds))
        seconds = interval.seconds * sum(number is not None for number in requests)
        for metric in OF_WINDOWS if seconds else ():
            assert same(told(answer, metric, None), metric_of(metric, counted, seconds))


@FEW
@given(lines.filter(bool), distributions())
def test_parts_add_up_over_windows_countries_and_domains(logged: list[Line], known: list[KnownDistribution]) -> None:
    def totals(domain: str, **asked: Any) -> list[float]:
        answer = get_metrics(domain=domain, metric=ADDITIVE, **TIMES, **asked)
        return [series["total"] or 0 for series in answer["series"]]

    def together(parts: Iterable[list[float]]) -> list[float]:
        return [sum(column) for column in zip(*parts, strict=True)]

    domains = stored(logged, known)
    whole = totals(ALL_DISTRIBUTIONS)
    assert whole == together(totals(domain) for domain in domains if domain != ALL_DISTRIBUTIONS)
    countries = {line.country for line in logged}
    assert whole == together(totals(ALL_DISTRIBUTIONS, country=country) for country in countries)
    assert [totals(ALL_DISTRIBUTIONS, interval=interval) for interval in Interval] == [whole] * 3


@FEW
@given(lines, distributions())
def test_countries_share_out_all_requests(logged: list[Line], known: list[KnownDistribution]) -> None:
    for domain, of_domain in stored(logged, known).items():
        answer = get_metric_countries(domain=domain, **TIMES)
        for one in answer["countries"]:
            of_country = [line for line in of_domain if line.country == one["country"]]
            assert (one["requests"], one["bytes"]) == (len(of_country), sum(line.sent_bytes for line in of_country))
            assert same(one["requestLatency"], metric_of(Metric.REQUEST_LATENCY, of_country, 1))
            assert same(one["chr"], metric_of(Metric.CHR, of_country, 1))
        assert {one["country"] for one in answer["countries"]} == {line.country for line in of_domain}
        assert answer["requests"] == len(of_domain)
