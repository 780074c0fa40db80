"""What stands in the account already."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from cloudfront_extensions.aws import clients
from cloudfront_extensions.aws.account_facts import (
    ALL_KEY_TYPES,
    account_certificates,
    account_distributions,
    account_facts,
    public_hosted_zones,
)
from cloudfront_extensions.distributions.usage import SharedKind, SharedThing
from tests.unit.aws.cloudfront_account import CloudFrontAccount
from tests.unit.conftest import Account

SOURCE: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "events/distribution_creation/source_config.json").read_text(encoding="utf-8")
)
ONE, TWO = (f"arn:aws:acm:us-east-1:123456789012:certificate/{number}" for number in (1, 2))
CACHING_OPTIMIZED = SharedThing(SharedKind.CACHE_POLICY, "658327ea-f89d-4fab-a63d-7e88639e58f6")


@pytest.fixture
def cloudfront(account: Account) -> Iterator[CloudFrontAccount]:
    cloudfront = CloudFrontAccount()
    with cloudfront.in_place_of_aws():
        yield cloudfront


def with_alias(alias: str) -> dict[str, Any]:
    return {**SOURCE, "Aliases": {"Quantity": 1, "Items": [alias]}}


def test_distributions_are_counted_over_all_pages_with_aliases_and_uses(cloudfront: CloudFrontAccount) -> None:
    for number in range(5):
        cloudfront.add(f"E{number}", with_alias(f"Shop{number}.example.com"))

    found = account_distributions()

    assert found.count == 5
    assert found.owners["shop4.example.com"] == "E4"
    assert found.uses[CACHING_OPTIMIZED] == 5
    assert cloudfront.calls == ["ListDistributions"] * 3


def test_multi_tenant_distributions_have_a_quota_of_their_own(cloudfront: CloudFrontAccount) -> None:
    cloudfront.add("E1", {**SOURCE, "ConnectionMode": "tenant-only"})
    cloudfront.add("E2", {**SOURCE, "ConnectionMode": "direct"})

    assert account_distributions().count == 1


def test_certificates_are_counted_over_all_pages_and_imported_ones_by_themselves(
    cloudfront: CloudFrontAccount,
) -> None:
    now = datetime.now(UTC)
    pages: list[dict[str, Any]] = [
        {
            "CertificateSummaryList": [
                {"Type": "AMAZON_ISSUED", "CreatedAt": now},
                {"Type": "IMPORTED", "CertificateArn": ONE, "ImportedAt": now},
            ],
            "NextToken": "2",
        },
        {
            "CertificateSummaryList": [
                {"Type": "AMAZON_ISSUED", "CreatedAt": now - timedelta(days=366)},
                {"Type": "IMPORTED", "CertificateArn": TWO, "ImportedAt": now - timedelta(days=366)},
            ]
        },
    ]
    asked: dict[str, Any] = {"Includes": {"keyTypes": list(ALL_KEY_TYPES)}, "MaxItems": 1000}
    with Stubber(clients.client("acm")) as acm:
        acm.add_response("list_certificates", pages[0], asked)
        acm.add_response("list_certificates", pages[1], {**asked, "NextToken": "2"})

        found = account_certificates()

    assert (found.count, found.this_year) == (2, 1)
    assert (found.imported, found.imports_this_year) == ({ONE, TWO}, 1)


def test_all_key_types_that_acm_knows_are_asked_for(cloudfront: CloudFrontAccount) -> None:
    model = clients.client("acm").meta.service_model

    assert set(ALL_KEY_TYPES) == set(model.shape_for("KeyAlgorithm").enum)


def test_public_zones_are_found_by_name_and_ambiguous_ones_are_left_out(cloudfront: CloudFrontAccount) -> None:
    route53 = boto3.client("route53")
    for reference, name in enumerate(["example.com", "shop.example.com", "twice.example", "twice.example"]):
        route53.create_hosted_zone(Name=name, CallerReference=str(reference))
    vpc = {"VPCRegion": "us-east-1", "VPCId": "vpc-1"}
    route53.create_hosted_zone(
        Name="internal.example", CallerReference="9", VPC=vpc, HostedZoneConfig={"PrivateZone": True}
    )

    zones = public_hosted_zones()

    assert zones.keys() == {"example.com", "shop.example.com"}
    assert not any(zone_id.startswith("/") for zone_id in zones.values())


def test_facts_for_a_batch_with_distributions(cloudfront: CloudFrontAccount) -> None:
    cloudfront.add("E1", with_alias("shop.example.com"))
    cloudfront.quotas["Web distributions per AWS account"] = 700
    source = {**SOURCE, "DefaultCacheBehavior": {**SOURCE["DefaultCacheBehavior"], "TargetOriginId": "static-assets"}}

    facts = account_facts(source, with_hosted_zones=False)

    assert facts.distributions == 1
    assert facts.aliases == {"shop.example.com": "E1"}
    assert facts.shared[CACHING_OPTIMIZED] == 1
    assert "is an S3 bucket" in (facts.fixed_origin or "")
    assert facts.hosted_zones == {}
    assert list(facts.limits.own.values()) == [700]


def test_what_a_source_shares_with_nobody_is_used_by_none(cloudfront: CloudFrontAccount) -> None:
    assert account_facts(SOURCE, with_hosted_zones=False).shared[CACHING_OPTIMIZED] == 0


def test_managed_policies_may_be_used_by_any_number_of_distributions(cloudfront: CloudFrontAccount) -> None:
    cloudfront.managed_policies = {"0", "1", CACHING_OPTIMIZED.id}

    assert CACHING_OPTIMIZED not in account_facts(SOURCE, with_hosted_zones=False).shared


def test_a_batch_of_certificates_alone_does_not_list_distributions(cloudfront: CloudFrontAccount) -> None:
    facts = account_facts(None, with_hosted_zones=True)

    assert "ListDistributions" not in cloudfront.calls
    assert facts.shared == {}
