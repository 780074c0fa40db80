"""Baselines, and configurations that change without anybody hearing of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cloudfront_extensions.aws.table import Table
from cloudfront_extensions.aws.version_keys import version_key
from localaws.executions import lines
from localaws.faults import Fault, faults
from tests.workflows.application import Application, Json
from tests.workflows.changes import versions

FUNCTIONS = ("ListDistributions", "CaptureDistributions", "PruneVersions", "FinishBaseline")
NO_DAYS = "0.00000001"
"""A millisecond, as VersionRetentionDays: every version that was replaced has outlived it."""


@contextmanager
def unheard(application: Application) -> Iterator[None]:
    """What changes in the block is told by no event."""
    with faults(application.instance, Fault("event-lost", source="aws.cloudfront")):
        yield


def take_baseline(application: Application, **request: Any) -> Json:
    """The output of a run in which nothing was missing."""
    ended = application.run("config_baseline", request)
    assert ended["status"] == "SUCCEEDED", ended
    output: Json = ended["output"]
    return output


def looks(application: Application, output: Json) -> dict[str, Json]:
    """What a run's report says of each distribution that was looked at."""
    report = application.document(output["report"]["key"])
    return {look["distributionId"]: look for look in report["looks"]}


@contextmanager
def short_retention(application: Application) -> Iterator[None]:
    with application.environment("ListDistributions", VERSION_RETENTION_DAYS=NO_DAYS):
        yield


def calls_of(application: Application, since: int, *functions: str) -> list[str]:
    """What functions have called, as `service:Operation`, after so many lines of the record."""
    names = {application.function(function) for function in functions}
    return [
        f"{call['service']}:{call['operation']}"
        for call in lines(application.instance.calls)[since:]
        if call["caller"].rpartition("/")[2] in names
    ]


def delete(application: Application, distribution_id: str) -> None:
    """A disabled distribution, once it is deployed."""
    client = application.client("cloudfront")
    etag = client.get_distribution_config(Id=distribution_id)["ETag"]
    client.delete_distribution(Id=distribution_id, IfMatch=etag)


def captured_long_ago(application: Application, distribution_id: str) -> None:
    """What was captured within the last minute might only not be shown yet."""
    table = Table(application.outputs["VersionsTable"], application.client("dynamodb"))
    for version in versions(application, distribution_id):
        table.update(version_key(distribution_id, version.number), {"captured_at": "2026-03-02T09:14:07.120Z"})


def invocation(application: Application, function: str, kind: str, **fault: object) -> Fault:
    """A fault of the invocations of one function."""
    return Fault(kind, service="lambda", operation="Invoke", containing=application.function(function), **fault)  # type: ignore[arg-type]
