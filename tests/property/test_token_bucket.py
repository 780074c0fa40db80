"""The laws of a token bucket: never more than it promises, never less for those who wait."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from localaws.server.quotas.token_bucket import TokenBucket

RATES = st.integers(1, 50)
BURSTS = st.integers(1, 100)
ARRIVALS = st.lists(st.fractions(0, 3, max_denominator=100), max_size=60).map(lambda gaps: list(accumulate(gaps)))
"""Times of requests, exact, so that the laws hold and do not nearly hold."""


def exact(rate: int, burst: int) -> TokenBucket:
    """A bucket that counts in fractions: its arithmetic is the same for any kind of number."""
    return TokenBucket.full(Fraction(rate), Fraction(burst), Fraction(0))  # type: ignore[arg-type]


def admitted(bucket: TokenBucket, arrivals: list[Fraction]) -> list[Fraction]:
    return [at for at in arrivals if bucket.admits(at)]  # type: ignore[arg-type]


@given(RATES, BURSTS, ARRIVALS)
def test_no_stretch_of_time_sees_more_than_the_rate_and_the_burst(
    rate: int, burst: int, arrivals: list[Fraction]
) -> None:
    times = admitted(exact(rate, burst), arrivals)
    for first, start in enumerate(times):
        for last in range(first, len(times)):
            assert last - first + 1 <= burst + rate * (times[last] - start)


@given(RATES, BURSTS, ARRIVALS)
def test_who_waits_as_long_as_a_token_takes_is_admitted(rate: int, burst: int, arrivals: list[Fraction]) -> None:
    bucket = exact(rate, burst)
    admitted(bucket, arrivals)
    now = (arrivals[-1] if arrivals else Fraction(0)) + Fraction(1, rate)
    assert bucket.admits(now)  # type: ignore[arg-type]


@given(RATES, BURSTS, st.lists(st.fractions(0, Fraction(99, 100), max_denominator=100)))
def test_asking_an_empty_bucket_takes_nothing_from_it(rate: int, burst: int, early: list[Fraction]) -> None:
    bucket = exact(rate, burst)
    admitted(bucket, [Fraction(0)] * burst)
    assert admitted(bucket, [part / rate for part in sorted(early)]) == []
    assert bucket.admits(Fraction(1, rate))  # type: ignore[arg-type]


@given(RATES, BURSTS, ARRIVALS)
def test_requests_below_the_rate_are_never_refused(rate: int, burst: int, arrivals: list[Fraction]) -> None:
    spread = [at + Fraction(number, rate) for number, at in enumerate(arrivals)]
    assert admitted(exact(rate, burst), spread) == spread


@given(RATES, BURSTS)
def test_a_clock_that_steps_back_gives_nothing(rate: int, burst: int) -> None:
    bucket = exact(rate, burst)
    at_once = admitted(bucket, [Fraction(10)] * (burst + 1))
    assert len(at_once) == burst
    assert not bucket.admits(5)
    assert not bucket.admits(10)


def test_a_rate_of_nothing_admits_nobody() -> None:
    assert not TokenBucket.full(rate=0, burst=0, now=0).admits(1000)
