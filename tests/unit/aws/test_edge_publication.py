"""A function's way to LIVE where others change it, and its test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from botocore.stub import Stubber

from cloudfront_extensions.aws import clients, edge_publication
from cloudfront_extensions.errors import ExtensionChangedMeanwhile, FunctionTestFailed

ARN = "arn:aws:cloudfront::123456789012:function/shop"
MOMENT = datetime(2026, 3, 2, tzinfo=UTC)
TEST = {"Name": "shop", "IfMatch": "E1", "Stage": "DEVELOPMENT", "EventObject": b'{"version": "1.0"}'}


@pytest.fixture
def cloudfront(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    for name, value in (
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
    ):
        monkeypatch.setenv(name, value)
    with Stubber(clients.client("cloudfront")) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def describes(cloudfront: Stubber, stage: str, seconds: int, etag: str = "E1") -> None:
    metadata = {"FunctionARN": ARN, "LastModifiedTime": MOMENT + timedelta(seconds=seconds)}
    config = {"Comment": "", "Runtime": "cloudfront-js-2.0"}
    summary = {"Name": "shop", "FunctionConfig": config, "FunctionMetadata": metadata}
    cloudfront.add_response(
        "describe_function", {"FunctionSummary": summary, "ETag": etag}, {"Name": "shop", "Stage": stage}
    )


def not_live(cloudfront: Stubber) -> None:
    cloudfront.add_client_error("describe_function", "NoSuchFunctionExists")


def published(cloudfront: Stubber) -> None:
    cloudfront.add_response("publish_function", {}, {"Name": "shop", "IfMatch": "E1"})


def test_what_is_live_since_its_last_change_stays_so(cloudfront: Stubber) -> None:
    describes(cloudfront, "DEVELOPMENT", 0)
    describes(cloudfront, "LIVE", 1, "E9")
    assert edge_publication.publish(ARN) == ARN


@pytest.mark.parametrize("live", [None, -1, 0])
def test_what_is_not_surely_live_is_published(cloudfront: Stubber, live: int | None) -> None:
    describes(cloudfront, "DEVELOPMENT", 0)
    if live is None:
        not_live(cloudfront)
    else:
        describes(cloudfront, "LIVE", live)
    published(cloudfront)
    assert edge_publication.publish(ARN) == ARN


@pytest.mark.parametrize("code", ["PreconditionFailed", "InvalidIfMatchVersion"])
def test_what_somebody_else_has_just_published_is_live(cloudfront: Stubber, code: str) -> None:
    describes(cloudfront, "DEVELOPMENT", 0)
    not_live(cloudfront)
    cloudfront.add_client_error("publish_function", code)
    describes(cloudfront, "DEVELOPMENT", 0, "E2")
    describes(cloudfront, "LIVE", 1)
    assert edge_publication.publish(ARN) == ARN


def test_what_somebody_else_is_changing_is_not_published(cloudfront: Stubber) -> None:
    describes(cloudfront, "DEVELOPMENT", 0)
    not_live(cloudfront)
    cloudfront.add_client_error("publish_function", "PreconditionFailed")
    describes(cloudfront, "DEVELOPMENT", 2, "E2")
    describes(cloudfront, "LIVE", 1)
    with pytest.raises(ExtensionChangedMeanwhile, match="PreconditionFailed"):
        edge_publication.publish(ARN)


def test_a_test_tells_what_came_out_and_what_it_cost(cloudfront: Stubber) -> None:
    describes(cloudfront, "DEVELOPMENT", 0)
    result = {"ComputeUtilization": "17", "FunctionOutput": '{"request":{}}', "FunctionErrorMessage": ""}
    cloudfront.add_response("test_function", {"TestResult": result}, TEST)
    assert edge_publication.test(ARN, {"version": "1.0"}) == edge_publication.Tested(17, '{"request":{}}')


def test_a_function_that_throws_has_not_passed(cloudfront: Stubber) -> None:
    describes(cloudfront, "DEVELOPMENT", 0)
    cloudfront.add_response("test_function", {"TestResult": {"FunctionErrorMessage": "TypeError: no"}}, TEST)
    with pytest.raises(FunctionTestFailed, match="shop in its test: TypeError: no"):
        edge_publication.test(ARN, {"version": "1.0"})


def test_a_function_that_changes_while_it_is_tested_is_somebody_elses(cloudfront: Stubber) -> None:
    describes(cloudfront, "DEVELOPMENT", 0)
    cloudfront.add_client_error("test_function", "InvalidIfMatchVersion")
    with pytest.raises(ExtensionChangedMeanwhile):
        edge_publication.test(ARN, {"version": "1.0"})
