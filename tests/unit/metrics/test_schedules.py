"""How often metrics are refreshed: all logs by the hour, real-time logs every five minutes, unless a deployment says else."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from cloudfront_extensions.metrics.refresh_request import parse_request
from cloudfront_extensions.metrics.sources import Source
from tests.templates import PROJECT, CloudFormationLoader, resources

ROOT = yaml.load((PROJECT / "template.yaml").read_text(), Loader=CloudFormationLoader)  # noqa: S506 - a SafeLoader
EVENTS = resources(PROJECT / "stacks/metrics/template.yaml")["MetricsRefresh"]["Properties"]["Events"]
SCHEDULES = [
    pytest.param("Regularly", "MetricsRefreshMinutes", "RefreshesAll", set(Source), id="all logs"),
    pytest.param("RealtimeRegularly", "RealtimeRefreshMinutes", "RefreshesRealtime", {Source.REALTIME}, id="realtime"),
]


def test_by_default_standard_logs_are_counted_every_hour_and_real_time_logs_every_five_minutes() -> None:
    defaults = {
        name: ROOT["Parameters"][name]["Default"] for name in ("MetricsRefreshMinutes", "RealtimeRefreshMinutes")
    }
    assert defaults == {"MetricsRefreshMinutes": 60, "RealtimeRefreshMinutes": 5}


@pytest.mark.parametrize(("name", "parameter", "condition", "sources"), SCHEDULES)
def test_a_refresh_starts_by_itself_as_often_as_its_parameter_says(
    name: str, parameter: str, condition: str, sources: set[Source]
) -> None:
    schedule = EVENTS[name]["Properties"]
    assert schedule["Schedule"]["If"][:2] == [condition, {"Sub": f"rate(${{{parameter}}} minutes)"}]
    assert schedule["State"] == {"If": [condition, "ENABLED", "DISABLED"]}
    assert asked(schedule["Input"]) == sources


@pytest.mark.parametrize(("name", "parameter", "condition", "sources"), SCHEDULES)
def test_every_rate_is_one_that_eventbridge_takes(
    name: str, parameter: str, condition: str, sources: set[Source]
) -> None:
    """`rate(1 minutes)` would be refused."""
    assert 1 not in ROOT["Parameters"][parameter]["AllowedValues"]


def asked(text: str) -> set[Any]:
    return set(parse_request(json.loads(text)).sources)
