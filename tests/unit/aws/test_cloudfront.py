"""What CloudFront answers, in botocore's own shapes, and what its errors mean."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import Stubber

from cloudfront_extensions.aws import clients, cloudfront
from cloudfront_extensions.distributions.aliases import ConflictingAlias
from cloudfront_extensions.errors import (
    AwsRefused,
    AwsThrottled,
    AwsUnavailable,
    SourceConfigNotFound,
)

CONFIG: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "events/distribution_creation/source_config.json").read_text(encoding="utf-8")
)
ARN = "arn:aws:cloudfront::123456789012:distribution/E2EXAMPLE"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    clients.client.cache_clear()
    yield
    clients.client.cache_clear()


@pytest.fixture
def stub() -> Iterator[Stubber]:
    with Stubber(clients.client("cloudfront")) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def answer(status: str = "InProgress") -> dict[str, Any]:
    return {
        "Distribution": {
            "Id": "E2EXAMPLE",
            "ARN": ARN,
            "Status": status,
            "LastModifiedTime": datetime(2026, 3, 1, 12, tzinfo=UTC),
            "InProgressInvalidationBatches": 0,
            "DomainName": "d111111abcdef8.cloudfront.net",
            "DistributionConfig": CONFIG,
        },
        "ETag": "E1",
    }


def test_a_distribution_is_created_with_its_tags_in_one_call(stub: Stubber) -> None:
    wanted = {
        "DistributionConfigWithTags": {
            "DistributionConfig": CONFIG,
            "Tags": {
                "Items": [
                    {"Key": "team", "Value": "shops"},
                    {"Key": "cloudfront-extensions:deployment", "Value": "jobs"},
                ]
            },
        }
    }
    stub.add_response("create_distribution_with_tags", answer(), wanted)

    assert cloudfront.create(CONFIG, {"team": "shops"}) == cloudfront.Distribution(
        id="E2EXAMPLE",
        arn=ARN,
        domain_name="d111111abcdef8.cloudfront.net",
        caller_reference="storefront-template-2026-03",
        deployed=False,
        etag="E1",
        modified_at="2026-03-01T12:00:00.000Z",
    )


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("Throttling", 400, AwsThrottled),
        ("TooManyRequests", 429, AwsThrottled),
        ("ServiceUnavailable", 503, AwsUnavailable),
        ("SomethingNew", 500, AwsUnavailable),
        ("SomethingNew", 400, AwsRefused),
    ],
)
def test_other_errors_are_mapped_as_everywhere(stub: Stubber, code: str, status: int, error: type[Exception]) -> None:
    stub.add_client_error("create_distribution_with_tags", code, http_status_code=status)

    with pytest.raises(error):
        cloudfront.create(CONFIG, {})


@pytest.mark.parametrize(("status", "deployed"), [("InProgress", False), ("Deployed", True)])
def test_a_distribution_tells_whether_it_is_deployed(stub: Stubber, status: str, deployed: bool) -> None:
    stub.add_response("get_distribution", answer(status), {"Id": "E2EXAMPLE"})

    found = cloudfront.distribution("E2EXAMPLE")

    assert found is not None
    assert found.deployed is deployed


def test_a_distribution_that_is_gone_is_none(stub: Stubber) -> None:
    stub.add_client_error("get_distribution", "NoSuchDistribution", http_status_code=404)

    assert cloudfront.distribution("E2EXAMPLE") is None


def test_the_present_configuration_is_read(stub: Stubber) -> None:
    stub.add_response("get_distribution_config", {"ETag": "E1", "DistributionConfig": CONFIG}, {"Id": "E2EXAMPLE"})

    assert cloudfront.distribution_config("E2EXAMPLE") == CONFIG


def test_a_source_that_does_not_exist_is_named(stub: Stubber) -> None:
    stub.add_client_error("get_distribution_config", "NoSuchDistribution", http_status_code=404)

    with pytest.raises(SourceConfigNotFound, match="E2EXAMPLE"):
        cloudfront.distribution_config("E2EXAMPLE")


def conflicts(*aliases: str, marker: str | None = None) -> dict[str, Any]:
    found = [{"Alias": alias, "DistributionId": "*******EMCVL9", "AccountId": "******112233"} for alias in aliases]
    page = {"MaxItems": 100, "Quantity": len(found), "Items": found, **({"NextMarker": marker} if marker else {})}
    return {"ConflictingAliasesList": page}


def test_conflicting_aliases_are_read_page_by_page(stub: Stubber) -> None:
    asked = {"DistributionId": "E2EXAMPLE", "Alias": "*.example.com"}
    stub.add_response("list_conflicting_aliases", conflicts("a.example.com", marker="next"), asked)
    stub.add_response("list_conflicting_aliases", conflicts("b.example.com"), {**asked, "Marker": "next"})

    answers = cloudfront.conflicting_aliases("E2EXAMPLE", "*.example.com")

    assert answers.conflicts == (
        ConflictingAlias("a.example.com", "*******EMCVL9", "******112233"),
        ConflictingAlias("b.example.com", "*******EMCVL9", "******112233"),
    )


@pytest.mark.parametrize(
    ("code", "worth_asking_again"), [("InvalidArgument", True), ("NoSuchDistribution", False), ("AccessDenied", False)]
)
def test_what_can_not_be_asked_this_way_is_no_conflict(stub: Stubber, code: str, worth_asking_again: bool) -> None:
    stub.add_client_error("list_conflicting_aliases", code, http_status_code=400)

    answers = cloudfront.conflicting_aliases("E2EXAMPLE", "shop.example.com")

    assert answers.conflicts is None
    assert answers.worth_asking_again is worth_asking_again


def test_throttling_is_not_taken_for_an_answer(stub: Stubber) -> None:
    stub.add_client_error("list_conflicting_aliases", "Throttling", http_status_code=400)

    with pytest.raises(AwsThrottled):
        cloudfront.conflicting_aliases("E2EXAMPLE", "shop.example.com")
