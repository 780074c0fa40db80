"""What `calls.jsonl` tells of each call."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from localaws import executions
from tests.integration.localaws.workbench import INVOKE, Json, Workbench

Calls = Callable[..., list[Json]]

LISTS_TABLES = """
    import boto3

    def handler(event, context):
        return boto3.client("dynamodb").list_tables()["TableNames"][:0]
"""


@pytest.fixture
def calls(bench: Workbench) -> Calls:
    """What is recorded since the test began, by the values of fields."""
    before = len(executions.lines(bench.instance.calls))

    def matching(**wanted: str) -> list[Json]:
        lines = executions.lines(bench.instance.calls)[before:]
        return [line for line in lines if all(line.get(name) == value for name, value in wanted.items())]

    return matching


def test_a_rest_call_has_its_operation(bench: Workbench, calls: Calls) -> None:
    bench.client("route53").list_hosted_zones_by_name()
    (call,) = calls(operation="ListHostedZonesByName")
    assert (call["service"], call["caller"], call["status"]) == ("route53", "test", 200)
    assert call["milliseconds"] >= 0


def test_a_query_call_has_its_operation_and_error(bench: Workbench, calls: Calls) -> None:
    with pytest.raises(ClientError):
        bench.client("cloudformation").describe_stacks(StackName="no-such-stack")
    (call,) = calls(operation="DescribeStacks", errorCode="ValidationError")
    assert (call["service"], call["status"]) == ("cloudformation", 400)


def test_a_json_call_has_its_operation_and_error(bench: Workbench, calls: Calls) -> None:
    with pytest.raises(ClientError):
        bench.client("dynamodb").describe_table(TableName="no-such-table")
    (call,) = calls(operation="DescribeTable")
    assert (call["service"], call["errorCode"]) == ("dynamodb", "ResourceNotFoundException")


def test_the_caller_of_a_functions_call_is_the_function(bench: Workbench, calls: Calls) -> None:
    function = bench.function(LISTS_TABLES, name="lists-tables")
    bench.client("lambda").invoke(FunctionName=function)
    assert [call["caller"] for call in calls(operation="ListTables")] == ["contract-test/lists-tables"]


def test_an_invocation_is_recorded_once_with_who_asked_for_it(bench: Workbench, calls: Calls) -> None:
    code = "def handler(event, context): return event"
    by_api, by_machine = bench.function(code, name="by-api"), bench.function(code, name="by-machine")
    bench.client("lambda").invoke(FunctionName=by_api, Payload=json.dumps({}))
    task = {"Type": "Task", "Resource": INVOKE, "Parameters": {"FunctionName": by_machine, "Payload": {}}, "End": True}
    ended = bench.run({"Work": task})
    machine = ended["stateMachineArn"].rpartition(":")[2]
    assert [call["caller"] for call in calls(resource="by-machine")] == [f"contract-test/{machine}"]
    assert [call["caller"] for call in calls(resource="by-api")] == ["test"]


def test_nothing_of_a_body_is_recorded(bench: Workbench, calls: Calls) -> None:
    bench.client("secretsmanager").create_secret(Name="contract-secret", SecretString="do-not-record-me")
    assert "do-not-record-me" not in bench.instance.calls.read_text()
    (call,) = calls(operation="CreateSecret")
    assert set(call) == {"time", "service", "operation", "caller", "status", "milliseconds"}


def test_a_call_that_makes_a_service_crash_is_recorded(bench: Workbench, calls: Calls) -> None:
    client = bench.client("secretsmanager")
    client.meta.events.register(
        "before-call", lambda params, **_: params.update(body=b'{"SecretId": ["a", "list"]}'), unique_id="crash"
    )
    try:
        with pytest.raises(ClientError):
            client.describe_secret(SecretId="any")
    finally:
        client.meta.events.unregister("before-call", unique_id="crash")
    (call,) = calls(operation="DescribeSecret")
    assert (call["status"], call["errorCode"]) == (0, "AttributeError")
