"""Classes of download speed, at their edges, and their shares."""

from __future__ import annotations

import pytest

from cloudfront_extensions.metrics.download_speeds import LIMITS, Speed, SpeedCell, added_speeds, shares, speed_of


@pytest.mark.parametrize(
    ("sent_bytes", "taken_ms", "speed"),
    [
        (0, 10, Speed.BELOW_250K),
        (255_999, 1000, Speed.BELOW_250K),
        (256_000, 1000, Speed.BELOW_500K),
        (512_000, 1000, Speed.BELOW_750K),
        (768_000, 1000, Speed.BELOW_1M),
        (1_048_575, 1000, Speed.BELOW_1M),
        (1_048_576, 1000, Speed.BELOW_2M),
        (2_097_152, 1000, Speed.BELOW_3M),
        (3_145_728, 1000, Speed.BELOW_4M),
        (4_194_303, 1000, Speed.BELOW_4M),
        (4_194_304, 1000, Speed.OTHER),
        (1000, 1, Speed.BELOW_1M),
        (1000, 3, Speed.BELOW_500K),
        (9_000_000_000_000, 2_000_000, Speed.OTHER),
    ],
)
def test_an_answer_is_in_the_first_class_whose_limit_it_does_not_reach(
    sent_bytes: int, taken_ms: int, speed: Speed
) -> None:
    assert speed_of(sent_bytes, taken_ms) is speed


@pytest.mark.parametrize("sent_bytes", [0, 1, 10_000_000])
def test_an_answer_that_took_no_time_is_with_the_fastest(sent_bytes: int) -> None:
    assert speed_of(sent_bytes, 0) is Speed.OTHER


def test_limits_ascend_and_every_class_but_the_last_has_one() -> None:
    assert list(LIMITS) == list(Speed)[:-1]
    assert list(LIMITS.values()) == sorted(LIMITS.values())


FAST = SpeedCell("DE", "3320", False, Speed.OTHER)
SLOW_FROM_ORIGIN = SpeedCell("DE", "3320", True, Speed.BELOW_250K)
SPEEDS = {FAST: 3, SLOW_FROM_ORIGIN: 1, SpeedCell("-", "-", False, Speed.BELOW_1M): 2}


def test_shares_are_percent_of_the_answers_of_a_network() -> None:
    told = shares(SPEEDS)
    assert told["DE"]["3320"] == dict.fromkeys(Speed, 0) | {Speed.BELOW_250K: 25, Speed.OTHER: 75}
    assert told["-"]["-"][Speed.BELOW_1M] == 100


def test_shares_of_the_origin_have_its_answers_alone() -> None:
    assert shares(SPEEDS, from_origin=True) == {"DE": {"3320": dict.fromkeys(Speed, 0) | {Speed.BELOW_250K: 100}}}


def test_no_answers_have_no_shares() -> None:
    assert shares({}) == {}
    assert shares({FAST: 0}) == {}


def test_shares_of_a_sum_weigh_every_answer_alike() -> None:
    hours = [{FAST: 1}, {SLOW_FROM_ORIGIN: 9}]
    assert shares(added_speeds(hours))["DE"]["3320"][Speed.BELOW_250K] == 90
