"""Batches of growing size through `domain_onboarding` on the embedded AWS, with validation records in our own zone."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.history import history_events
from demo.scene import HOSTED_ZONE, Scene
from localaws.executions import wait
from localaws.instance import Instance

SECONDS_FOR_A_BATCH = 1800


@dataclass(frozen=True, slots=True)
class Measured:
    """Counts of one batch; those with `per_domain` in their name are divided by its rows."""

    rows: int
    status: str
    wall_seconds: float
    transitions_per_domain: float
    invocations_per_domain: float
    aws_calls_per_domain: float
    acm_calls_per_certificate: float
    list_calls: dict[str, int]
    """Calls whose name begins with List, in the whole batch."""
    calls: dict[str, int]
    parent_history_events: int
    largest_parent_state_bytes: int
    largest_state_bytes: int


def run(instance: Instance, outputs: dict[str, str], scene: Scene, rows: int) -> Measured:
    bucket, token = outputs["JobsBucket"], f"bench-{rows}"
    csv = "domainName\n" + "".join(f"site-{number:05d}.{HOSTED_ZONE}\n" for number in range(rows))
    instance.client("s3").put_object(Bucket=bucket, Key=f"batches/{token}.csv", Body=csv.encode())
    marks = {record: _size(record) for record in (instance.calls, instance.states)}
    began = time.monotonic()
    started = instance.client("stepfunctions").start_execution(
        stateMachineArn=outputs["DomainOnboardingStateMachine"],
        input=json.dumps(
            {
                "requestToken": token,
                "source": {"bucket": bucket, "key": f"batches/{token}.csv", "format": "csv"},
                "distribution": {"source": {"distributionId": scene.source_distribution_id}, "dns": {"mode": "auto"}},
            }
        ),
    )
    execution = wait(instance, started["executionArn"], timeout=SECONDS_FOR_A_BATCH)
    wall = time.monotonic() - began
    states = _lines_after(instance.states, marks[instance.states])
    calls = Counter(
        f"{call['service']}:{call['operation']}"
        for call in _lines_after(instance.calls, marks[instance.calls])
        if not _is_ours(call)
    )
    parent = [record for record in states if record["executionArn"] == started["executionArn"]]
    invocations = calls.pop("lambda:Invoke", 0)
    return Measured(
        rows=rows,
        status=execution["status"],
        wall_seconds=round(wall, 1),
        transitions_per_domain=round(sum(record["event"] == "entered" for record in states) / rows, 2),
        invocations_per_domain=round(invocations / rows, 2),
        aws_calls_per_domain=round(sum(calls.values()) / rows, 2),
        acm_calls_per_certificate=round(_of_service(calls, "acm") / rows, 2),
        list_calls={name: count for name, count in sorted(calls.items()) if name.split(":")[1].startswith("List")},
        calls=dict(sorted(calls.items())),
        parent_history_events=history_events(parent),
        largest_parent_state_bytes=_largest(parent),
        largest_state_bytes=_largest(states),
    )


def as_dict(measured: Measured) -> dict[str, Any]:
    return asdict(measured)


def _is_ours(call: dict[str, Any]) -> bool:
    """Whether this benchmark made the call itself, looking whether the execution has ended."""
    return (
        call["service"] in ("states", "stepfunctions")
        and call["operation"] in ("DescribeExecution", "StartExecution")
        and ("function" not in call and call.get("caller") in ("test", None))
    )


def _of_service(calls: Counter[str], service: str) -> int:
    return sum(count for name, count in calls.items() if name.startswith(f"{service}:"))


def _largest(records: list[dict[str, Any]]) -> int:
    return max((max(record.get("inputBytes", 0), record.get("outputBytes", 0)) for record in records), default=0)


def _size(record: Path) -> int:
    return record.stat().st_size if record.exists() else 0


def _lines_after(record: Path, offset: int) -> list[dict[str, Any]]:
    with record.open("rb") as lines:
        lines.seek(offset)
        return [json.loads(line) for line in lines]
