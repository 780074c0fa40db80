"""How long an execution takes to begin."""

from __future__ import annotations

import itertools

from tests.integration.localaws.workbench import Workbench


def shortest_run(bench: Workbench) -> float:
    """Seconds of the shortest of three executions of one Pass state."""
    runs = [bench.run({"Pass": {"Type": "Pass", "End": True}}) for _ in itertools.repeat(None, 3)]
    return min((run["stopDate"] - run["startDate"]).total_seconds() for run in runs)


def test_an_execution_begins_at_once(bench: Workbench) -> None:
    assert shortest_run(bench) < 0.1


def test_ministack_alone_lets_it_wait(stock: Workbench) -> None:
    assert shortest_run(stock) >= 0.15
