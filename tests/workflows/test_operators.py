"""What a deployment with parameters for operators has: alarms that tell their topic, and published metrics."""

from __future__ import annotations

import json

from tests.workflows.application import Application, Json
from tests.workflows.cases import Case
from tests.workflows.conftest import PARAMETERS
from tests.workflows.domain_alarms import domain_alarms
from tests.workflows.inbox import Inbox, subscribed
from tests.workflows.test_domain_alarms import WELL

TOPIC = PARAMETERS["AlarmTopic"]


def operators(application: Application, case: Case) -> Inbox:
    application.client("sns").create_topic(Name=TOPIC.rpartition(":")[2])
    return subscribed(application, case.job_id, TOPIC)


def told(inbox: Inbox, alarm: str, count: int) -> list[tuple[str, str]]:
    """From which state to which the operators were told that an alarm went."""
    messages: list[Json] = [json.loads(message["Message"]) for message in inbox.about(alarm, count)]
    return [(message["OldStateValue"], message["NewStateValue"]) for message in messages]


def test_every_alarm_of_the_stack_has_the_topic(application: Application) -> None:
    pages = application.client("cloudwatch").get_paginator("describe_alarms")
    found = [
        alarm
        for page in pages.paginate(AlarmNamePrefix="cloudfront-extensions-", AlarmTypes=["MetricAlarm"])
        for alarm in page["MetricAlarms"]
    ]
    assert len(found) >= 6
    assert {(*alarm["AlarmActions"], *alarm["OKActions"]) for alarm in found} == {(TOPIC, TOPIC)}


def test_operators_are_told_that_refreshes_fail(application: Application, case: Case) -> None:
    inbox, cloudwatch = operators(application, case), application.client("cloudwatch")
    dimension = {"Name": "StateMachineArn", "Value": application.state_machine("metrics_refresh")}
    found = cloudwatch.describe_alarms_for_metric(
        MetricName="ExecutionsFailed", Namespace="AWS/States", Dimensions=[dimension]
    )["MetricAlarms"]
    (alarm,) = (each for each in found if "RefreshesFail" in each["AlarmName"])
    cloudwatch.set_alarm_state(AlarmName=alarm["AlarmName"], StateValue="OK", StateReason="none has failed")
    data = {"MetricName": "ExecutionsFailed", "Dimensions": [dimension], "Value": 1}
    cloudwatch.put_metric_data(Namespace="AWS/States", MetricData=[data])
    assert told(inbox, alarm["AlarmName"], 1)[-1] == ("OK", "ALARM")


def test_operators_are_told_of_a_domain_once_for_each_change(application: Application, case: Case) -> None:
    inbox = operators(application, case)
    with domain_alarms(application, case.host("www"), AlarmTopic=TOPIC) as alarms:
        for ago in range(6):
            alarms.count(ago=ago, **{**WELL, "ServerErrors": 60})
        for ago in range(6):
            alarms.count(ago=ago, Requests=9000)
        changes = told(inbox, alarms.names["ErrorRate"], 2)
        assert inbox.naming(alarms.names["Gate"]) == []
    assert changes == [("INSUFFICIENT_DATA", "ALARM"), ("ALARM", "OK")]


def test_the_published_domains_come_to_the_function_and_to_the_dashboard(application: Application) -> None:
    name = application.function("FinishRefresh")
    given = application.client("lambda").get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    assert given["PUBLISHED_DOMAINS"] == PARAMETERS["PublishedDomains"]
    dashboard = application.outputs["MetricDashboard"]
    body = application.client("cloudwatch").get_dashboard(DashboardName=dashboard)["DashboardBody"]
    assert json.loads(body)["variables"][0]["defaultValue"] == "published.example.com"
