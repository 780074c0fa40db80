"""A distribution served for a test, and what a viewer gets of it over a socket."""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from extensions.harness.emulator.behaviors import Distribution
from extensions.harness.emulator.cache import Cache
from extensions.harness.emulator.edge import Edge
from extensions.harness.emulator.functions import Functions
from extensions.harness.emulator.server import Emulator
from extensions.harness.emulator.trace import Trace
from extensions.harness.messages import Request, Response


@dataclass
class Clock:
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Got:
    status: int
    headers: Mapping[str, str]
    """A header that comes several times has its values joined by `, `."""
    body: str

    @property
    def cache(self) -> str:
        return self.headers["x-cache"].removesuffix(" from cloudfront")


@dataclass
class Served:
    port: int
    clock: Clock
    traces: list[Trace] = field(default_factory=list)

    def get(self, target: str = "/", method: str = "GET", body: bytes | None = None, **headers: str) -> Got:
        return get(self.port, target, method, body, **headers)

    @property
    def phases(self) -> list[str]:
        """Of the last request."""
        return [phase.partition(" ")[0] for phase in self.traces[-1].phases]

    @property
    def notes(self) -> str:
        return "\n".join(self.traces[-1].notes)


def get(port: int, target: str = "/", method: str = "GET", body: bytes | None = None, **headers: str) -> Got:
    """Underscores in the names of headers stand for hyphens."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, target, body, {"host": "www.example.com", **named})
        answer = connection.getresponse()
        got: dict[str, str] = {}
        for name, value in answer.getheaders():
            key = name.lower()
            got[key] = f"{got[key]}, {value}" if key in got else value
        return Got(answer.status, got, answer.read().decode())
    finally:
        connection.close()


@contextmanager
def served(distribution: Distribution) -> Iterator[Served]:
    clock = Clock()
    seen = Served(0, clock)

    def report(request: Request, response: Response, trace: Trace) -> None:
        seen.traces.append(trace)

    edge = Edge(distribution, Cache(clock), Functions(distribution, clock))
    with Emulator(edge, report) as emulator:
        seen.port = int(emulator.url.rpartition(":")[2])
        yield seen
