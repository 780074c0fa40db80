"""Runs one execution of a workflow on an instance, and gathers what it did there."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks.memory import Memory, PeakMemory
from localaws.executions import wait
from localaws.instance import Instance

SECONDS_FOR_A_JOB = 1800


@dataclass(frozen=True)
class Job:
    """An execution that has ended; the records are those of its time, without the calls of this benchmark itself."""

    execution: dict[str, Any]
    wall_seconds: float
    states: list[dict[str, Any]]
    calls: list[dict[str, Any]]
    memory: Memory | None

    @cached_property
    def parent_states(self) -> list[dict[str, Any]]:
        return [record for record in self.states if record["executionArn"] == self.execution["executionArn"]]

    @cached_property
    def transitions(self) -> int:
        return sum(record["event"] == "entered" for record in self.states)

    @cached_property
    def invocations(self) -> int:
        return sum((call["service"], call["operation"]) == ("lambda", "Invoke") for call in self.calls)

    @cached_property
    def aws_calls(self) -> Counter[str]:
        """How often each operation was called, as `service:Operation`; invocations of functions apart."""
        counts = Counter(f"{call['service']}:{call['operation']}" for call in self.calls)
        del counts["lambda:Invoke"]
        return counts


def onboard(
    instance: Instance,
    outputs: dict[str, str],
    token: str,
    names: list[str],
    request: dict[str, Any],
    meanwhile: Callable[[str], None] | None = None,
    column: str = "domainName",
) -> Job:
    """Run a job for a CSV of these names and wait for its end; `request` has what else the workflow's input says.

    `meanwhile` is called while the job runs, with the ARN of its execution. `column` is what the CSV's one column says.
    """
    bucket, key = outputs["JobsBucket"], f"batches/{token}.csv"
    csv = f"{column}\n" + "".join(f"{name}\n" for name in names)
    instance.client("s3").put_object(Bucket=bucket, Key=key, Body=csv.encode())
    source = {"bucket": bucket, "key": key, "format": "csv"}
    workflow = outputs["DomainOnboardingStateMachine"]
    return run(instance, workflow, {"requestToken": token, "source": source, **request}, meanwhile)


def run(
    instance: Instance, workflow: str, request: dict[str, Any], meanwhile: Callable[[str], None] | None = None
) -> Job:
    """Run the state machine of an ARN and wait for its end; `meanwhile` as in `onboard`."""
    marks = {record: _size(record) for record in (instance.calls, instance.states)}
    with PeakMemory(instance.pid) as memory:
        began = time.monotonic()
        started = instance.client("stepfunctions").start_execution(stateMachineArn=workflow, input=json.dumps(request))
        if meanwhile:
            meanwhile(started["executionArn"])
        execution = wait(instance, started["executionArn"], timeout=SECONDS_FOR_A_JOB)
        wall = time.monotonic() - began
    return Job(
        execution=execution,
        wall_seconds=wall,
        states=lines_after(instance.states, marks[instance.states]),
        calls=[call for call in lines_after(instance.calls, marks[instance.calls]) if not _is_ours(call)],
        memory=memory.peak,
    )


def _is_ours(call: dict[str, Any]) -> bool:
    """Whether this benchmark made the call itself: it has the account's access key and no role."""
    return call["caller"] in ("test", None) and call["service"] in ("states", "stepfunctions", "s3")


def _size(record: Path) -> int:
    return record.stat().st_size if record.exists() else 0


def lines_after(record: Path, offset: int) -> list[dict[str, Any]]:
    """What was written to a record since it had that size."""
    with record.open("rb") as lines:
        lines.seek(offset)
        return [json.loads(line) for line in lines]
