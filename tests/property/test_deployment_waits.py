"""Laws of the waits for a deployment, whatever the parameters."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cloudfront_extensions.distributions.deployment import WaitPlan
from cloudfront_extensions.errors import DistributionNotDeployed

plans = st.builds(WaitPlan, st.integers(1, 600), st.integers(600, 3600), st.integers(3600, 20_000))


@given(plans)
def test_waits_grow_under_the_cap_and_end_exactly_at_the_limit(plan: WaitPlan) -> None:
    wait, waits = plan.first(), []
    try:
        while True:
            waits.append(wait["seconds"])
            wait = plan.after(wait, "E1")
    except DistributionNotDeployed:
        pass

    assert sum(waits) == plan.limit_seconds
    assert all(one <= next_ for one, next_ in pairwise(waits[:-1]))
    assert all(0 < seconds <= plan.longest_seconds for seconds in waits)
