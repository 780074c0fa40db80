"""What a pre-warming says before it fetches anything, without an account."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from botocore.stub import Stubber

from cloudfront_extensions.aws import clients
from cloudfront_extensions.aws.prewarm_beginning import BegunPrewarm, look_at_invalidation
from cloudfront_extensions.errors import InvalidationTimedOut

BEGUN: BegunPrewarm = {
    "bucket": "jobs",
    "prefix": "prewarms/sale/",
    "manifestKey": "prewarms/sale/manifest.json",
    "runId": "run",
    "distributionId": "E1",
    "domainName": "d111111abcdef8.cloudfront.net",
    "headers": {},
    "deadline": 4_102_444_800,
    "invalidation": {"id": "I1", "done": False},
}


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Stubber:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    return Stubber(clients.client("cloudfront"))


def answer(stub: Stubber, status: str) -> None:
    invalidation = {
        "Id": "I1",
        "Status": status,
        "CreateTime": datetime(2026, 11, 24, tzinfo=UTC),
        "InvalidationBatch": {"CallerReference": "prewarm-sale", "Paths": {"Quantity": 1, "Items": ["/*"]}},
    }
    stub.add_response("get_invalidation", {"Invalidation": invalidation}, {"DistributionId": "E1", "Id": "I1"})


@pytest.mark.parametrize(("status", "done"), [("InProgress", False), ("Completed", True)])
def test_an_invalidation_is_waited_for(stub: Stubber, status: str, done: bool) -> None:
    answer(stub, status)
    with stub:
        assert look_at_invalidation(BEGUN) == {**BEGUN, "invalidation": {"id": "I1", "done": done}}


def test_an_invalidation_that_takes_longer_than_there_is_time_fails(stub: Stubber) -> None:
    answer(stub, "InProgress")
    with stub, pytest.raises(InvalidationTimedOut, match="invalidation I1 of distribution E1 is still in progress"):
        look_at_invalidation({**BEGUN, "deadline": 1})


def test_an_invalidation_that_is_done_at_the_last_moment_is_done(stub: Stubber) -> None:
    answer(stub, "Completed")
    with stub:
        assert look_at_invalidation({**BEGUN, "deadline": 1})["invalidation"]["done"] is True
