"""How long a deployment is waited for."""

from __future__ import annotations

import pytest

from cloudfront_extensions.distributions.deployment import Wait, WaitPlan
from cloudfront_extensions.errors import DistributionNotDeployed


def all_waits(plan: WaitPlan) -> list[int]:
    wait, seconds = plan.first(), []
    try:
        while True:
            seconds.append(wait["seconds"])
            wait = plan.after(wait, "E1")
    except DistributionNotDeployed:
        return seconds


def test_waits_grow_by_half_up_to_five_minutes_and_make_two_hours() -> None:
    waits = all_waits(WaitPlan())

    assert waits[:6] == [60, 90, 135, 202, 300, 300]
    assert sum(waits) == 7200


def test_what_was_waited_is_told() -> None:
    assert WaitPlan().after(Wait(seconds=90, waitedSeconds=60), "E1") == {"seconds": 135, "waitedSeconds": 150}


def test_a_look_without_a_wait_before_it_goes_on_with_the_first_wait() -> None:
    assert WaitPlan().after(Wait(seconds=0, waitedSeconds=0), "E1") == {"seconds": 60, "waitedSeconds": 0}


def test_after_the_limit_the_distribution_counts_as_stuck() -> None:
    with pytest.raises(DistributionNotDeployed, match="distribution E1 is still being deployed after 7200 seconds"):
        WaitPlan().after(Wait(seconds=120, waitedSeconds=7080), "E1")
