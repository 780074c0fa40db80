from __future__ import annotations

from cloudfront_extensions.certificates.waiting import WaitJson, WaitSchedule, first_wait, next_wait

SCHEDULE = WaitSchedule()


def test_the_first_wait_is_five_minutes() -> None:
    assert first_wait(SCHEDULE) == {"seconds": 300, "waitedSeconds": 0}


def test_the_second_wait_is_twice_as_long() -> None:
    assert next_wait(SCHEDULE, first_wait(SCHEDULE)) == {"seconds": 600, "waitedSeconds": 300}


def test_no_wait_is_longer_than_an_hour() -> None:
    assert next_wait(SCHEDULE, WaitJson(seconds=2400, waitedSeconds=2100)) == {"seconds": 3600, "waitedSeconds": 4500}


def test_the_last_wait_is_what_72_hours_leave() -> None:
    passed = WaitJson(seconds=3600, waitedSeconds=254_000)

    assert next_wait(SCHEDULE, passed) == {"seconds": 1600, "waitedSeconds": 257_600}


def test_after_72_hours_there_is_no_further_wait() -> None:
    assert next_wait(SCHEDULE, WaitJson(seconds=3600, waitedSeconds=255_600)) is None


def test_a_first_wait_longer_than_the_limit_is_cut_to_it() -> None:
    assert first_wait(WaitSchedule(first=300, longest=3600, limit=60)) == {"seconds": 60, "waitedSeconds": 0}
