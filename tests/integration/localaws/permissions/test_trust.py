"""Roles must let the services assume them."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError, WaiterError

from tests.integration.localaws.workbench import Workbench

CODE = "def handler(event, context): return event"
NOTHING = {"End": {"Type": "Succeed"}}
MANAGED_RULE = "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"
STACK = """
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}]
      Made:
        Type: %s
        Properties:
"""
FUNCTION = """
          {Runtime: python3.13, Handler: index.handler, Role: !GetAtt Role.Arn, Code: {ZipFile: "def handler(*_): pass"}}
"""
STATE_MACHINE = """
          {RoleArn: !GetAtt Role.Arn, DefinitionString: '{"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}'}
"""


def test_lambda_must_be_trusted_with_the_role_of_a_function(bench: Workbench) -> None:
    for role in (bench.role("", service=["states.amazonaws.com"]), "arn:aws:iam::000000000000:role/nobody"):
        with pytest.raises(ClientError) as raised:
            bench.function(CODE, role=role)
        error = raised.value.response["Error"]
        assert error["Code"] == "InvalidParameterValueException"
        assert error["Message"] == "The role defined for the function cannot be assumed by Lambda."


def test_step_functions_must_be_trusted_with_the_role_of_a_state_machine(bench: Workbench) -> None:
    role = bench.role("", service=["lambda.amazonaws.com"])
    with pytest.raises(ClientError) as raised:
        bench.machine(NOTHING, role=role)
    assert raised.value.response["Error"]["Code"] == "AccessDeniedException"
    assert "Neither the global service principal states.amazonaws.com" in raised.value.response["Error"]["Message"]
    # AND it may not be put in place later
    made = bench.machine(NOTHING)
    with pytest.raises(ClientError, match="Neither the global service principal"):
        bench.client("stepfunctions").update_state_machine(stateMachineArn=made, roleArn=role)


def test_a_task_that_waits_for_an_execution_needs_the_managed_rule(bench: Workbench) -> None:
    child = bench.machine(NOTHING)
    resource = "arn:aws:states:::states:startExecution.sync:2"
    states = {"Wait": {"Type": "Task", "Resource": resource, "Parameters": {"StateMachineArn": child}, "End": True}}
    with pytest.raises(ClientError, match="is not authorized to create managed-rule"):
        bench.machine(states, role=bench.role(""))
    managing = {
        "Effect": "Allow",
        "Action": ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
        "Resource": f"arn:aws:events:us-east-1:000000000000:{MANAGED_RULE}",
    }
    assert bench.machine(states, role=bench.role("", managing))


@pytest.mark.parametrize(
    ("resource_type", "properties"),
    [("AWS::Lambda::Function", FUNCTION), ("AWS::StepFunctions::StateMachine", STATE_MACHINE)],
)
def test_a_stack_fails_over_a_role_that_the_service_can_not_assume(
    bench: Workbench, resource_type: str, properties: str
) -> None:
    template = STACK % resource_type + properties
    with pytest.raises(WaiterError):
        bench.stack(template)


def test_without_the_shim_a_stack_takes_any_role(stock: Workbench) -> None:
    stock.stack(STACK % "AWS::Lambda::Function" + FUNCTION)


def test_a_role_that_denies_a_service_is_not_assumed_by_it(bench: Workbench) -> None:
    role = bench.role("unwilling")
    denying = {"Effect": "Deny", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trusting = {**denying, "Effect": "Allow"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [trusting, denying]})
    bench.client("iam").update_assume_role_policy(RoleName="unwilling", PolicyDocument=policy)
    with pytest.raises(ClientError, match="cannot be assumed"):
        bench.function(CODE, role=role)
