"""Executions, each of which has a name that says what it is for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import Stubber

from cloudfront_extensions.aws import clients
from cloudfront_extensions.aws.executions import (
    execution,
    execution_arn,
    execution_name,
    is_running,
    map_run_counts,
    start,
)
from tests.unit.conftest import Account
from tests.unit.operations.state_machine import Workflow


@pytest.fixture
def workflow(account: Account, monkeypatch: pytest.MonkeyPatch) -> Workflow:
    return Workflow("ConfigRollback", "CONFIG_ROLLBACK", monkeypatch)


def test_an_execution_is_found_by_the_arn_that_its_name_makes_out(workflow: Workflow) -> None:
    arn = start(workflow.arn, "token-1", {"targets": ["E1"]})
    assert arn == execution_arn(workflow.arn, "token-1")
    found = execution(str(arn))
    assert found is not None
    assert (found.is_running, found.input, found.ended_at) == (True, '{"targets":["E1"]}', None)


def test_a_name_starts_one_execution(workflow: Workflow) -> None:
    first = start(workflow.arn, "token-1", {"a": 1, "b": 2})
    assert start(workflow.arn, "token-1", {"b": 2, "a": 1}) == first
    assert start(workflow.arn, "token-1", {"a": 2}) is None
    assert workflow.arns == [first]


def test_an_execution_that_failed_says_why(workflow: Workflow) -> None:
    arn = start(workflow.arn, "token-1", {})
    workflow.end(str(arn), "FAILED", error="AlarmFired", cause="alarm 5xx is on")
    found = execution(str(arn))
    assert found is not None
    assert (found.status, found.error, found.cause) == ("FAILED", "AlarmFired", "alarm 5xx is on")
    assert found.ended_at is not None
    assert not is_running(str(arn))


def test_an_execution_that_nobody_started_or_remembers_does_not_run(workflow: Workflow) -> None:
    arn = execution_arn(workflow.arn, "forgotten")
    assert execution(arn) is None
    assert not is_running(arn)


def test_what_tells_executions_of_one_token_apart_makes_names_of_their_own() -> None:
    longest = "x" * 48
    names = {execution_name(longest), execution_name(longest, "a"), execution_name(longest, "a", "b")}
    assert execution_name(longest) == longest
    assert len(names) == 3
    assert all(len(name) <= 80 for name in names)


def test_an_execution_that_step_functions_does_not_know_has_no_map_run(account: Account) -> None:
    states = clients.client("stepfunctions")
    with Stubber(states) as stub:
        stub.add_client_error("list_map_runs", "ExecutionDoesNotExist", "no such execution")
        assert map_run_counts("arn:aws:states:us-east-1:123456789012:execution:Prewarm:gone") is None


def test_a_map_run_tells_how_far_it_is(account: Account) -> None:
    run = "arn:aws:states:us-east-1:123456789012:mapRun:Prewarm/Fetches:1"
    counts = {"pending": 2, "running": 1, "succeeded": 4, "failed": 1, "timedOut": 1, "aborted": 1, "total": 10}
    states = clients.client("stepfunctions")
    with Stubber(states) as stub:
        stub.add_response("list_map_runs", {"mapRuns": [map_run(run)]})
        stub.add_response("describe_map_run", described(run, {**counts, "resultsWritten": 0}), {"mapRunArn": run})
        assert map_run_counts("arn:aws:states:us-east-1:123456789012:execution:Prewarm:one") == {
            "total": 10,
            "pending": 2,
            "running": 1,
            "succeeded": 4,
            "failed": 3,
        }


def map_run(arn: str) -> dict[str, Any]:
    return {"executionArn": "arn:e", "mapRunArn": arn, "stateMachineArn": "arn:s", "startDate": datetime.now(UTC)}


def described(arn: str, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "mapRunArn": arn,
        "executionArn": "arn:e",
        "status": "RUNNING",
        "startDate": datetime.now(UTC),
        "maxConcurrency": 40,
        "toleratedFailurePercentage": 100.0,
        "toleratedFailureCount": 0,
        "itemCounts": counts,
        "executionCounts": counts,
    }
