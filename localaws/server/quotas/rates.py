"""Requests per second: what comes faster than AWS documents is answered with the service's throttling error.

There is a token bucket for each account, Region and rate of `quotas.json`, filled by AWS's own seconds: at a `time_scale`
of 0.0002, five requests a second are five in 0.2 ms. `rate_time_scale` gives the buckets a time of their own, so that
real rates can be measured while waits are short; 0 admits everything. Nobody is exempt: not functions, nor state
machines, nor a test that calls as the account itself. What CloudFormation does inside MiniStack is no request.
"""

from __future__ import annotations

import time

from ministack.core import router

from localaws.server import front_door, identities, quotas, refusals, seams
from localaws.server.front_door import Answer, Call, Proceed
from localaws.server.quotas import Quota, service_quotas
from localaws.server.quotas.token_bucket import TokenBucket
from localaws.server.settings import Settings

_buckets: dict[tuple[str, str, Quota], TokenBucket] = {}
"""By account and Region. Only the server's event loop touches them, so they need no lock."""


def install(settings: Settings) -> None:
    scale = settings.rate_time_scale

    async def limited(call: Call, proceed: Proceed) -> Answer:
        quota = quotas.rate_of(call.service, call.operation) if scale and call.operation else None
        if quota is None or admits(quota, call, time.monotonic() / scale):
            return await proceed(call)
        call.notes["throttled"] = quota.name
        return refusals.refusal(call, refusals.throttling_code(call.service), "Rate exceeded")

    front_door.add(limited)
    seams.on_reset(service_quotas, _buckets.clear)


def admits(quota: Quota, call: Call, now: float) -> bool:
    """Whether the rate allows this call; `now` is in simulated seconds."""
    rate = quotas.value(quota)
    if rate is None:
        return True
    key = (identities.account_of(call.request.access_key or ""), "" if quota.is_global else region_of(call), quota)
    bucket = _buckets.get(key)
    if bucket is None or bucket.rate != rate:
        bucket = _buckets[key] = TokenBucket.full(rate, quotas.burst(quota), now)
    return bucket.admits(now)


def region_of(call: Call) -> str:
    return str(router.extract_region(call.request.headers, call.request.query))
