"""Scenarios at work in parallel: each on an embedded AWS that no other scenario uses at the time.

The tests of this folder only wait for their scenario. All that were selected are under way from the first one on, in the
order in which their tests stand.
"""

from __future__ import annotations

import os
import queue
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any, Protocol

from localaws.control import control
from localaws.deployment import build, deploy
from localaws.instance import Instance
from tests.workflows.application import Application
from tests.workflows.cases import Case, new_case

INSTANCES = 3
TIME_SCALE = 0.0002
"""An hour passes in 0.7 s."""
WORLD: dict[str, Any] = {
    "certificate_validation_timeout": 600,
    "distribution_deployment_time": 900,
    "functions_at_once": 2,
    "functions_stay_warm": 120,
    "idempotency_token_lifetime": 3_600,
    "quotas": {"cloudfront/Web distributions per AWS account": 5_000},
}
"""Functions read real clocks, so ACM's tokens last a real hour. Each scenario leaves its distributions behind."""
NOT_NEEDED = ("wire", "records.marks")
"""The calls of the same functions are judged in the workflow tests."""
PARAMETERS = {
    "DomainConcurrency": "12",
    "CertificateRequestConcurrency": "6",
    "CertificateFirstWait": "250000",
    "CertificateLongestWait": "250000",
    "DailyInventory": "false",
    "GraphqlNews": "DISABLED",
    "MetricsRefreshMinutes": "0",
    "RealtimeRefreshMinutes": "0",
    "BaselineHour": str((datetime.now(UTC).hour + 12) % 24),
    "InventoryPace": "1000",
    "ImportPace": "1000",
}
"""A first wait of 50 s here: certificates are issued by their event, or a scenario shortens the waits."""


class Scenario(Protocol):
    def play(self, application: Application, case: Case) -> None:
        """Raises AssertionError where something is not as it must be."""


Played = Callable[[Scenario], None]
"""Waits until a scenario has been played, and raises what it raised."""


class Stage:
    """Applications on instances of their own, each played on by one scenario at a time."""

    def __init__(self) -> None:
        self.applications: list[Application] = []
        self._free: queue.Queue[Application] = queue.Queue()
        self._pool = ThreadPoolExecutor(INSTANCES)
        self._played: Mapping[str, Future[None]] = {}

    @contextmanager
    def open(self) -> Iterator[Stage]:
        build()
        with ExitStack() as instances, self._pool:
            deployed = self._pool.map(_deployed, [instances.enter_context(_instance(n)) for n in range(INSTANCES)])
            self.applications.extend(deployed)
            for application in self.applications:
                self._free.put(application)
            try:
                yield self
            finally:
                self._pool.shutdown(cancel_futures=True)

    def begin(self, scenarios: Mapping[str, Scenario]) -> None:
        """Play scenarios, by the node ids of their tests."""
        self._played = {name: self._pool.submit(self._play, name, one) for name, one in scenarios.items()}

    def wait(self, name: str) -> None:
        self._played[name].result()

    def _play(self, name: str, scenario: Scenario) -> None:
        application = self._free.get()
        try:
            scenario.play(application, new_case(name.rpartition("::")[2]))
        finally:
            control(application.instance, "DELETE", "faults", {})
            self._free.put(application)


def _instance(number: int) -> Instance:
    return Instance(f"faults-{os.getpid()}-{number}", time_scale=TIME_SCALE, without=NOT_NEEDED, **WORLD)


def _deployed(instance: Instance) -> Application:
    return Application(instance, deploy(instance, parameters=PARAMETERS))
