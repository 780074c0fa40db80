"""Requests that are sent again with their token."""

from __future__ import annotations

import json

from tests.integration.localaws import edge
from tests.integration.localaws.workbench import Json, Workbench

TEMPLATE = {
    "Parameters": {"Text": {"Type": "String", "Default": "one"}},
    "Resources": {
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Text"}}},
    },
}


def change_set(bench: Workbench, stack: str, token: str, kind: str = "CREATE", **parameters: str) -> str:
    """Make the change set `change`; returns its ARN."""
    values = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
    made: Json = bench.client("cloudformation").create_change_set(
        StackName=stack,
        ChangeSetName="change",
        ChangeSetType=kind,
        TemplateBody=json.dumps(TEMPLATE),
        Parameters=values,
        ClientToken=token,
    )
    return str(made["Id"])


def test_a_change_set_is_made_once_for_a_token(bench: Workbench) -> None:
    formation, stack = bench.client("cloudformation"), edge.new_token()
    made = change_set(bench, stack, "first")
    assert change_set(bench, stack, "first") == made
    with edge.refused("AlreadyExistsException"):
        change_set(bench, stack, "second")
    formation.delete_change_set(StackName=stack, ChangeSetName="change")
    assert change_set(bench, stack, "first") != made


def test_a_change_set_is_executed_once_for_a_token(bench: Workbench) -> None:
    formation, stack = bench.client("cloudformation"), edge.new_token()
    made = change_set(bench, stack, "first")
    for _ in range(2):
        formation.execute_change_set(ChangeSetName=made, ClientRequestToken="run")
    formation.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig={"Delay": 0.05})
    formation.execute_change_set(ChangeSetName=made, ClientRequestToken="run")
    with edge.refused("InvalidChangeSetStatus"):
        formation.execute_change_set(ChangeSetName=made, ClientRequestToken="again")
    events = formation.describe_stack_events(StackName=stack)["StackEvents"]
    assert [event["ResourceStatus"] for event in events].count("CREATE_COMPLETE") == 2
    assert {event.get("ClientRequestToken") for event in events} == {None, "run"}


def test_a_change_set_without_changes_fails_and_says_so(bench: Workbench) -> None:
    formation = bench.client("cloudformation")
    stack = bench.stack(json.dumps(TEMPLATE))
    made = change_set(bench, stack, "same", "UPDATE")
    described = formation.describe_change_set(ChangeSetName=made)
    assert (described["Status"], described["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert "didn't contain changes" in described["StatusReason"]
    with edge.refused("InvalidChangeSetStatus"):
        formation.execute_change_set(ChangeSetName=made)
    formation.delete_change_set(ChangeSetName=made)
    assert formation.describe_change_set(ChangeSetName=change_set(bench, stack, "new", "UPDATE", Text="two"))["Changes"]


def test_a_stack_is_made_once_for_a_token(bench: Workbench) -> None:
    formation, stack = bench.client("cloudformation"), edge.new_token()
    request = {"StackName": stack, "TemplateBody": json.dumps(TEMPLATE), "ClientRequestToken": "make"}
    assert formation.create_stack(**request)["StackId"] == formation.create_stack(**request)["StackId"]
    with edge.refused("AlreadyExistsException"):
        formation.create_stack(**request | {"ClientRequestToken": "other"})


def test_ministack_alone_passes_over_the_token(stock: Workbench) -> None:
    stack = edge.new_token()
    change_set(stock, stack, "first")
    with edge.refused("AlreadyExistsException"):
        change_set(stock, stack, "first")
