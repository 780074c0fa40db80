"""`metrics_export`: what was counted of domains becomes files, in as many parts as it takes."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pytest

from cloudfront_extensions.aws import metrics_store
from cloudfront_extensions.aws.metrics_store import MetricsStore
from cloudfront_extensions.aws.table import Table
from cloudfront_extensions.metrics.domain_figures import DomainFigures
from cloudfront_extensions.metrics.facts import Cell, Measures, OriginUse
from cloudfront_extensions.metrics.sources import Source, folder_at
from cloudfront_extensions.metrics.windows import label
from localaws.faults import Fault, faults
from tests.workflows.application import Application, Json
from tests.workflows.cases import Case
from tests.workflows.changes import new_distribution

MIDNIGHT = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=3)
"""Of a day that is kept still, and whose logs can't come any more."""
FOLDER = folder_at(Source.STANDARD, MIDNIGHT + timedelta(hours=14))
WINDOW = int(FOLDER.begins.timestamp())
WHOLE_DAY = {"from": f"{MIDNIGHT:%Y-%m-%d}", "to": f"{MIDNIGHT + timedelta(days=1):%Y-%m-%d}"}
DAY = {**WHOLE_DAY, "interval": "5m"}


@pytest.fixture
def shop(application: Application, case: Case, monkeypatch: pytest.MonkeyPatch) -> str:
    """A domain of which something was counted in two windows."""
    table = Table(application.outputs["MetricsTable"], application.client("dynamodb"))
    monkeypatch.setattr(metrics_store, "Table", lambda name: table)
    cells = {
        Cell(country, status, "Hit", OriginUse.NONE): Measures(number, 10 * number, number, 0, 0, 0)
        for number, (country, status) in enumerate([("DE", "200"), ("FR", "200"), ("DE", "404")], 1)
    }
    domain = case.host("shop")
    windows = {WINDOW: cells, WINDOW + 300: cells}
    MetricsStore(application.outputs["MetricsTable"]).write([DomainFigures(domain, FOLDER, windows, {}, {})])
    return domain


def content(application: Application, key: str) -> bytes:
    bucket = application.outputs["ResultsBucket"]
    body: bytes = application.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    return body


def manifest(application: Application, ended: Json) -> Any:
    assert ended["status"] == "SUCCEEDED", ended
    assert ended["output"]["bucket"] == application.outputs["ResultsBucket"]
    return json.loads(content(application, ended["output"]["manifestKey"]))


def rows(application: Application, told: Json) -> list[dict[str, str]]:
    texts = [gzip.decompress(content(application, part["key"])).decode() for part in told["parts"]]
    return [row for text in texts for row in csv.DictReader(io.StringIO(text))]


def test_an_export_as_csv_has_every_cell_of_every_window(application: Application, shop: str) -> None:
    ended = application.run("metrics_export", {**DAY, "domains": [shop], "countries": True})
    told = manifest(application, ended)
    assert ended["output"]["exportId"] == ended["name"]
    assert (told["complete"], told["rows"], len(told["parts"])) == (True, 6, 1)
    found = rows(application, told)
    assert [(row["window_start"], row["country"], row["status"], row["requests"]) for row in found[:3]] == [
        (label(WINDOW), "DE", "200", "1"),
        (label(WINDOW), "DE", "404", "3"),
        (label(WINDOW), "FR", "200", "2"),
    ]
    assert {row["domain"] for row in found} == {shop}


def test_an_export_as_parquet_has_the_same(application: Application, shop: str, tmp_path: Any) -> None:
    ended = application.run("metrics_export", {**DAY, "domains": [shop], "interval": "1h", "format": "parquet"})
    (part,) = manifest(application, ended)["parts"]
    file = tmp_path / "part.parquet"
    file.write_bytes(content(application, part["key"]))
    table = duckdb.read_parquet(str(file)).project("domain, status, requests, country").order("status")
    assert table.fetchall() == [(shop, "200", 6, None), (shop, "404", 6, None)]


def test_what_is_too_much_for_one_part_goes_on_in_the_next(application: Application, case: Case, shop: str) -> None:
    domains = [shop, case.host("quiet"), case.host("silent")]
    with application.environment("ExportMetrics", EXPORT_ROWS_A_PART="1"):
        ended = application.run("metrics_export", {**DAY, "domains": domains})
    told = manifest(application, ended)
    assert [part["rows"] for part in told["parts"]] == [4, 0]
    assert len(rows(application, told)) == 4
    assert application.states_of(ended["executionArn"]).count("Export part") == 2


def test_what_there_is_no_time_for_goes_on_in_the_next_part(application: Application, case: Case, shop: str) -> None:
    with application.environment("ExportMetrics", EXPORT_MARGIN="900"):
        ended = application.run("metrics_export", {**DAY, "domains": [case.host("quiet"), shop]})
    told = manifest(application, ended)
    assert [part["rows"] for part in told["parts"]] == [0, 4]
    assert len(rows(application, told)) == 4


def test_all_domains_are_those_of_the_account(application: Application, shop: str) -> None:
    site = new_distribution(application)["Distribution"]["Id"]
    ended = application.run("metrics_export", {**WHOLE_DAY, "interval": "1d"})
    request = json.loads(content(application, f"exports/{ended['name']}/request.json"))
    assert {"*", site} <= set(request["domains"])
    assert shop not in request["domains"]
    assert manifest(application, ended)["complete"]


def test_an_export_under_faults_gets_through_once(application: Application, shop: str) -> None:
    def invocation(kind: str, **fault: Any) -> Fault:
        return Fault(
            kind, service="lambda", operation="Invoke", containing=application.function("ExportMetrics"), **fault
        )

    with faults(
        application.instance,
        invocation("throttle", nth=1),
        invocation("error", code="ServiceException", nth=2),
        invocation("throttle", nth=4),
        invocation("error", code="ServiceException", nth=5),
    ) as injected:
        ended = application.run("metrics_export", {**DAY, "domains": [shop]})
    assert all(injected.struck())
    assert manifest(application, ended)["rows"] == 4


def test_a_request_that_says_something_else_fails(application: Application) -> None:
    ended = application.run("metrics_export", {"from": "2026-11-20"})
    assert (ended["status"], ended["error"]) == ("FAILED", "InvalidInput")
    assert "to: " in ended["cause"]


def test_five_minutes_that_are_kept_no_more_fail(application: Application, shop: str) -> None:
    ended = application.run(
        "metrics_export", {"domains": [shop], "from": "2020-11-20", "to": "2020-11-21", "interval": "5m"}
    )
    assert (ended["status"], ended["error"]) == ("FAILED", "InvalidInput")
    assert "windows of five minutes are kept for 35 days" in ended["cause"]


def test_a_part_that_can_not_be_made_fails_the_export(application: Application, shop: str) -> None:
    denied = Fault("error", code="AccessDenied", operation="PutObject", containing="part-00001")
    with faults(application.instance, denied):
        ended = application.run("metrics_export", {**DAY, "domains": [shop]})
    assert (ended["status"], ended["error"]) == ("FAILED", "AwsRefused")
