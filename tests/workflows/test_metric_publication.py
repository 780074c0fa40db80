"""Published domains: what a refresh counts is in CloudWatch, once, for alarms and the dashboard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from cloudfront_extensions.metrics.sources import Folder, Source, folder_at
from localaws.control import control
from tests.templates import PROJECT
from tests.workflows.application import Application
from tests.workflows.cases import Case
from tests.workflows.domain_alarms import NAMESPACE, domain_alarms, stack
from tests.workflows.logs import Site, new_hour, put_legacy, refresh, wait_until_pending

ERROR = {"sc-status": "502", "x-edge-result-type": "Error", "x-edge-response-result-type": "Error"}


@contextmanager
def published(application: Application, *domains: str) -> Iterator[None]:
    with application.environment("FinishRefresh", PUBLISHED_DOMAINS=",".join(domains)):
        yield


def delivered(application: Application, site: Site, hour: datetime, errors: int, well: int, files: int = 1) -> Folder:
    """The folder of a file with so many requests in the first five minutes of an hour."""
    lines = [site.line(hour + timedelta(seconds=number), **ERROR) for number in range(errors)]
    lines += [site.line(hour + timedelta(seconds=number)) for number in range(well)]
    put_legacy(application, site, hour, lines)
    folder = folder_at(Source.LEGACY, hour)
    wait_until_pending(application, folder, files=files)
    return folder


def total(application: Application, metric: str, domain: str, hour: datetime) -> float:
    """The sum of a metric over an hour as CloudWatch has it; None of it is 0."""
    answer = application.client("cloudwatch").get_metric_statistics(
        Namespace=NAMESPACE,
        MetricName=metric,
        Dimensions=[{"Name": "Domain", "Value": domain}],
        StartTime=hour,
        EndTime=hour + timedelta(hours=1),
        Period=3600,
        Statistics=["Sum"],
    )
    return sum(point["Sum"] for point in answer["Datapoints"])


def test_published_domains_are_in_cloudwatch_and_others_are_not(application: Application, case: Case) -> None:
    site, hour = Site.of(application, case.host("www"), case.host("shop")), new_hour()
    with published(application, case.host("www"), "*"):
        refresh(application, delivered(application, site, hour, errors=2, well=5))
    of_www = {
        name: total(application, name, case.host("www"), hour) for name in ("Requests", "ServerErrors", "CacheHits")
    }
    assert of_www == {"Requests": 7, "ServerErrors": 2, "CacheHits": 5}
    assert total(application, "Bytes", case.host("www"), hour) == 7_000
    assert total(application, "Requests", "*", hour) == 7
    assert total(application, "Requests", site.distribution_id, hour) == 0


def test_what_comes_late_is_added_and_nothing_is_told_twice(application: Application, case: Case) -> None:
    site, hour = Site.of(application, case.host("www")), new_hour()
    with published(application, case.host("www")):
        folder = delivered(application, site, hour, errors=0, well=3)
        refresh(application, folder)
        refresh(application, folder)
        assert total(application, "Requests", case.host("www"), hour) == 3
        refresh(application, delivered(application, site, hour, errors=1, well=1))
    assert total(application, "Requests", case.host("www"), hour) == 5
    assert total(application, "ServerErrors", case.host("www"), hour) == 1


def test_errors_in_the_logs_set_the_alarm_of_their_domain_off(application: Application, case: Case) -> None:
    site, hour = Site.of(application, case.host("www")), new_hour()
    with (
        domain_alarms(application, case.host("www"), Logs="STANDARD", FewestRequests="10") as alarms,
        published(application, case.host("www")),
    ):
        refresh(application, delivered(application, site, hour, errors=2, well=10))
        moment = (hour + timedelta(minutes=59)).astimezone(UTC).isoformat()
        seen = {
            name: control(application.instance, "POST", "alarms", {"alarm": alarms.names[name], "at": moment})["state"]
            for name in ("ErrorRate", "HitRatio", "NoData", "Gate")
        }
    assert seen == {"ErrorRate": "ALARM", "HitRatio": "OK", "NoData": "OK", "Gate": "ALARM"}


def test_the_dashboard_is_deployed_with_all_its_widgets(application: Application) -> None:
    with stack(application, "dashboard", PROJECT / "stacks/metric_dashboard/template.yaml") as made:
        body = application.client("cloudwatch").get_dashboard(DashboardName=made["Dashboard"])["DashboardBody"]
    widgets = json.loads(body)["widgets"]
    assert {widget["properties"]["region"] for widget in widgets} == {"us-east-1"}
    assert len(widgets) == 7
