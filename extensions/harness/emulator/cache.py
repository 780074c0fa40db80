"""The cache of one edge location."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from extensions.harness.emulator.policies import CachePolicy
from extensions.harness.emulator.wire import read_date
from extensions.harness.messages import Request, Response

CACHED_METHODS = ("GET", "HEAD")
CACHED_ERRORS = frozenset({400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504})
ERRORS_STAY = 10
"""Seconds that CloudFront keeps an error, unless its Cache-Control says longer."""
NEVER = ("no-store", "no-cache", "private")

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    response: Response
    stored: datetime
    expires: datetime


class Cache:
    """What is stale counts as absent: CloudFront would ask the origin whether it has changed."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._entries: dict[Key, Entry] = {}
        self._lock = threading.Lock()

    def find(self, policy: CachePolicy, request: Request) -> Entry | None:
        """A fresh entry. The answer to a GET serves a HEAD, but not the other way round."""
        if request.method not in CACHED_METHODS:
            return None
        with self._lock:
            for method in ("GET", request.method):
                entry = self._entries.get(cache_key(policy, request, method))
                if entry and self._clock() < entry.expires:
                    return entry
        return None

    def age(self, entry: Entry) -> int:
        """Seconds since it was stored."""
        return int((self._clock() - entry.stored).total_seconds())

    def keep(self, policy: CachePolicy, request: Request, response: Response) -> None:
        now = self._clock()
        if request.method in CACHED_METHODS and (seconds := time_to_live(policy, response, now)) > 0:
            with self._lock:
                entry = Entry(response, now, now + timedelta(seconds=seconds))
                self._entries[cache_key(policy, request, request.method)] = entry


def cache_key(policy: CachePolicy, request: Request, method: str) -> Key:
    """Which origin answered is no part of it, as far as AWS says."""
    return (
        method,
        request.uri,
        policy.query.of_query(request.query),
        tuple(sorted(policy.headers.of_values(request.headers).items())),
        tuple(sorted(policy.cookies.of_values(request.cookies).items())),
    )


def time_to_live(policy: CachePolicy, response: Response, now: datetime) -> int:
    """Seconds that a response may stay: 0 for one that is not cached."""
    stated = _stated(response, now)
    if response.status >= 400:
        return max(ERRORS_STAY, stated or 0) if response.status in CACHED_ERRORS else 0
    if response.status == 206:
        return 0
    return max(policy.minimum, min(policy.maximum, policy.default if stated is None else stated))


def _stated(response: Response, now: datetime) -> int | None:
    """What the origin says by Cache-Control, else by Expires."""
    directives = {}
    for directive in ",".join(response.headers.get("cache-control", ())).lower().split(","):
        name, _, value = directive.strip().partition("=")
        directives[name] = value.strip('"')
    if any(name in directives for name in NEVER):
        return 0
    for name in ("s-maxage", "max-age"):
        if directives.get(name, "").isdigit():
            return int(directives[name])
    if "expires" in response.headers:
        expires = read_date(response.headers["expires"])
        return max(0, int((expires - now).total_seconds())) if expires else 0
    return None
