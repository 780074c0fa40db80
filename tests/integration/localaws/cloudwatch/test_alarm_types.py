"""Stacks make alarms on several metrics, composite alarms and anomaly detectors."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import WaiterError

from tests.integration.localaws.cloudwatch.alarms import look, put, state
from tests.integration.localaws.workbench import Workbench

TEMPLATE = """
Parameters:
  Limit: { Type: Number, Default: 5 }
  Rule: { Type: String, Default: ALARM }
Resources:
  Detector:
    Type: AWS::CloudWatch::AnomalyDetector
    Properties: { Namespace: NAMESPACE, MetricName: Requests, Stat: Sum }
  Rate:
    Type: AWS::CloudWatch::Alarm
    Properties:
      ComparisonOperator: GreaterThanThreshold
      Threshold: !Ref Limit
      EvaluationPeriods: 1
      Metrics:
        - Id: errors
          ReturnData: false
          MetricStat:
            Stat: Sum
            Period: 300
            Metric: { Namespace: NAMESPACE, MetricName: Errors, Dimensions: [{ Name: Domain, Value: shop }] }
        - { Id: doubled, Expression: EXPRESSION }
  Gate:
    Type: AWS::CloudWatch::CompositeAlarm
    Properties: { AlarmRule: !Sub '${Rule}("${Rate}")' }
Outputs:
  Rate: { Value: !Ref Rate }
  RateArn: { Value: !GetAtt Rate.Arn }
  Gate: { Value: !Ref Gate }
  GateArn: { Value: !GetAtt Gate.Arn }
  Detector: { Value: !GetAtt Detector.Id }
"""


def template(namespace: str, expression: str = "2 * errors") -> str:
    return TEMPLATE.replace("NAMESPACE", namespace).replace("EXPRESSION", expression)


def outputs(bench: Workbench, stack: str) -> dict[str, str]:
    (described,) = bench.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}


def test_a_stack_makes_changes_and_deletes_them(bench: Workbench) -> None:
    stack = bench.stack(template("AlarmsOfAStack"))
    made = outputs(bench, stack)
    assert made["GateArn"] == f"arn:aws:cloudwatch:us-east-1:000000000000:alarm:{made['Gate']}"
    assert made["Detector"]
    put(bench.instance, "AlarmsOfAStack", "Errors", 3)
    assert look(bench.instance, made["Rate"]) == "ALARM"
    assert state(bench.instance, made["Gate"]) == "ALARM"

    bench.update_stack(stack, template("AlarmsOfAStack"), Limit="9", Rule="OK")
    assert outputs(bench, stack) == made
    assert look(bench.instance, made["Rate"]) == "OK"
    assert state(bench.instance, made["Gate"]) == "ALARM"

    bench.client("cloudformation").delete_stack(StackName=stack)
    waiter = bench.client("cloudformation").get_waiter("stack_delete_complete")
    waiter.wait(StackName=stack, WaiterConfig={"Delay": 0.05, "MaxAttempts": 200})
    names = [made["Rate"], made["Gate"]]
    left = bench.client("cloudwatch").describe_alarms(AlarmNames=names, AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    assert left["MetricAlarms"] == left["CompositeAlarms"] == []


@pytest.mark.parametrize("expression", ["SEARCH(errors)", "missing + 1"])
def test_a_stack_with_an_expression_that_is_not_embedded_fails(bench: Workbench, expression: str) -> None:
    with pytest.raises(WaiterError):
        bench.stack(template("AlarmsOfNoStack", expression))


def test_a_composite_alarm_on_an_alarm_that_there_is_not_fails_its_stack(bench: Workbench) -> None:
    rule = {"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": {"AlarmRule": 'ALARM("missing")'}}
    with pytest.raises(WaiterError):
        bench.stack(json.dumps({"Resources": {"Gate": rule}}))


def test_ministack_alone_makes_none_of_them(stock: Workbench) -> None:
    with pytest.raises(stock.client("cloudformation").exceptions.ClientError, match="Unrecognized resource types"):
        stock.stack(template("AlarmsOfMiniStack"))
