"""Executions of state machines: started by name, and looked at."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypedDict

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.clock import rfc3339
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.errors import CloudFrontExtensionsError

RUNNING, SUCCEEDED = "RUNNING", "SUCCEEDED"


class _Forgotten(CloudFrontExtensionsError):
    """Step Functions no longer knows the execution; never leaves this module."""


class _NameTaken(CloudFrontExtensionsError):
    """Another execution has the name; never leaves this module."""


@dataclass(frozen=True, slots=True)
class Execution:
    """An execution as Step Functions tells of it."""

    arn: str
    status: str
    """RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED or PENDING_REDRIVE."""
    started_at: str
    ended_at: str | None
    input: str
    """JSON, as it was given."""
    output: str | None = None
    """JSON, of one that succeeded."""
    error: str | None = None
    cause: str | None = None

    @property
    def is_running(self) -> bool:
        return self.status == RUNNING


def execution(arn: str) -> Execution | None:
    """None for one that there never was, or that ended so long ago that Step Functions has forgotten it (90 days)."""
    try:
        with aws_call("DescribeExecution", arn, {"ExecutionDoesNotExist": _Forgotten}):
            answer = client("stepfunctions").describe_execution(executionArn=arn)
    except _Forgotten:
        return None
    return Execution(
        arn,
        answer["status"],
        started_at=rfc3339(answer["startDate"]),
        ended_at=rfc3339(answer["stopDate"]) if "stopDate" in answer else None,
        input=answer.get("input", ""),
        output=answer.get("output"),
        error=answer.get("error"),
        cause=answer.get("cause"),
    )


def is_running(execution_arn: str) -> bool:
    """False too for an execution that ended so long ago that Step Functions has forgotten it (90 days)."""
    found = execution(execution_arn)
    return found is not None and found.is_running


def start(state_machine: str, name: str, document: Mapping[str, Any]) -> str | None:
    """Start an execution under a name; its ARN, also where a running one has this name and this very input.

    None where the name is taken otherwise: by an execution that has ended, or has another input.
    """
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    try:
        with aws_call("StartExecution", f"{state_machine} {name}", {"ExecutionAlreadyExists": _NameTaken}):
            answer = client("stepfunctions").start_execution(stateMachineArn=state_machine, name=name, input=text)
    except _NameTaken:
        return None
    arn: str = answer["executionArn"]
    return arn


def stop(arn: str, error: str, cause: str) -> None:
    """Stop an execution; one that has ended stays as it is."""
    with aws_call("StopExecution", arn):
        client("stepfunctions").stop_execution(executionArn=arn, error=error, cause=cause)


class MapRunCounts(TypedDict):
    """How far the items of a Distributed Map are."""

    total: int
    pending: int
    running: int
    succeeded: int
    failed: int


def map_run_counts(execution_arn: str) -> MapRunCounts | None:
    """The counts of an execution's newest Map Run; None where it has none, or Step Functions does not know it (any more)."""
    runs: list[dict[str, Any]] = []
    with suppress(_Forgotten), aws_call("ListMapRuns", execution_arn, {"ExecutionDoesNotExist": _Forgotten}):
        runs = client("stepfunctions").list_map_runs(executionArn=execution_arn, maxResults=1)["mapRuns"]
    return _counts_of(runs[0]["mapRunArn"]) if runs else None


def _counts_of(map_run: str) -> MapRunCounts:
    with aws_call("DescribeMapRun", map_run):
        counts = client("stepfunctions").describe_map_run(mapRunArn=map_run)["itemCounts"]
    return {
        "total": counts["total"],
        "pending": counts["pending"],
        "running": counts["running"],
        "succeeded": counts["succeeded"],
        "failed": counts["total"] - counts["pending"] - counts["running"] - counts["succeeded"],
    }


def execution_arn(state_machine: str, name: str) -> str:
    """The ARN that an execution of this name has, or would have."""
    return f"{state_machine.replace(':stateMachine:', ':execution:', 1)}:{name}"


def execution_name(token: str, *apart: str) -> str:
    """The name of the execution that a request token starts, with a hash of what tells it apart from that token's others."""
    return f"{token}-{sha256(json.dumps([token, *apart]).encode()).hexdigest()[:16]}" if apart else token
