"""Rates of methods pass in the instance's seconds of rates, as all rates here do, and a reset fills every bucket again.

MiniStack reckons in real seconds and keeps its buckets.
"""

from __future__ import annotations

import time
from typing import Any

from ministack.services import apigateway_v1

from localaws.server.api_gateway.exchanges import Json
from localaws.server.quotas.token_bucket import TokenBucket
from localaws.server.seams import on_reset
from localaws.server.settings import Settings

_buckets: dict[Any, TokenBucket] = {}
"""By what is limited. Only the server's event loop touches them, so they need no lock."""


def install(settings: Settings) -> None:
    scale = settings.rate_time_scale

    def admits(slot: Any, limits: Json) -> bool:
        rate, burst = float(limits.get("rateLimit") or 0), float(limits.get("burstLimit") or 0)
        if not rate and not burst:
            return all(limits.get(name) is None for name in ("rateLimit", "burstLimit"))
        if not scale:
            return True
        now = time.monotonic() / scale
        bucket = _buckets.get(slot)
        if bucket is None or (bucket.rate, bucket.burst) != (rate, burst):
            bucket = _buckets[slot] = TokenBucket.full(rate, burst, now)
        return bucket.admits(now)

    apigateway_v1._take_token = admits
    on_reset(apigateway_v1, _buckets.clear)
