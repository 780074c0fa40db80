"""The law of a pace."""

from __future__ import annotations

import time
from itertools import pairwise
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from cloudfront_extensions.aws.pace import paced


@given(st.lists(st.floats(0, 3), max_size=30), st.floats(0.5, 1000))
def test_things_come_in_order_and_no_faster_than_the_pace_however_long_each_takes(
    work: list[float], a_second: float
) -> None:
    now = 0.0

    def pass_by(seconds: float) -> None:
        nonlocal now
        now += seconds

    handed_out = []
    with patch.object(time, "monotonic", lambda: now), patch.object(time, "sleep", pass_by):
        for seconds in paced(work, a_second):
            handed_out.append((now, seconds))
            pass_by(seconds)

    assert [seconds for _, seconds in handed_out] == work
    assert all(later - earlier >= 1 / a_second - 1e-9 for (earlier, _), (later, _) in pairwise(handed_out))
