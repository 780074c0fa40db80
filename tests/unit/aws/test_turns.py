"""Turns over a real table."""

from __future__ import annotations

import pytest

from cloudfront_extensions.aws import turns
from cloudfront_extensions.aws.turns import import_in_turn, seconds_until_import, take_turn, wait_for_import
from cloudfront_extensions.errors import AwsThrottled
from tests.unit.conftest import Account


@pytest.fixture
def moment(account: Account, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The present in milliseconds, to be changed."""
    present = [1_800_000_000_000]
    monkeypatch.setattr(turns, "epoch_milliseconds", lambda: present[0])
    return present


def test_the_first_goes_at_once_and_the_others_one_after_the_other(moment: list[int]) -> None:
    assert [take_turn("imports", 1_000) for _ in range(4)] == [0, 1_000, 2_000, 3_000]


def test_whoever_comes_later_waits_for_less(moment: list[int]) -> None:
    take_turn("imports", 1_000)
    moment[0] += 400
    assert take_turn("imports", 1_000) == 600


def test_a_queue_that_has_passed_is_forgotten(moment: list[int]) -> None:
    assert [take_turn("imports", 1_000) for _ in range(3)] == [0, 1_000, 2_000]
    moment[0] += 3_001
    assert [take_turn("imports", 1_000) for _ in range(2)] == [0, 1_000]


def test_queues_know_nothing_of_each_other(moment: list[int]) -> None:
    take_turn("imports", 1_000)
    assert take_turn("another", 1_000) == 0


@pytest.mark.parametrize(("pace", "waits"), [("1", [0, 2, 3, 4]), ("2", [0, 1, 2, 2])])
def test_imports_wait_by_the_pace_that_the_account_has(
    moment: list[int], monkeypatch: pytest.MonkeyPatch, pace: str, waits: list[int]
) -> None:
    monkeypatch.setenv("IMPORT_PACE", pace)
    assert [seconds_until_import() for _ in waits] == waits


def test_nobody_waits_for_long_with_a_key_in_memory(moment: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setenv("IMPORT_PACE", "1")
    monkeypatch.setattr("time.sleep", slept.append)
    for _ in range(20):
        wait_for_import()
    assert slept == pytest.approx([1.05 * turn for turn in range(20)])
    with pytest.raises(AwsThrottled, match="21000 ms away"):
        wait_for_import()


def test_who_is_throttled_queues_again_behind_those_who_wait(
    moment: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    answers = iter([AwsThrottled("slow down"), AwsThrottled("slow down"), "done"])

    def call() -> str:
        answer = next(answers)
        if isinstance(answer, AwsThrottled):
            raise answer
        return answer

    monkeypatch.setattr("time.sleep", slept.append)
    assert import_in_turn(call) == "done"
    assert slept == pytest.approx([0, 1.05, 2.1])
