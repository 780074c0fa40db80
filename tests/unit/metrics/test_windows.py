"""Windows are half-open and labelled by their start, whatever they are long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudfront_extensions.metrics.windows import (
    EARLIEST,
    LATEST,
    Interval,
    folders_of_window,
    hours_of_folder,
    label,
    start_labelled,
    start_of,
)

seconds = st.integers(0, 4_000_000_000)
intervals = st.sampled_from(Interval)


@pytest.mark.parametrize(
    ("second", "interval", "start"),
    [
        ("2026-12-31T23:55:00Z", Interval.FIVE_MINUTES, "2026-12-31T23:55:00Z"),
        ("2026-12-31T23:59:59Z", Interval.FIVE_MINUTES, "2026-12-31T23:55:00Z"),
        ("2027-01-01T00:00:00Z", Interval.FIVE_MINUTES, "2027-01-01T00:00:00Z"),
        ("2026-12-31T23:59:59Z", Interval.HOUR, "2026-12-31T23:00:00Z"),
        ("2026-12-31T23:59:59Z", Interval.DAY, "2026-12-31T00:00:00Z"),
        ("2028-02-29T12:00:00Z", Interval.DAY, "2028-02-29T00:00:00Z"),
    ],
)
def test_a_window_begins_at_its_label_and_ends_before_the_next(second: str, interval: Interval, start: str) -> None:
    assert label(start_of(start_labelled(second), interval)) == start


@given(seconds, intervals)
def test_every_second_lies_in_exactly_one_window(second: int, interval: Interval) -> None:
    start = start_of(second, interval)
    assert start <= second < start + interval.seconds
    assert start_of(start, interval) == start
    assert start_of(start + interval.seconds, interval) == start + interval.seconds


@given(seconds)
def test_windows_of_five_minutes_make_up_hours_and_hours_days(second: int) -> None:
    smallest = start_of(second, Interval.FIVE_MINUTES)
    assert start_of(smallest, Interval.HOUR) == start_of(second, Interval.HOUR)
    assert start_of(start_of(second, Interval.HOUR), Interval.DAY) == start_of(second, Interval.DAY)


@given(seconds, seconds)
def test_labels_sort_as_windows_do_and_can_be_read_again(one: int, other: int) -> None:
    assert (label(one) < label(other)) == (one < other)
    assert start_labelled(label(one)) == one


@given(seconds, st.integers(-5, 5), intervals)
def test_a_folder_is_asked_for_just_where_a_line_of_it_may_lie_in_the_window(
    second: int, away: int, interval: Interval
) -> None:
    start = start_of(second, interval)
    folder = start_of(second, Interval.HOUR) + away * 3600
    counted = range(folder - EARLIEST, folder + 3600 + LATEST)
    meets = counted.start < start + interval.seconds and start < counted.stop
    assert (folder in folders_of_window(start, start + interval.seconds)) == meets
    assert list(hours_of_folder(folder)) == sorted({start_of(one, Interval.HOUR) for one in counted[::300]})
