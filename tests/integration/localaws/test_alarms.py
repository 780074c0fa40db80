"""CloudWatch's alarms have the state that they are given, and EventBridge hears of each change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.listening import Listener
from tests.integration.localaws.permissions.test_enforcement import allow, assumed
from tests.integration.localaws.workbench import Workbench


@pytest.fixture
def changes(instance: Instance) -> Iterator[Listener]:
    pattern = {"source": ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"]}
    listener = Listener(instance, **pattern)
    yield listener
    listener.stop()


def alarm(client: Any) -> str:
    """Make an alarm on CloudFront's errors; returns its name."""
    name = edge.new_token()
    client.put_metric_alarm(
        AlarmName=name,
        AlarmDescription="too many errors",
        Namespace="AWS/CloudFront",
        MetricName="5xxErrorRate",
        Dimensions=[{"Name": "DistributionId", "Value": "E1"}, {"Name": "Region", "Value": "Global"}],
        Statistic="Average",
        Period=60,
        EvaluationPeriods=1,
        Threshold=5,
        ComparisonOperator="GreaterThanThreshold",
    )
    return name


def described(client: Any, name: str) -> edge.Json:
    (found,) = client.describe_alarms(AlarmNames=[name, "missing"])["MetricAlarms"]
    assert isinstance(found, dict)
    return found


def test_a_new_alarm_has_insufficient_data(instance: Instance) -> None:
    client = instance.client("cloudwatch")
    assert described(client, alarm(client))["StateValue"] == "INSUFFICIENT_DATA"


def test_an_alarm_has_the_state_that_it_is_given_with_reason_and_time(instance: Instance) -> None:
    client = instance.client("cloudwatch")
    name, before = alarm(client), datetime.now(UTC).replace(microsecond=0)
    client.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="canary is sick")
    found = described(client, name)
    assert (found["StateValue"], found["StateReason"]) == ("ALARM", "canary is sick")
    assert before <= found["StateUpdatedTimestamp"] < before + timedelta(minutes=1)
    assert client.describe_alarms(AlarmNamePrefix=name, StateValue="OK")["MetricAlarms"] == []
    assert client.describe_alarms(AlarmNamePrefix=name, StateValue="ALARM")["MetricAlarms"] == [found]
    client.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="canary is well")
    assert described(client, name)["StateValue"] == "OK"


def test_what_is_no_state_and_no_alarm_is_refused(instance: Instance) -> None:
    client = edge.client(instance, "cloudwatch")
    name = alarm(client)
    with edge.refused("ResourceNotFound"):
        client.set_alarm_state(AlarmName="missing", StateValue="OK", StateReason="")
    with edge.refused("ValidationError"):
        client.set_alarm_state(AlarmName=name, StateValue="RED", StateReason="")
    with edge.refused("InvalidFormat"):
        client.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="", StateReasonData="not JSON")
    assert described(client, name)["StateValue"] == "INSUFFICIENT_DATA"


def test_a_change_of_state_is_told_as_cloudwatch_documents_it(instance: Instance, changes: Listener) -> None:
    client = instance.client("cloudwatch")
    name = alarm(client)
    client.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="well")
    client.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="sick", StateReasonData='{"errors": 9}')
    first, second = changes.heard(2)
    assert second["resources"] == [f"arn:aws:cloudwatch:us-east-1:000000000000:alarm:{name}"]
    detail = second["detail"]
    assert detail["alarmName"] == name
    assert detail["previousState"] == first["detail"]["state"]
    assert datetime.strptime(detail["state"].pop("timestamp"), "%Y-%m-%dT%H:%M:%S.%f%z")
    assert detail["state"] == {"value": "ALARM", "reason": "sick", "reasonData": '{"errors": 9}'}
    assert first["detail"]["previousState"]["value"] == "INSUFFICIENT_DATA"
    assert first["detail"]["previousState"]["reason"] == "Unchecked: Initial alarm creation"
    assert detail["configuration"]["description"] == "too many errors"
    (metric,) = detail["configuration"]["metrics"]
    assert metric["metricStat"] == {
        "metric": {
            "namespace": "AWS/CloudFront",
            "name": "5xxErrorRate",
            "dimensions": {"DistributionId": "E1", "Region": "Global"},
        },
        "period": 60,
        "stat": "Average",
    }


def test_the_same_state_again_is_not_told(instance: Instance, changes: Listener) -> None:
    client = instance.client("cloudwatch")
    name = alarm(client)
    for state in ("ALARM", "ALARM", "OK"):
        client.set_alarm_state(AlarmName=name, StateValue=state, StateReason="")
    assert [event["detail"]["state"]["value"] for event in changes.heard(2)] == ["ALARM", "OK"]


def test_a_metric_that_crosses_the_threshold_is_told(instance: Instance, changes: Listener) -> None:
    client = instance.client("cloudwatch")
    name = alarm(client)
    dimensions = [{"Name": "DistributionId", "Value": "E1"}, {"Name": "Region", "Value": "Global"}]
    data = {"MetricName": "5xxErrorRate", "Dimensions": dimensions, "Value": 50}
    client.put_metric_data(Namespace="AWS/CloudFront", MetricData=[data])
    edge.eventually(lambda: name in [event["detail"]["alarmName"] for event in changes.heard(1)])
    assert described(client, name)["StateValue"] == "ALARM"


def test_a_role_needs_leave_to_look_at_alarms(bench: Workbench) -> None:
    name = alarm(bench.client("cloudwatch"))
    alarms = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:*"
    role = bench.role("", allow("cloudwatch:DescribeAlarms", on=alarms))
    assert described(assumed(bench, role)("cloudwatch"), name)["AlarmName"] == name
    with edge.refused("AccessDeniedException"):
        assumed(bench, role)("cloudwatch").set_alarm_state(AlarmName=name, StateValue="OK", StateReason="")
    with edge.refused("AccessDeniedException"):
        assumed(bench, bench.role(""))("cloudwatch").describe_alarms()


def test_ministack_alone_takes_any_state_and_tells_nobody(stock: Workbench) -> None:
    client, listener = stock.client("cloudwatch"), Listener(stock.instance, source=["aws.cloudwatch", "marker"])
    client.set_alarm_state(AlarmName=alarm(client), StateValue="RED", StateReason="")
    entry = {"Source": "marker", "DetailType": "marker", "Detail": "{}"}
    stock.client("events").put_events(Entries=[entry])
    assert [event["source"] for event in listener.heard(1)] == ["marker"]
