"""`GET /metrics` over the deployed API: a month of hours, all metrics, of a domain with the facts of a busy one."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.apis import Load, load
from benchmarks.log_files import known_domains
from cloudfront_extensions.aws.metrics_store import MetricsStore
from cloudfront_extensions.aws.table import Table
from cloudfront_extensions.metrics.domain_figures import DomainFigures, figures
from cloudfront_extensions.metrics.facts import Facts, added, total
from cloudfront_extensions.metrics.known_domains import ALL_DISTRIBUTIONS
from cloudfront_extensions.metrics.result_rows import read_rows
from cloudfront_extensions.metrics.sources import Source, folder_at
from cloudfront_extensions.metrics.windows import Interval, label, start_of
from localaws.instance import Instance
from tests.apis.world import World
from tests.workflows.application import Application

HOURS = 30 * 24
DOMAIN = "www.measured.example.com"
REQUESTS_BY_CLIENTS = {1: 50, 5: 20}


@dataclass(frozen=True, slots=True)
class MetricsApi:
    windows: int
    facts: int
    """Of each hour, over all countries apart."""
    answer_bytes: int
    loads: dict[int, Load]
    """By how many clients ask at once."""

    @property
    def ended_well(self) -> bool:
        return not any(load.failed for load in self.loads.values())


def run(instance: Instance, outputs: dict[str, str], result: Path) -> MetricsApi:
    """`result` is one of the statement; its busiest domain lends its facts."""
    world = World(Application(instance, outputs))
    facts = _busiest(result)
    first = start_of(int(time.time()), Interval.DAY) - HOURS * Interval.HOUR.seconds
    _fill(world, facts, first)
    times = {"from": label(first), "to": label(first + HOURS * Interval.HOUR.seconds)}
    path = f"/metrics?{urlencode({'domain': DOMAIN, 'interval': '1h', 'metric': 'all', **times})}"
    answer = world.rest("viewer", "GET", path)
    windows = answer.document["windows"]
    loads = {
        clients: load(
            world,
            "REST",
            "metrics of a month",
            "GET /metrics",
            requests,
            lambda _: ("GET", world.people_url + path, None),
            clients=clients,
        )
        for clients, requests in REQUESTS_BY_CLIENTS.items()
    }
    return MetricsApi(len(windows), len(facts), len(answer.text), loads)


def _busiest(result: Path) -> Facts:
    """The facts of one hour of the domain that has most requests in it."""
    with result.open(encoding="utf-8", newline="") as lines:
        found = (added(one.windows.values()) for one in figures(read_rows(lines), known_domains()) if _is_one(one))
        return max(found, key=lambda facts: total(facts).requests)


def _is_one(found: DomainFigures) -> bool:
    return found.domain != ALL_DISTRIBUTIONS and bool(found.windows)


def _fill(world: World, facts: Facts, first: int) -> None:
    """Of each hour one window has them all: what hours are told of is the same as if they were spread."""
    store = MetricsStore(Table(world.application.outputs["MetricsTable"], world.application.client("dynamodb")))
    for hour in range(HOURS):
        start = first + hour * Interval.HOUR.seconds
        folder = folder_at(Source.STANDARD, datetime.fromtimestamp(start, UTC))
        few = dict(list(facts.items())[:1])
        store.write(
            [
                DomainFigures(DOMAIN, folder, {start: dict(facts)}),
                DomainFigures(ALL_DISTRIBUTIONS, folder, {start: few}),
            ]
        )
