"""What an item replaces in the source's configuration, and where that can't be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cloudfront_extensions.distributions.config import (
    ItemSettings,
    bare_config,
    replaceable_origin,
    rewrite,
    why_origin_is_fixed,
)
from cloudfront_extensions.errors import InvalidDistributionConfig

SOURCE_FILE = Path(__file__).parents[3] / "events/distribution_creation/source_config.json"
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-4333-8444-555555555555"


@pytest.fixture
def source() -> dict[str, Any]:
    config: dict[str, Any] = json.loads(SOURCE_FILE.read_text(encoding="utf-8"))
    return config


def settings(**changes: Any) -> ItemSettings:
    return ItemSettings(
        **{
            "caller_reference": "spring-launch/row-00002",
            "aliases": ("shop.example.com", "www.shop.example.com"),
            "certificate_arn": CERTIFICATE,
            **changes,
        }
    )


def test_the_item_gets_its_own_names_certificate_and_reference(source: dict[str, Any]) -> None:
    config = rewrite(source, settings())

    assert config["CallerReference"] == "spring-launch/row-00002"
    assert config["Aliases"] == {"Quantity": 2, "Items": ["shop.example.com", "www.shop.example.com"]}
    assert config["ViewerCertificate"] == {
        "ACMCertificateArn": CERTIFICATE,
        "SSLSupportMethod": "sni-only",
        "MinimumProtocolVersion": "TLSv1.2_2021",
    }


def test_logging_of_the_source_is_not_taken_over(source: dict[str, Any]) -> None:
    config = rewrite(source, settings())

    assert config["Logging"] == {"Enabled": False, "IncludeCookies": False, "Bucket": "", "Prefix": ""}


def test_a_copy_is_no_staging_distribution_and_has_no_continuous_deployment(source: dict[str, Any]) -> None:
    source |= {"Staging": True, "ContinuousDeploymentPolicyId": "policy-of-the-source"}

    config = rewrite(source, settings())

    assert config["Staging"] is False
    assert config["ContinuousDeploymentPolicyId"] == ""


def test_the_web_acl_is_kept(source: dict[str, Any]) -> None:
    source["WebACLId"] = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/shops/1"

    assert rewrite(source, settings())["WebACLId"] == source["WebACLId"]


def test_a_comment_given_is_the_distributions_comment(source: dict[str, Any]) -> None:
    assert rewrite(source, settings(comment="Shop of example.com"))["Comment"] == "Shop of example.com"


def test_without_a_comment_reference_and_first_alias_stand_there(source: dict[str, Any]) -> None:
    assert rewrite(source, settings())["Comment"] == "spring-launch/row-00002 shop.example.com"


def test_a_comment_made_of_a_long_alias_is_cut_to_what_cloudfront_takes(source: dict[str, Any]) -> None:
    alias = ".".join(["a" * 60] * 4)

    comment = rewrite(source, settings(aliases=(alias,)))["Comment"]

    assert len(comment) == 128
    assert comment.startswith("spring-launch/row-00002 ")


def test_a_distribution_may_be_created_disabled(source: dict[str, Any]) -> None:
    assert rewrite(source, settings(enabled=False))["Enabled"] is False


def test_an_origin_domain_name_replaces_the_host_of_the_default_behaviors_origin_alone(source: dict[str, Any]) -> None:
    config = rewrite(source, settings(origin_domain_name="one.customers.example.com"))

    first, second = config["Origins"]["Items"]
    assert first == {**source["Origins"]["Items"][0], "DomainName": "one.customers.example.com"}
    assert second == source["Origins"]["Items"][1]


def test_the_source_itself_is_left_as_it_is(source: dict[str, Any]) -> None:
    before = json.dumps(source)

    rewrite(source, settings(origin_domain_name="one.customers.example.com"))

    assert json.dumps(source) == before


def test_a_bucket_can_not_be_replaced_by_another_host(source: dict[str, Any]) -> None:
    source["DefaultCacheBehavior"]["TargetOriginId"] = "static-assets"

    with pytest.raises(InvalidDistributionConfig, match="'static-assets' is an S3 bucket or a VPC origin"):
        rewrite(source, settings(origin_domain_name="one.customers.example.com"))


def test_an_origin_that_cloudfront_signs_its_requests_to_can_not_be_replaced(source: dict[str, Any]) -> None:
    source["Origins"]["Items"][0]["OriginAccessControlId"] = "E3LAMBDAURL"

    with pytest.raises(InvalidDistributionConfig, match="'storefront' has an origin access control"):
        rewrite(source, settings(origin_domain_name="one.customers.example.com"))


def test_an_origin_group_can_not_be_replaced_by_one_host(source: dict[str, Any]) -> None:
    source["OriginGroups"] = {"Quantity": 1, "Items": [{"Id": "with-failover"}]}
    source["DefaultCacheBehavior"]["TargetOriginId"] = "with-failover"

    with pytest.raises(InvalidDistributionConfig, match="'with-failover' is an origin group"):
        rewrite(source, settings(origin_domain_name="one.customers.example.com"))


def test_a_default_behavior_without_an_origin_is_named(source: dict[str, Any]) -> None:
    source["DefaultCacheBehavior"]["TargetOriginId"] = "gone"

    with pytest.raises(
        InvalidDistributionConfig, match=r"DefaultCacheBehavior\.TargetOriginId: there is no origin 'gone'"
    ):
        replaceable_origin(source)


def test_without_an_origin_domain_name_any_kind_of_origin_will_do(source: dict[str, Any]) -> None:
    source["DefaultCacheBehavior"]["TargetOriginId"] = "static-assets"

    assert rewrite(source, settings())["Origins"] == source["Origins"]


def test_preflight_can_ask_beforehand_whether_the_origin_is_fixed(source: dict[str, Any]) -> None:
    assert why_origin_is_fixed(source) is None

    source["DefaultCacheBehavior"]["TargetOriginId"] = "static-assets"

    assert "is an S3 bucket or a VPC origin" in (why_origin_is_fixed(source) or "")


def test_a_multi_tenant_distribution_is_no_source(source: dict[str, Any]) -> None:
    source["ConnectionMode"] = "tenant-only"

    with pytest.raises(InvalidDistributionConfig, match="multi-tenant"):
        rewrite(source, settings())


def test_the_answer_of_get_distribution_config_is_taken_as_it_is(source: dict[str, Any]) -> None:
    assert bare_config({"ETag": "E2ABC", "DistributionConfig": source}) == source
    assert bare_config(source) == source


@pytest.mark.parametrize("document", [None, [], {}, "text", 7, {"DistributionConfig": None}])
def test_anything_else_is_refused(document: object) -> None:
    with pytest.raises(InvalidDistributionConfig, match="neither a DistributionConfig nor"):
        bare_config(document)
