"""An instance of the embedded AWS with what planning reads and writes, and the adapters pointed at it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from cloudfront_extensions.aws import clients
from localaws.instance import Instance
from tests.integration.localaws.workbench import Workbench

TABLE, JOBS, CONFIGURATIONS = "versions", "jobs-bucket", "configurations"


@pytest.fixture(scope="session")
def instance() -> Iterator[Instance]:
    with Instance(f"rollback-{os.getpid()}", time_scale=0.001) as running:
        running.client("dynamodb").create_table(
            TableName=TABLE,
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            BillingMode="PAY_PER_REQUEST",
        )
        for bucket in (JOBS, CONFIGURATIONS):
            running.client("s3").create_bucket(Bucket=bucket)
        yield running
    running.remove()


@pytest.fixture(scope="session")
def bench(instance: Instance) -> Workbench:
    return Workbench(instance)


@pytest.fixture(scope="module", autouse=True)
def adapters(instance: Instance) -> Iterator[None]:
    """The adapters of this process speak to the instance, as a function of the deployment would."""
    deployment = {"VERSIONS_TABLE": TABLE, "JOBS_BUCKET": JOBS, "CONFIGURATION_BUCKET": CONFIGURATIONS}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**instance.environment, **deployment}.items():
            patch.setenv(name, value)
        forget_clients()
        yield
        forget_clients()


def forget_clients() -> None:
    for cached in (clients._session, clients.client):
        cached.cache_clear()
