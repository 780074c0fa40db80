"""A rule with a schedule starts its target, with the role of the target, when it comes due."""

from __future__ import annotations

import json

import pytest

from localaws import executions, permissions
from tests.integration.localaws import edge
from tests.integration.localaws.workbench import Workbench

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Daily:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition: {StartAt: Done, States: {Done: {Type: Succeed}}}
      Events:
        EveryDay:
          Type: Schedule
          Properties:
            Schedule: cron(0 5 * * ? *)
            Input: '{"why": "it is day"}'
"""


def come_due(bench: Workbench, rule: str) -> None:
    edge.control(bench.instance, "POST", "schedules", rule=rule)


@pytest.mark.parametrize("expression", ["rate(1 day)", "cron(0 5 * * ? *)"])
def test_a_state_machine_is_started_when_its_rule_comes_due(bench: Workbench, expression: str) -> None:
    name, machine = edge.new_token(), bench.machine({"End": {"Type": "Succeed"}})
    starting = {"Effect": "Allow", "Action": "states:StartExecution", "Resource": machine}
    role = bench.role(f"scheduled-{name}", starting, service=["events.amazonaws.com"])
    events, states = bench.client("events"), bench.client("stepfunctions")
    events.put_rule(Name=name, ScheduleExpression=expression)
    events.put_targets(Rule=name, Targets=[{"Id": "it", "Arn": machine, "RoleArn": role, "Input": '{"a": 1}'}])
    come_due(bench, name)
    (started,) = edge.eventually(lambda: states.list_executions(stateMachineArn=machine)["executions"])
    assert json.loads(states.describe_execution(executionArn=started["executionArn"])["input"]) == {"a": 1}
    calls = [one for one in executions.lines(bench.instance.calls) if one["caller"] == f"scheduled-{name}/{name}"]
    assert [call["operation"] for call in calls] == ["StartExecution"]


def test_a_role_that_may_not_start_it_is_denied(bench: Workbench) -> None:
    name, machine = edge.new_token(), bench.machine({"End": {"Type": "Succeed"}})
    role = bench.role(f"unable-{name}", service=["events.amazonaws.com"])
    events = bench.client("events")
    events.put_rule(Name=name, ScheduleExpression="rate(1 day)")
    events.put_targets(Rule=name, Targets=[{"Id": "it", "Arn": machine, "RoleArn": role}])
    come_due(bench, name)

    def refused() -> bool:
        made = permissions.decisions(bench.instance)
        return any(one["resource"] == machine and not one["allowed"] for one in made)

    edge.eventually(refused)
    assert bench.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"] == []


def test_a_schedule_of_a_template_starts_its_state_machine(bench: Workbench) -> None:
    stack = bench.stack(TEMPLATE)
    described = bench.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
    made = {one["ResourceType"]: one["PhysicalResourceId"] for one in described}
    come_due(bench, made["AWS::Events::Rule"])
    states = bench.client("stepfunctions")
    machine = made["AWS::StepFunctions::StateMachine"]
    (started,) = edge.eventually(lambda: states.list_executions(stateMachineArn=machine)["executions"])
    assert "it is day" in states.describe_execution(executionArn=started["executionArn"])["input"]


def test_what_has_no_schedule_or_is_disabled_does_not_come_due(bench: Workbench) -> None:
    events = bench.client("events")
    events.put_rule(Name="unscheduled", EventPattern='{"source": ["x"]}')
    events.put_rule(Name="disabled", ScheduleExpression="rate(1 day)", State="DISABLED")
    with pytest.raises(AssertionError, match="400 no rule unscheduled with a schedule"):
        come_due(bench, "unscheduled")
    with pytest.raises(AssertionError, match=r"400 .*rule/disabled is never due"):
        come_due(bench, "disabled")
