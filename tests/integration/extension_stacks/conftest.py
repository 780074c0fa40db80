"""An instance of the embedded AWS with a role for stacks and a table of deployments, and the adapters pointed at it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from localaws.instance import Instance
from tests.integration.adapters import speaking_to
from tests.integration.localaws.workbench import Workbench

TABLE = "deployments"
ACCOUNT = "000000000000"
ALLOWED = [
    {
        "Effect": "Allow",
        "Action": [f"cloudfront:{verb}Function" for verb in ("Create", "Delete", "Describe", "Publish", "Update")],
        "Resource": f"arn:aws:cloudfront::{ACCOUNT}:function/extension-*",
    },
]
"""What the role may do: it makes no function of another name."""


@pytest.fixture(scope="session")
def instance() -> Iterator[Instance]:
    with Instance(f"extension-stacks-{os.getpid()}", time_scale=0.001) as running:
        running.client("dynamodb").create_table(
            TableName=TABLE,
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "listing", "listed_at")
            ],
            KeySchema=_key("pk", "sk"),
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "listing",
                    "KeySchema": _key("listing", "listed_at"),
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        yield running
    running.remove()


@pytest.fixture(scope="session")
def role(instance: Instance) -> str:
    return Workbench(instance).role("extension-stacks", *ALLOWED, service=("cloudformation.amazonaws.com",))


@pytest.fixture(scope="module", autouse=True)
def adapters(instance: Instance, role: str) -> Iterator[None]:
    with speaking_to(instance, DEPLOYMENTS_TABLE=TABLE, EXTENSION_STACKS_ROLE=role):
        yield


def _key(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]
