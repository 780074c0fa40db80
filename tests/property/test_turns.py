"""Turns are had one after the other, however many ask for them and whatever their clocks say."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudfront_extensions.aws import turns
from cloudfront_extensions.aws.turns import take_turn

MOMENTS = st.lists(st.integers(min_value=0, max_value=20_000), min_size=1, max_size=40)
"""When turns are asked for, in milliseconds, not in order: clocks differ from machine to machine."""


class OneNumber:
    """A table with one record, as `Table` keeps it."""

    def __init__(self) -> None:
        self.next_at: int | None = None

    def add(self, key: Any, field: str, amount: int, *, at_least: int) -> int | None:
        if self.next_at is None or self.next_at < at_least:
            return None
        self.next_at += amount
        return self.next_at

    def get(self, key: Any) -> Any:
        return None if self.next_at is None else {"next_at": {"N": str(self.next_at)}}

    def put(self, key: Any, attributes: Any, *, only_new: bool) -> bool:
        if self.next_at is not None:
            return False
        self.next_at = int(attributes["next_at"]["N"])
        return True

    def update(self, key: Any, changes: Any, *, only_if: Any) -> bool:
        if self.next_at != only_if["next_at"]:
            return False
        self.next_at = changes["next_at"]
        return True


def taken(moments: list[int], interval: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """When each turn is, of those asked for at these moments one after the other."""
    table, found = OneNumber(), []
    for moment in moments:
        monkeypatch.setattr(turns, "epoch_milliseconds", lambda moment=moment: moment)
        found.append(moment + take_turn("imports", interval, table))  # type: ignore[arg-type]
    return found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moments=MOMENTS, interval=st.integers(min_value=1, max_value=5_000))
def test_no_two_turns_are_nearer_than_the_interval(
    monkeypatch: pytest.MonkeyPatch, moments: list[int], interval: int
) -> None:
    found = taken(moments, interval, monkeypatch)
    assert all(later - earlier >= interval for earlier, later in pairwise(found))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moments=MOMENTS)
def test_nobody_waits_for_longer_than_those_before_need(monkeypatch: pytest.MonkeyPatch, moments: list[int]) -> None:
    in_order = sorted(moments)
    found = taken(in_order, 1_000, monkeypatch)
    earliest, free_at = [], 0
    for moment in in_order:
        earliest.append(max(moment, free_at))
        free_at = earliest[-1] + 1_000
    assert found == earliest


def test_whoever_asks_alone_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    assert taken([5_000], 1_000, monkeypatch) == [5_000]
