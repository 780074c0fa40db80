"""What is known of windows: counted or not, final or not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cloudfront_extensions.metrics.coverage import Coverage
from cloudfront_extensions.metrics.windows import Interval
from tests.unit.metrics.lines import HOUR

FIVE, ONE, DAY = Interval.FIVE_MINUTES, Interval.HOUR, Interval.DAY
DAY_START = HOUR - 14 * 3600
LATE = HOUR + 3 * DAY.seconds


def coverage(
    now: int = LATE, since: int | None = HOUR, counted: set[int] | None = None, pending: set[int] | None = None
) -> Coverage:
    return Coverage(now, since, {HOUR, HOUR + 900} if counted is None else counted, pending or set())


def test_a_window_without_requests_in_a_counted_hour_is_counted() -> None:
    assert coverage().is_counted(HOUR + 300, FIVE)
    assert coverage().is_counted(HOUR, ONE)
    assert coverage().is_counted(DAY_START, DAY)


def test_a_window_of_an_hour_without_logs_is_not_counted() -> None:
    assert not coverage().is_counted(HOUR + 3600, FIVE)
    assert not coverage().is_counted(HOUR + 3600, ONE)
    assert not coverage().is_counted(DAY_START + DAY.seconds, DAY)


def test_while_logs_still_come_in_what_lies_behind_the_last_of_them_is_not_counted() -> None:
    young = coverage(now=HOUR + 1800)
    assert young.is_counted(HOUR + 900, FIVE)
    assert not young.is_counted(HOUR + 1200, FIVE)
    assert coverage(now=HOUR + 2 * DAY.seconds).is_counted(HOUR + 1200, FIVE)


def test_before_a_domain_was_counted_first_nothing_is_known_of_it() -> None:
    later = coverage(since=HOUR + 3600, counted={HOUR, HOUR + 3600})
    assert not later.is_counted(HOUR, ONE)
    assert later.is_counted(HOUR + 3600, ONE)
    assert later.is_counted(DAY_START, DAY)
    assert not coverage(since=None).is_counted(HOUR, ONE)


@pytest.mark.parametrize("interval", [FIVE, ONE, DAY])
def test_a_window_is_final_a_day_after_its_end(interval: Interval) -> None:
    start = DAY_START if interval is DAY else HOUR
    end = start + interval.seconds + 24 * 3600
    assert coverage(now=end).is_final(start, interval)
    assert not coverage(now=end - 1).is_final(start, interval)


@pytest.mark.parametrize(("hour", "final"), [(-2, True), (-1, False), (0, False), (1, False), (2, True)])
def test_a_window_is_not_final_while_a_folder_of_its_hour_or_beside_it_is_pending(hour: int, final: bool) -> None:
    behind = coverage(pending={HOUR + hour * 3600})
    assert behind.is_final(HOUR, ONE) is final
    assert behind.is_final(HOUR + 3300, FIVE) is final


def test_a_day_is_not_final_while_a_folder_of_any_of_its_hours_is_pending() -> None:
    assert coverage(pending={DAY_START - 2 * 3600}).is_final(DAY_START, DAY)
    assert not coverage(pending={DAY_START - 3600}).is_final(DAY_START, DAY)
    assert not coverage(pending={DAY_START + 23 * 3600}).is_final(DAY_START, DAY)
    assert not coverage(pending={DAY_START + 24 * 3600}).is_final(DAY_START, DAY)
    assert coverage(pending={DAY_START + 25 * 3600}).is_final(DAY_START, DAY)


def test_figures_are_complete_up_to_a_day_ago_or_to_what_is_pending() -> None:
    assert coverage(now=LATE + 1700).complete_through == LATE - DAY.seconds
    assert coverage(pending={HOUR, HOUR + 3600}).complete_through == HOUR - 3600
    assert coverage(now=HOUR, pending={HOUR}).complete_through == HOUR - DAY.seconds
    assert coverage(since=None).complete_through is None


def test_what_lies_before_it_is_final_and_what_lies_behind_is_not() -> None:
    for pending in ({HOUR}, set[int]()):
        known = coverage(pending=pending)
        through = known.complete_through
        assert through is not None
        assert known.is_final(through - 3600, ONE)
        assert not known.is_final(through, ONE)


def test_a_time_is_final_when_all_its_windows_are() -> None:
    behind = coverage(pending={HOUR + 5 * 3600})
    assert behind.is_final_between(HOUR, HOUR + 4 * 3600)
    assert not behind.is_final_between(HOUR, HOUR + 4 * 3600 + 1)
    assert not coverage().is_final_between(HOUR, LATE - DAY.seconds + 3600)


def test_rejected_lines_are_those_of_the_hours_that_a_time_touches() -> None:
    known = replace(coverage(), rejected={HOUR - 3600: 1, HOUR: 2, HOUR + 3600: 4, HOUR + 7200: 8})
    assert known.rejected_between(HOUR, HOUR + 7200) == 6
    assert known.rejected_between(HOUR + 600, HOUR + 900) == 2
