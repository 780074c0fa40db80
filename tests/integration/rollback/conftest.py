"""An instance of the embedded AWS with what planning reads and writes, and the adapters pointed at it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from localaws.instance import Instance
from tests.integration.adapters import speaking_to
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
    with speaking_to(instance, VERSIONS_TABLE=TABLE, JOBS_BUCKET=JOBS, CONFIGURATION_BUCKET=CONFIGURATIONS):
        yield
