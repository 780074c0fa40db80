"""Operations on CloudFront Functions and key value stores need leave for each of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration.localaws import edge
from tests.integration.localaws.cloudfront.test_functions import CONFIG, create
from tests.integration.localaws.cloudfront.test_key_value_stores import name_of, store
from tests.integration.localaws.workbench import Json, Workbench

CALLS = """
    import boto3
    def handler(event, context):
        client = boto3.client("cloudfront")
        return getattr(client, event["operation"])(**event["request"])["ResponseMetadata"]["HTTPStatusCode"]
"""


def called(bench: Workbench, role: str, operation: str, **request: Any) -> Any:
    """The status of a call with this role, or what is said of the denied one."""
    function = bench.function(CALLS, role=role)
    event = json.dumps({"operation": operation, "request": request})
    answer = json.load(bench.client("lambda").invoke(FunctionName=function, Payload=event)["Payload"])
    return answer["errorMessage"] if isinstance(answer, dict) else answer


def allowed(bench: Workbench, action: str, resource: str) -> str:
    return bench.role("", {"Effect": "Allow", "Action": f"cloudfront:{action}", "Resource": resource})


@pytest.mark.parametrize(
    ("action", "operation", "more"),
    [
        ("DescribeFunction", "describe_function", {}),
        ("GetFunction", "get_function", {}),
        ("UpdateFunction", "update_function", {"FunctionConfig": CONFIG, "FunctionCode": "//", "IfMatch": "ETag"}),
        ("PublishFunction", "publish_function", {"IfMatch": "ETag"}),
        ("TestFunction", "test_function", {"IfMatch": "ETag", "EventObject": "{}"}),
        ("DeleteFunction", "delete_function", {"IfMatch": "ETag"}),
    ],
)
def test_leave_for_one_function_is_none_for_another(bench: Workbench, action: str, operation: str, more: Json) -> None:
    mine, other = create(bench.instance), create(bench.instance)
    arn = mine["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
    role = allowed(bench, action, arn)
    request = more | ({"IfMatch": mine["ETag"]} if more else {})
    denied = called(bench, role, operation, Name=other["Name"], **request)
    assert f"not authorized to perform: cloudfront:{action}" in denied
    assert "AccessDenied" not in str(called(bench, role, operation, Name=mine["Name"], **request))


def test_a_function_is_made_under_names_that_are_allowed(bench: Workbench) -> None:
    name = edge.new_token()
    role = allowed(bench, "CreateFunction", f"arn:aws:cloudfront::000000000000:function/{name}")
    request = {"FunctionConfig": CONFIG, "FunctionCode": "//"}
    assert "AccessDenied" in called(bench, role, "create_function", Name=f"{name}-2", **request)
    assert called(bench, role, "create_function", Name=name, **request) == 201


def test_a_store_is_known_by_its_arn(bench: Workbench) -> None:
    mine, other = store(bench.instance), store(bench.instance)
    role = allowed(bench, "DescribeKeyValueStore", mine)
    name = name_of(bench.instance, other)
    assert "AccessDenied" in called(bench, role, "describe_key_value_store", Name=name)
    assert called(bench, role, "describe_key_value_store", Name=name_of(bench.instance, mine)) == 200
    making = allowed(bench, "CreateKeyValueStore", "arn:aws:cloudfront::000000000000:key-value-store/*")
    assert called(bench, making, "create_key_value_store", Name=edge.new_token()) == 201
