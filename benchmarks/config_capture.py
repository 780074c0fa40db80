"""Changes of many distributions, made as fast as they can be: what a version takes, and whether each change becomes one."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from cloudfront_extensions.aws.table import Table
from cloudfront_extensions.aws.version_store import VersionStore
from localaws.executions import lines
from localaws.instance import Instance
from tests.integration.localaws.edge import distribution_config

DISTRIBUTIONS = 50
AT_ONCE = 5
"""Distributions that are changed at the same time."""
SECONDS = 1800


@dataclass(frozen=True, slots=True)
class Capture:
    changes: int
    distributions: int
    versions: int
    """More than there were changes would be one twice, less would be one lost."""
    kinds: dict[str, int]
    seconds: float
    """From the first change to the last version."""
    transitions_per_change: float
    calls_per_change: float
    cloudfront_calls_per_change: float
    canceled_transactions: int
    calls: dict[str, int]

    @property
    def ended_well(self) -> bool:
        return self.versions == self.changes


def run(instance: Instance, outputs: dict[str, str], changes: int) -> Capture:
    """`changes` are creations and updates together."""
    distributions = min(DISTRIBUTIONS, changes)
    store = VersionStore(Table(outputs["VersionsTable"], instance.client("dynamodb")), outputs["ConfigurationBucket"])
    each = [changes // distributions + (number < changes % distributions) for number in range(distributions)]
    calls_before, states_before = len(lines(instance.calls)), len(lines(instance.states))
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        ids = list(pool.map(partial(_change, instance), each))
    _wait_for(store, changes, began + SECONDS)
    seconds = time.monotonic() - began
    versions = [version for distribution_id in ids for version in store.versions(distribution_id)]
    done = [call for call in lines(instance.calls)[calls_before:] if _is_of_a_function(call)]
    calls = Counter(f"{call['service']}:{call['operation']}" for call in done)
    canceled = sum(call.get("errorCode") == "TransactionCanceledException" for call in done)
    entered = sum(one["event"] == "entered" for one in lines(instance.states)[states_before:])
    return Capture(
        changes=changes,
        distributions=distributions,
        versions=len(versions),
        kinds=dict(Counter(str(version.kind) for version in versions)),
        seconds=round(seconds, 1),
        transitions_per_change=round(entered / changes, 2),
        calls_per_change=round(calls.total() / changes, 2),
        cloudfront_calls_per_change=round(
            sum(count for name, count in calls.items() if name.startswith("cloudfront:")) / changes, 2
        ),
        canceled_transactions=canceled,
        calls=dict(sorted(calls.items())),
    )


def _change(instance: Instance, times: int) -> str:
    """Create a distribution and update it until it was written so many times; its id."""
    client = instance.client("cloudfront")
    made = client.create_distribution(DistributionConfig=distribution_config())
    distribution_id, etag = str(made["Distribution"]["Id"]), made["ETag"]
    for number in range(1, times):
        config = {**made["Distribution"]["DistributionConfig"], "DefaultRootObject": f"{number}.html"}
        etag = client.update_distribution(Id=distribution_id, IfMatch=etag, DistributionConfig=config)["ETag"]
    return distribution_id


def _is_of_a_function(call: dict[str, Any]) -> bool:
    """Not one of this benchmark, of a rule or of the state machine."""
    return "/" in str(call["caller"]) and call["service"] not in ("lambda", "states")


def _wait_for(store: VersionStore, versions: int, deadline: float) -> None:
    while sum(head.number for head in store.heads()) < versions and time.monotonic() < deadline:
        time.sleep(1)
