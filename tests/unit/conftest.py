"""An AWS account in memory, as the functions find it: their table, bucket, topic and environment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from moto import mock_aws

from cloudfront_extensions.aws import clients
from cloudfront_extensions.aws.certificate_waits import CertificateWaits
from cloudfront_extensions.aws.job_store import JobStore
from cloudfront_extensions.aws.version_store import VersionStore
from tests.templates import PROJECT, resources
from tests.unit.service_models import with_models_read_once

REGION = "us-east-1"

_resources = cache(resources)


@dataclass(frozen=True)
class Account:
    table: str
    bucket: str
    topic: str

    def client(self, service: str) -> Any:
        return clients.client(service)

    @property
    def store(self) -> JobStore:
        return JobStore()

    @property
    def versions(self) -> VersionStore:
        return VersionStore()

    @property
    def waits(self) -> CertificateWaits:
        return CertificateWaits()


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": REGION,
        "JOBS_TABLE": "jobs",
        "JOBS_BUCKET": "jobs-bucket",
        "VERSIONS_TABLE": "versions",
        "CONFIGURATION_BUCKET": "configurations",
        "IMPORT_PACE": "1",
        "CERTIFICATE_FIRST_WAIT": "300",
        "CERTIFICATE_LONGEST_WAIT": "3600",
        "CERTIFICATE_WAIT_LIMIT": "259200",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        _forget_clients()
        create_table("jobs", "domains", "JobsTable")
        create_table("versions", "configuration", "VersionsTable")
        for bucket in ("jobs-bucket", "configurations"):
            clients.client("s3").create_bucket(Bucket=bucket)
        topic = clients.client("sns").create_topic(Name="notifications")["TopicArn"]
        monkeypatch.setenv("NOTIFICATION_TOPIC", topic)
        yield Account("jobs", "jobs-bucket", topic)
    _forget_clients()


def create_table(name: str, stack: str, resource: str) -> None:
    """A table as its template has it."""
    properties = _resources(PROJECT / "stacks" / stack / "template.yaml")[resource]["Properties"]
    members = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    clients.client("dynamodb").create_table(
        TableName=name, **{member: properties[member] for member in members if member in properties}
    )


def _forget_clients() -> None:
    for cached in (clients._session, clients.client):
        cached.cache_clear()
    with_models_read_once(clients._session())
