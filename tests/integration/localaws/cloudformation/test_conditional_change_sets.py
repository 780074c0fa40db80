"""Change sets in which nothing changes but a condition."""

from __future__ import annotations

import json

import pytest

from tests.integration.localaws.workbench import Json, Workbench

TEMPLATE: Json = {
    "Parameters": {"WithQueue": {"Type": "String"}},
    "Conditions": {"HasQueue": {"Fn::Equals": [{"Ref": "WithQueue"}, "true"]}},
    "Resources": {
        "Topic": {"Type": "AWS::SNS::Topic"},
        "Queue": {"Type": "AWS::SQS::Queue", "Condition": "HasQueue"},
    },
}


def changes(bench: Workbench, before: str, after: str) -> list[tuple[str, str]]:
    """Action and resource of each change in the change set that takes the parameter from one value to the other."""
    stack = bench.stack(json.dumps(TEMPLATE), WithQueue=before)
    created = bench.client("cloudformation").create_change_set(
        StackName=stack,
        ChangeSetName="flip",
        UsePreviousTemplate=True,
        Parameters=[{"ParameterKey": "WithQueue", "ParameterValue": after}],
    )
    change_set = bench.client("cloudformation").describe_change_set(ChangeSetName=created["Id"])
    found = [change["ResourceChange"] for change in change_set["Changes"]]
    return [(change["Action"], change["LogicalResourceId"]) for change in found]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("false", "true", [("Add", "Queue")]),
        ("true", "false", [("Remove", "Queue")]),
        ("false", "no", []),
        ("true", "true", []),
    ],
)
def test_a_condition_adds_and_removes(bench: Workbench, before: str, after: str, expected: object) -> None:
    assert changes(bench, before, after) == expected


def test_ministack_alone_sees_no_change(stock: Workbench) -> None:
    assert changes(stock, "false", "true") == []
