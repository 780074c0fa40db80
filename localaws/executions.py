"""Run a state machine of an instance to its end, and read what its states did."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from localaws.instance import Instance

FEWEST_SECONDS_BETWEEN_LOOKS, MOST_SECONDS_BETWEEN_LOOKS = 0.02, 0.5
"""Ever fewer looks at what takes long: they take this machine's time from the work that is waited for."""


class ExecutionTimeoutError(Exception):
    """An execution did not end in time."""


def run(
    instance: Instance, state_machine_arn: str, execution_input: object = None, *, timeout: float = 30, **request: str
) -> dict[str, Any]:
    """Start an execution, wait until it ends, and return DescribeExecution with `output` decoded.

    `timeout` is in seconds of this machine; `request` holds further fields of StartExecution, such as its name.
    """
    started = instance.client("stepfunctions").start_execution(
        stateMachineArn=state_machine_arn,
        input=json.dumps({} if execution_input is None else execution_input),
        **request,
    )
    return wait(instance, started["executionArn"], timeout=timeout)


def wait(instance: Instance, execution_arn: str, *, timeout: float = 30) -> dict[str, Any]:
    """Wait until an execution ends; raises ExecutionTimeoutError after `timeout` seconds of this machine."""
    states = instance.client("stepfunctions")
    started = time.monotonic()
    while (waited := time.monotonic() - started) < timeout:
        execution: dict[str, Any] = states.describe_execution(executionArn=execution_arn)
        if execution["status"] != "RUNNING":
            if execution.get("output"):
                execution["output"] = json.loads(execution["output"])
            return execution
        time.sleep(min(max(waited / 20, FEWEST_SECONDS_BETWEEN_LOOKS), MOST_SECONDS_BETWEEN_LOOKS))
    raise ExecutionTimeoutError(f"{execution_arn} still runs after {timeout} s; its states so far: {instance.states}")


def lines(record: Path) -> list[dict[str, Any]]:
    """The lines of `calls.jsonl` or `states.jsonl`, oldest first."""
    return [json.loads(line) for line in record.read_text().splitlines()] if record.exists() else []
