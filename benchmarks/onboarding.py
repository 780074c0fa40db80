"""Batches of growing size through `domain_onboarding` on the embedded AWS, with validation records in our own zone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from benchmarks import job
from benchmarks.memory import Memory
from demo.scene import HOSTED_ZONE, Scene
from localaws.control import control
from localaws.instance import Instance


@dataclass(frozen=True, slots=True)
class Measured:
    """Counts of one batch; those with `per_domain` in their name are divided by its rows."""

    rows: int
    status: str
    deploy_seconds: float
    wall_seconds: float
    transitions_per_domain: float
    invocations_per_domain: float
    aws_calls_per_domain: float
    acm_calls_per_certificate: float
    transitions_per_second: float
    invocations_per_second: float
    memory: Memory | None
    list_calls: dict[str, int]
    """Calls whose name begins with List, in the whole batch."""
    calls: dict[str, int]
    parent_history_events: int
    largest_parent_state_bytes: int
    largest_state_bytes: int


def run(instance: Instance, outputs: dict[str, str], scene: Scene, rows: int, deploy_seconds: float) -> Measured:
    done = job.onboard(
        instance,
        outputs,
        token=f"bench-{rows}",
        names=[f"site-{number:05d}.{HOSTED_ZONE}" for number in range(rows)],
        request={"distribution": {"source": {"distributionId": scene.source_distribution_id}, "dns": {"mode": "auto"}}},
    )
    arn = done.execution["executionArn"]
    calls = done.aws_calls
    return Measured(
        rows=rows,
        status=done.execution["status"],
        deploy_seconds=round(deploy_seconds, 1),
        wall_seconds=round(done.wall_seconds, 1),
        transitions_per_domain=round(done.transitions / rows, 2),
        invocations_per_domain=round(done.invocations / rows, 2),
        aws_calls_per_domain=round(sum(calls.values()) / rows, 2),
        acm_calls_per_certificate=round(_of_service(calls, "acm") / rows, 2),
        transitions_per_second=round(done.transitions / done.wall_seconds, 1),
        invocations_per_second=round(done.invocations / done.wall_seconds, 1),
        memory=done.memory,
        list_calls={name: count for name, count in sorted(calls.items()) if name.split(":")[1].startswith("List")},
        calls=dict(sorted(calls.items())),
        parent_history_events=control(instance, "GET", "history-events", {"executionArn": arn})["events"],
        largest_parent_state_bytes=_largest(done.parent_states),
        largest_state_bytes=_largest(done.states),
    )


def _of_service(calls: Counter[str], service: str) -> int:
    return sum(count for name, count in calls.items() if name.startswith(f"{service}:"))


def _largest(records: list[dict[str, Any]]) -> int:
    return max((max(record.get("inputBytes", 0), record.get("outputBytes", 0)) for record in records), default=0)
