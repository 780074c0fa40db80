"""Nested stacks whose templates hold serverless types."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import WaiterError

from tests.integration.localaws.workbench import Json, Workbench

NESTED: Json = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Parameters": {"Text": {"Type": "String"}},
    "Resources": {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": []}}},
        "Table": {"Type": "AWS::Serverless::SimpleTable"},
        "Queue": {
            "Type": "AWS::SQS::Queue",
            "Properties": {"Tags": [{"Key": "text", "Value": {"Ref": "Text"}}]},
        },
    },
    "Outputs": {"Table": {"Value": {"Ref": "Table"}}, "Role": {"Value": {"Fn::GetAtt": "Role.Arn"}}},
}


def root(bench: Workbench, text: str) -> str:
    bucket = bench.bucket(nested=NESTED)
    url = f"https://s3.us-east-1.amazonaws.com/{bucket}/nested"
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url, "Parameters": {"Text": text}}}
    outputs = {name: {"Value": {"Fn::GetAtt": f"Nested.Outputs.{name}"}} for name in NESTED["Outputs"]}
    return json.dumps({"Resources": {"Nested": nested}, "Outputs": outputs})


def outputs(bench: Workbench, stack: str) -> dict[str, str]:
    (described,) = bench.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}


def test_a_nested_template_is_transformed(bench: Workbench) -> None:
    stack = bench.stack(root(bench, "one"))
    assert outputs(bench, stack)["Table"] in bench.client("dynamodb").list_tables()["TableNames"]


def test_an_update_keeps_what_did_not_change(bench: Workbench) -> None:
    stack = bench.stack(root(bench, "one"))
    before = outputs(bench, stack)
    bench.update_stack(stack, root(bench, "two"))
    assert outputs(bench, stack) == before


def test_ministack_alone_refuses_serverless_types_below_the_root(stock: Workbench) -> None:
    with pytest.raises(WaiterError):
        stock.stack(root(stock, "one"))
    events = [
        event.get("ResourceStatusReason", "")
        for stack in stock.client("cloudformation").describe_stacks()["Stacks"]
        for event in stock.client("cloudformation").describe_stack_events(StackName=stack["StackId"])["StackEvents"]
    ]
    assert "Unsupported resource type: AWS::Serverless::SimpleTable" in " ".join(events)
