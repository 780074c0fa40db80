"""Requests per second through the emulator of CloudFront, beside the bare origin that it asks.

Clients, emulator and origin are three processes on one machine, so that they take each other's processors; every JavaScript
function that runs is a process of njs or Node besides. The ratios say what the emulator costs whoever tests with it, and
nothing of CloudFront's own speed.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import count
from statistics import median
from urllib.parse import urlsplit

from localaws.instance import PROJECT

RUNS = 3
REQUESTS = 200
CONNECTIONS = (1, 8)
EXTENSION = "directory-index"
PATHS = {"no function": "/plain/page", EXTENSION: "/docs/page"}
BARE = "bare origin"
NUMBERS = count()
"""Of requests that nobody has made before, and so no cache has."""


@dataclass(frozen=True, slots=True)
class Served:
    functions: str
    cache: str
    """`Hit` or `Miss`; of the bare origin nothing."""
    connections: int
    requests_per_second: float
    ratio: float
    """In times of the bare origin's rate with as many connections."""
    failed: int
    """Answers that were no 200, or came from elsewhere than they should have."""


@dataclass(frozen=True, slots=True)
class _Scenario:
    functions: str
    cache: str
    connections: int

    @property
    def path(self) -> str:
        return PATHS.get(self.functions, "/page")


SCENARIOS = [
    _Scenario(functions, cache, connections)
    for connections in CONNECTIONS
    for functions, cache in ((BARE, ""), *((one, cache) for one in PATHS for cache in ("Hit", "Miss")))
]


def run(runs: int = RUNS, requests: int = REQUESTS) -> list[Served]:
    """Every scenario in turn, and the whole again."""
    origin = [sys.executable, "-m", "benchmarks.edge_origin"]
    emulator = [sys.executable, "-m", "extensions.harness", "serve", f"extensions/{EXTENSION}@/docs/*"]
    rates: dict[_Scenario, list[float]] = {scenario: [] for scenario in SCENARIOS}
    failed = dict.fromkeys(SCENARIOS, 0)
    with _started(origin) as bare, _started([*emulator, "--origin", bare]) as edge:
        for _ in range(runs):
            for scenario in SCENARIOS:
                rate, wrong = _load(bare if scenario.functions == BARE else edge, scenario, requests)
                rates[scenario].append(rate)
                failed[scenario] += wrong
    bare_rates = {one.connections: median(rates[one]) for one in SCENARIOS if one.functions == BARE}
    return [
        Served(
            functions=scenario.functions,
            cache=scenario.cache,
            connections=scenario.connections,
            requests_per_second=round(median(rates[scenario]), 1),
            ratio=round(median(rates[scenario]) / bare_rates[scenario.connections], 3),
            failed=failed[scenario],
        )
        for scenario in SCENARIOS
    ]


@contextmanager
def _started(command: list[str]) -> Iterator[str]:
    """The URL in the first line that a server prints; what it prints afterwards is read and forgotten."""
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout  # noqa: S101 - for the type checker
        first = process.stdout.readline()
        reader = threading.Thread(target=lambda lines: [None for _ in lines], args=(process.stdout,))
        reader.start()
        try:
            yield first.split()[-1]
        finally:
            process.terminate()
            process.wait()
            reader.join()


def _load(url: str, scenario: _Scenario, requests: int) -> tuple[float, int]:
    """Requests a second, and how many were answered wrongly; the connections are open before the clock runs."""
    place = urlsplit(url).netloc
    connections = [HTTPConnection(place, timeout=60) for _ in range(scenario.connections)]
    for connection in connections:
        _get(connection, scenario.path)
    with ThreadPoolExecutor(scenario.connections) as pool:
        began = time.perf_counter()
        wrong = sum(pool.map(lambda one: _visit(one, scenario, requests // scenario.connections), connections))
        seconds = time.perf_counter() - began
    for connection in connections:
        connection.close()
    return requests // scenario.connections * scenario.connections / seconds, wrong


def _visit(connection: HTTPConnection, scenario: _Scenario, requests: int) -> int:
    wanted = (200, f"{scenario.cache} from cloudfront" if scenario.cache else "")
    new = scenario.cache == "Miss"
    return sum(
        _get(connection, f"{scenario.path}?n={next(NUMBERS)}" if new else scenario.path) != wanted
        for _ in range(requests)
    )


def _get(connection: HTTPConnection, target: str) -> tuple[int, str]:
    connection.request("GET", target, headers={"host": "www.example.com"})
    answer = connection.getresponse()
    answer.read()
    return answer.status, answer.getheader("x-cache", "")
