"""Laws of the wait for a certificate."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cloudfront_extensions.certificates.waiting import WaitJson, WaitSchedule, first_wait, next_wait

schedules = st.builds(
    WaitSchedule,
    first=st.integers(1, 7_200),
    longest=st.integers(1, 100_000),
    limit=st.integers(1, 1_000_000),
).filter(lambda schedule: schedule.limit / min(schedule.first, schedule.longest) < 5_000)


def all_waits(schedule: WaitSchedule) -> list[WaitJson]:
    waits = [first_wait(schedule)]
    while (wait := next_wait(schedule, waits[-1])) is not None:
        waits.append(wait)
    return waits


@given(schedules)
def test_waits_add_up_to_the_limit_exactly(schedule: WaitSchedule) -> None:
    assert sum(wait["seconds"] for wait in all_waits(schedule)) == schedule.limit


@given(schedules)
def test_waits_never_shrink_until_the_last_and_stay_under_the_cap(schedule: WaitSchedule) -> None:
    seconds = [wait["seconds"] for wait in all_waits(schedule)]

    assert all(1 <= wait <= schedule.longest for wait in seconds)
    assert all(earlier <= later for earlier, later in pairwise(seconds[:-1]))


@given(schedules)
def test_a_wait_at_most_doubles_and_doubles_where_nothing_caps_it(schedule: WaitSchedule) -> None:
    for earlier, later in pairwise(all_waits(schedule)):
        left = schedule.limit - later["waitedSeconds"]
        assert later["seconds"] == min(2 * earlier["seconds"], schedule.longest, left)


@given(schedules)
def test_waited_seconds_are_the_waits_that_passed(schedule: WaitSchedule) -> None:
    passed = 0
    for wait in all_waits(schedule):
        assert wait["waitedSeconds"] == passed
        passed += wait["seconds"]
