"""The token bucket by which AWS limits the rate of requests: pure arithmetic, no clock."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class TokenBucket:
    """Full at first; each admitted request takes a token, and `rate` of them come back a second, up to `burst`."""

    rate: float
    burst: float
    tokens: float
    at: float
    """When `tokens` were counted, in seconds."""

    @classmethod
    def full(cls, rate: float, burst: float, now: float) -> TokenBucket:
        return cls(rate, burst, tokens=burst, at=now)

    def admits(self, now: float) -> bool:
        """Whether a request at this time is admitted; one that is not takes nothing. A clock that steps back counts as
        one that stands still."""
        now = max(now, self.at)
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True
