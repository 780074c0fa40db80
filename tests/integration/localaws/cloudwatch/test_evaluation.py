"""An alarm looks at its own data in its own periods, and treats missing data as it is told."""

from __future__ import annotations

from typing import Any

import pytest

from localaws.control import ControlRefused, control
from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.cloudwatch.alarms import NOW, alarm, look, put, state
from tests.integration.localaws.workbench import Workbench


@pytest.mark.parametrize(
    ("values", "wanted", "expected"),
    [
        ((9, 9, 9), 3, "ALARM"),
        ((0, 9, 9), 3, "OK"),
        ((9, 0, 9), 2, "ALARM"),
        ((9, 9, 9, 0, 0, 0), 1, "OK"),
        ((0, 0, 0), 1, "OK"),
    ],
)
def test_m_out_of_n_periods(instance: Instance, values: tuple[float, ...], wanted: int, expected: str) -> None:
    name = alarm(instance, DatapointsToAlarm=wanted)
    put(instance, name, "Errors", *values)
    assert look(instance, name) == expected


@pytest.mark.parametrize(
    ("treatment", "none_at_all", "one_of_three"),
    [
        ("missing", "INSUFFICIENT_DATA", "ALARM"),
        ("ignore", "OK", "OK"),
        ("breaching", "ALARM", "ALARM"),
        ("notBreaching", "OK", "OK"),
    ],
)
def test_missing_data(instance: Instance, treatment: str, none_at_all: str, one_of_three: str) -> None:
    name = alarm(instance, TreatMissingData=treatment)
    put(instance, name, "Errors", 0, 0, 0)
    assert look(instance, name) == "OK"
    assert look(instance, name, NOW + 3600) == none_at_all

    another = alarm(instance, TreatMissingData=treatment)
    put(instance, another, "Errors", 0, 0, 0)
    assert look(instance, another) == "OK"
    put(instance, another, "Errors", 9)
    assert look(instance, another, NOW + 600) == one_of_three


def test_data_of_other_dimensions_are_none_of_its_business(instance: Instance) -> None:
    name = alarm(instance)
    put(instance, name, "Errors", 9, 9, 9, of="another")
    assert look(instance, name) == "INSUFFICIENT_DATA"


def test_the_data_of_a_period_are_added_up(instance: Instance) -> None:
    name = alarm(instance, EvaluationPeriods=1)
    put(instance, name, "Errors", 4)
    assert look(instance, name) == "OK"
    put(instance, name, "Errors", 4)
    assert look(instance, name) == "ALARM"


def queries(namespace: str, expression: str) -> list[dict[str, Any]]:
    def metric(name: str) -> dict[str, Any]:
        measured = {"Namespace": namespace, "MetricName": name, "Dimensions": [{"Name": "Domain", "Value": "shop"}]}
        stat = {"Metric": measured, "Period": 300, "Stat": "Sum"}
        return {"Id": name.lower(), "MetricStat": stat, "ReturnData": False}

    return [metric("Errors"), metric("Requests"), {"Id": "rate", "Expression": expression, "ReturnData": True}]


def on_queries(instance: Instance, expression: str, **settings: Any) -> str:
    name = edge.new_token()
    given = {"ComparisonOperator": "GreaterThanThreshold", "Threshold": 5, "EvaluationPeriods": 1, **settings}
    if "ThresholdMetricId" in given:
        del given["Threshold"]
    instance.client("cloudwatch").put_metric_alarm(AlarmName=name, Metrics=queries(name, expression), **given)
    return name


@pytest.mark.parametrize(
    ("expression", "errors", "requests", "expected"),
    [
        ("100 * errors / requests", 6, 100, "ALARM"),
        ("100 * errors / requests", 4, 100, "OK"),
        ("100 * errors / requests", 4, 0, "INSUFFICIENT_DATA"),
        ("100 * errors / requests", None, 100, "INSUFFICIENT_DATA"),
        ("100 * FILL(errors, 0) / requests", None, 100, "OK"),
        ("IF(requests >= 50, 100 * errors / requests, 0)", 6, 40, "OK"),
        ("IF(requests >= 50, 100 * errors / requests, 0)", 6, 50, "ALARM"),
        ("ABS(errors - requests)", 1, 9, "ALARM"),
        ("-errors + (requests ** 2)", 1, 3, "ALARM"),
    ],
)
def test_metric_math(instance: Instance, expression: str, errors: float | None, requests: float, expected: str) -> None:
    name = on_queries(instance, expression)
    put(instance, name, "Errors", errors)
    put(instance, name, "Requests", requests)
    assert look(instance, name) == expected


