"""Laws of reminders."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cloudfront_extensions.certificates.reminders import ENDED, THRESHOLDS, digest, due, threshold_at
from tests.unit.certificates.entries import NOW, imported

ends = st.floats(-400, 400, allow_nan=False).map(lambda days: NOW + timedelta(days=days))
steps = st.lists(st.floats(0.01, 20, allow_nan=False), min_size=1, max_size=60)


@given(ends, steps)
def test_time_brings_only_more_urgent_reminders_and_none_twice_after_another(end: datetime, gaps: list[float]) -> None:
    moments = [NOW]
    for gap in gaps:
        moments.append(moments[-1] + timedelta(days=gap))
    told = [threshold for moment in moments if (threshold := threshold_at(end, moment)) is not None]

    assert told == sorted(told, reverse=True)


@given(ends, st.integers(0, 45 * 24))
def test_one_who_looks_every_day_misses_no_reminder(end: datetime, hour: int) -> None:
    first = end - timedelta(days=46, hours=hour % 24)
    told = {threshold_at(end, first + timedelta(days=day)) for day in range(50)}

    assert told >= {*THRESHOLDS, ENDED}


@given(st.lists(st.tuples(st.floats(-300, 60), st.integers(1, 12)), min_size=1, max_size=40))
def test_a_message_is_one_that_sns_takes(certificates: list[tuple[float, int]]) -> None:
    entries = [
        imported(number, *(f"host-{host}.example.com" for host in range(names)), days=days)
        for number, (days, names) in enumerate(certificates)
    ]
    reminders = due(entries, NOW)
    if reminders:
        subject, text = digest(reminders, NOW, "s3://bucket/certificates.csv")
        assert subject.isascii()
        assert subject.isprintable()
        assert 0 < len(subject) < 100
        assert 0 < len(text.encode()) <= 256 * 1024
        assert all(reminder.entry.arn in text for reminder in reminders)
