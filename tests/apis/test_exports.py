"""Exports of metrics by both deployed APIs, up to the files that their links lead to."""

from __future__ import annotations

import gzip
import time
import urllib.request
from typing import Any
from uuid import uuid4

from cloudfront_extensions.metrics.windows import Interval, label, start_of
from tests.apis.graphql import ask, told, whole
from tests.apis.world import World
from tests.workflows.application import eventually

EXPORT = f"query($id: ID!) {{ metricsExport(exportId: $id) {whole('MetricsExport')} }}"
START = f"mutation($export: MetricsExportInput!) {{ startMetricsExport(export: $export) {whole('MetricsExport')} }}"
MIDNIGHT = start_of(int(time.time()), Interval.DAY)
DAY = {"from": label(MIDNIGHT - Interval.DAY.seconds), "to": label(MIDNIGHT)}
"""Yesterday: five minutes are not kept for ever."""


def token() -> str:
    return f"export-{uuid4().hex[:12]}"


def downloaded(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - the link of an answer
        content: bytes = answer.read()
    return content


def test_a_person_exports_by_rest_and_downloads_the_files(world: World) -> None:
    export_id, body = token(), {**DAY, "domains": ["shop.example.com"], "interval": "5m"}
    key = {"Idempotency-Key": export_id}
    started = world.rest("operator", "POST", "/metrics/exports", body, headers=key)
    assert (started.status, started.headers["location"]) == (202, f"metrics/exports/{export_id}")

    def complete() -> Any:
        export = world.rest("viewer", "GET", f"/metrics/exports/{export_id}").document
        return export if export["status"] == "COMPLETE" else None

    export = eventually(complete)
    (file,) = export["files"]
    content = downloaded(file["url"])
    assert len(content) == file["bytes"]
    assert gzip.decompress(content).decode().startswith("window_start,window_seconds,is_final,domain,country")

    again = world.rest("operator", "POST", "/metrics/exports", body, headers=key)
    assert (again.status, again.document["startedAt"]) == (202, started.document["startedAt"])
    other = world.rest("operator", "POST", "/metrics/exports", {**body, "interval": "1h"}, headers=key)
    assert (other.status, other.problem) == (409, "request-token-conflict")


def test_a_person_exports_by_graphql(world: World) -> None:
    export_id = token()
    wanted = {"requestToken": export_id, **DAY, "domains": ["*"], "interval": "FIVE_MINUTES", "format": "parquet"}
    assert told(world, "operator", START, export=wanted)["exportId"] == export_id

    def complete() -> Any:
        export = told(world, "viewer", EXPORT, id=export_id)
        return export if export["status"] == "COMPLETE" else None

    (file,) = eventually(complete)["files"]
    assert downloaded(file["url"])[:4] == b"PAR1"


def test_an_answer_is_known_again_though_its_links_are_others(world: World) -> None:
    export_id = token()
    assert world.rest("operator", "POST", "/metrics/exports", {**DAY, "requestToken": export_id}).status == 202
    here = f"/metrics/exports/{export_id}"
    eventually(lambda: world.rest("viewer", "GET", here).document["status"] == "COMPLETE")
    tag = world.rest("viewer", "GET", here).headers["etag"]
    assert world.rest("viewer", "GET", here, headers={"If-None-Match": tag}).status == 304


def test_an_export_that_there_is_not(world: World) -> None:
    assert world.rest("viewer", "GET", "/metrics/exports/none").problem == "export-not-found"
    assert ask(world, "viewer", EXPORT, id="none").problems == ["export-not-found"]


def test_a_viewer_reads_exports_and_starts_none(world: World) -> None:
    assert world.rest("viewer", "POST", "/metrics/exports", {**DAY, "requestToken": token()}).status == 403