@pytest.mark.parametrize("expression", ["errors +", "errors / missing", "RATE(errors)", "errors and requests", "'a'"])
def test_an_expression_that_is_wrong_or_not_embedded_is_refused(instance: Instance, expression: str) -> None:
    with edge.refused("ValidationError"):
        on_queries(instance, expression)


@pytest.mark.parametrize(
    ("latest", "comparison", "expected"),
    [
        (100, "LessThanLowerOrGreaterThanUpperThreshold", "OK"),
        (200, "LessThanLowerOrGreaterThanUpperThreshold", "ALARM"),
        (10, "LessThanLowerOrGreaterThanUpperThreshold", "ALARM"),
        (200, "LessThanLowerThreshold", "OK"),
        (10, "LessThanLowerThreshold", "ALARM"),
        (200, "GreaterThanUpperThreshold", "ALARM"),
    ],
)
def test_a_band_around_what_was_before(instance: Instance, latest: float, comparison: str, expected: str) -> None:
    settings = {"ThresholdMetricId": "band", "ComparisonOperator": comparison, "EvaluationPeriods": 1}
    name = edge.new_token()
    several = [*queries(name, "requests")[:2], {"Id": "band", "Expression": "ANOMALY_DETECTION_BAND(requests, 3)"}]
    several[1]["ReturnData"] = True
    instance.client("cloudwatch").put_metric_alarm(AlarmName=name, Metrics=several, **settings)
    put(instance, name, "Requests", latest)
    assert look(instance, name) == "INSUFFICIENT_DATA"
    put(instance, name, "Requests", 90, 110, 100, 95, 105, None)
    assert look(instance, name) == expected


def test_one_that_is_described_has_its_queries_and_no_metric_of_its_own(instance: Instance) -> None:
    name = on_queries(instance, "100 * errors / requests")
    (found,) = instance.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    assert [query["Id"] for query in found["Metrics"]] == ["errors", "requests", "rate"]
    assert "MetricName" not in found


def test_data_that_arrive_make_it_look_and_composite_alarms_follow(instance: Instance) -> None:
    client, name = instance.client("cloudwatch"), alarm(instance, EvaluationPeriods=1)
    above = f"{name}-above"
    client.put_composite_alarm(AlarmName=above, AlarmRule=f'ALARM("{name}")')
    assert state(instance, above) == "OK"
    data = {"MetricName": "Errors", "Dimensions": [{"Name": "Domain", "Value": "shop"}], "Value": 9}
    client.put_metric_data(Namespace=name, MetricData=[data])
    assert (state(instance, name), state(instance, above)) == ("ALARM", "ALARM")
    assert control(instance, "POST", "alarms", {"alarm": above})["state"] == "ALARM"


def test_a_state_that_was_set_stays_while_no_data_of_its_own_arrive(instance: Instance) -> None:
    name = alarm(instance)
    instance.client("cloudwatch").set_alarm_state(AlarmName=name, StateValue="OK", StateReason="by hand")
    put(instance, edge.new_token(), "Errors", 9)
    assert state(instance, name) == "OK"


@pytest.mark.parametrize("body", [{}, {"alarm": "missing"}, {"alarm": "missing", "at": "noon"}], ids=str)
def test_a_look_at_nothing_is_refused(instance: Instance, body: dict[str, str]) -> None:
    with pytest.raises(ControlRefused):
        control(instance, "POST", "alarms", body)


def test_ministack_alone_looks_at_the_data_of_all_dimensions(stock: Workbench) -> None:
    name = alarm(stock.instance, EvaluationPeriods=1)
    data = {"MetricName": "Errors", "Dimensions": [{"Name": "Domain", "Value": "another"}], "Value": 9}
    stock.client("cloudwatch").put_metric_data(Namespace=name, MetricData=[data])
    assert state(stock.instance, name) == "ALARM"
