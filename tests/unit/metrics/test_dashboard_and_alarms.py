"""The dashboard and the alarms show and watch what is published, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from cloudfront_extensions.metrics.publication import NAMESPACE, NOTHING, documents
from localaws.server.cloudwatch import metric_math
from tests.templates import PROJECT, resources

(DOCUMENT,) = documents("*", {0: NOTHING})
PUBLISHED = {metric["Name"] for metric in DOCUMENT["_aws"]["CloudWatchMetrics"][0]["Metrics"]}
ALARMS = resources(PROJECT / "stacks/domain_alarms/template.yaml")
COLUMNS = 24
"""The width of a dashboard (CloudWatch API reference, dashboard body structure)."""


def dashboard(domain: str = "*") -> dict[str, Any]:
    body = resources(PROJECT / "stacks/metric_dashboard/template.yaml")["Dashboard"]["Properties"]["DashboardBody"]
    document: dict[str, Any] = json.loads(
        body["Fn::Sub"].replace("${AWS::Region}", "us-east-1").replace("${Domain}", domain)
    )
    return document


WIDGETS = dashboard()["widgets"]


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: widget["properties"]["title"])
def test_a_widget_shows_published_metrics_of_the_chosen_domain(widget: dict[str, Any]) -> None:
    rows = widget["properties"]["metrics"]
    metrics = [row for row in rows if not isinstance(row[0], dict)]
    expressions = [row[0]["expression"] for row in rows if isinstance(row[0], dict)]
    assert metrics
    for namespace, name, dimension, domain, _ in metrics:
        assert (namespace, dimension, domain) == (NAMESPACE, "Domain", "*")
        assert name in PUBLISHED
    ids = {row[-1]["id"] for row in metrics if "id" in row[-1]}
    assert all(metric_math.ids_of(expression) <= ids for expression in expressions)
    assert widget["properties"]["stat"] == "Sum"


def test_the_domain_is_chosen_among_all_that_are_published() -> None:
    (variable,) = dashboard("shop.example.com")["variables"]
    assert (variable["property"], variable["populateFrom"]) == ("Domain", "Domain")
    assert variable["defaultValue"] == "shop.example.com"
    assert variable["search"] == f'{{{NAMESPACE},Domain}} MetricName="Requests"'


def test_the_first_published_domain_is_shown_first() -> None:
    given = resources(PROJECT / "template.yaml")["MetricDashboard"]["Properties"]["Parameters"]
    assert given == {"Domain": {"Select": [0, {"Split": [",", {"Ref": "PublishedDomains"}]}]}}


def test_widgets_fit_and_none_lies_on_another() -> None:
    taken: set[tuple[int, int]] = set()
    for widget in WIDGETS:
        area = {
            (column, row)
            for column in range(widget["x"], widget["x"] + widget["width"])
            for row in range(widget["y"], widget["y"] + widget["height"])
        }
        assert max(column for column, _ in area) < COLUMNS
        assert not area & taken
        taken |= area


def watched(value: Any) -> Iterator[tuple[str, str]]:
    """Namespace and name of each metric in a part of a template."""
    if isinstance(value, dict):
        if "MetricName" in value:
            yield value["Namespace"], value["MetricName"]
        for each in value.values():
            yield from watched(each)
    elif isinstance(value, list):
        for each in value:
            yield from watched(each)


@pytest.mark.parametrize("name", [name for name in ALARMS if name != "Gate"])
def test_an_alarm_watches_published_metrics(name: str) -> None:
    metrics = list(watched(ALARMS[name]))
    assert metrics
    assert all(namespace == NAMESPACE and metric in PUBLISHED for namespace, metric in metrics)


def test_the_gate_waits_for_no_logs_but_for_all_other_alarms() -> None:
    rule = ALARMS["Gate"]["Properties"]["AlarmRule"]["Sub"]
    alarms = {name for name, resource in ALARMS.items() if resource["Type"] == "AWS::CloudWatch::Alarm"}
    assert set(re.findall(r"\$\{(\w+)\}", rule)) == alarms - {"NoData"}


def test_a_step_that_is_not_whole_yet_is_no_unusual_traffic() -> None:
    assert ALARMS["UnusualTraffic"]["Properties"]["ComparisonOperator"] == "GreaterThanUpperThreshold"
