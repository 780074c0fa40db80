"""`distribution_creation`: one distribution from the configuration of another, refused before it exists or made once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from cloudfront_extensions.jobs.records import DistributionStage, DistributionStatus, Item
from tests.integration.localaws.edge import behavior, quota
from tests.workflows.account import (
    add_record,
    distribution,
    distribution_tags,
    distributions_of,
    foreign_alias,
    hosted_zone,
    issued_certificate,
    plain_config,
    records_in,
    source_config,
)
from tests.workflows.application import Application, Json
from tests.workflows.cases import Case, new_case

REPLACED = ("CallerReference", "Aliases", "ViewerCertificate", "Comment", "Logging")
"""What an item does not take from its source."""


@dataclass(frozen=True, slots=True)
class Shop:
    """A customer with an issued certificate, who wants a distribution."""

    case: Case
    certificate_arn: str

    @property
    def alias(self) -> str:
        return self.case.host("shop")

    def request(self, **more: object) -> Json:
        return {
            "jobId": self.case.job_id,
            "itemId": "shop",
            "aliases": [self.alias],
            "certificateArn": self.certificate_arn,
            "source": {"config": plain_config()},
            **more,
        }


@pytest.fixture
def shop(application: Application, case: Case) -> Shop:
    return Shop(case, issued_certificate(application, case.host("shop"), case.host("www")))


def live(application: Application, shop: Shop) -> Json:
    """The only distribution with the shop's alias, deployed."""
    (summary,) = distributions_of(application, shop.alias)
    found = distribution(application, summary["Id"])
    assert found["Status"] == "Deployed"
    return found


def test_a_live_distribution_is_copied_but_for_what_is_the_items_own(
    application: Application, shop: Shop, source_id: str, origin_access_control: str
) -> None:
    aliases = [shop.alias, shop.case.host("www")]
    source = {"distributionId": source_id}
    request = shop.request(aliases=aliases, source=source, comment="The shop", tags={"tier": "storefront"})
    ended = application.run("distribution_creation", request)

    made = live(application, shop)
    config = made["DistributionConfig"]
    assert ended["output"] == {
        "jobId": shop.case.job_id,
        "itemId": "shop",
        "distributionId": made["Id"],
        "distributionDomainName": made["DomainName"],
        "status": "DEPLOYED",
    }
    assert config["CallerReference"] == f"{shop.case.job_id}/shop"
    assert sorted(config["Aliases"]["Items"]) == sorted(aliases)
    assert config["ViewerCertificate"]["ACMCertificateArn"] == shop.certificate_arn
    assert config["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert config["ViewerCertificate"]["SSLSupportMethod"] == "sni-only"
    assert config["Comment"] == "The shop"
    assert config["Logging"]["Enabled"] is False
    original = application.client("cloudfront").get_distribution_config(Id=source_id)["DistributionConfig"]
    assert original["Comment"] == source_config(origin_access_control)["Comment"]
    assert without(config, REPLACED) == without(original, REPLACED)
    assert distribution_tags(application, made["ARN"]) == {
        "tier": "storefront",
        "cloudfront-extensions:job": shop.case.job_id,
        "cloudfront-extensions:item": "shop",
        "cloudfront-extensions:deployment": application.outputs["JobsTable"],
    }
    stage = application.item(shop.case.job_id, "shop").distribution
    assert (stage.status, stage.id, stage.domain_name) == ("DEPLOYED", made["Id"], made["DomainName"])


def without(config: Json, fields: tuple[str, ...]) -> Json:
    return {name: value for name, value in config.items() if name not in fields}


@pytest.mark.parametrize("wrapped", [False, True], ids=["configuration", "answer of GetDistributionConfig"])
def test_a_configuration_file_is_copied(
    application: Application, shop: Shop, origin_access_control: str, wrapped: bool
) -> None:
    config = source_config(origin_access_control)
    document = {"ETag": "E2QWRUHAPOMQZL", "DistributionConfig": config} if wrapped else config
    key = application.put(f"sources/{shop.case.domain}.json", document)
    application.run("distribution_creation", shop.request(source={"bucket": application.bucket, "key": key}))

    made = live(application, shop)["DistributionConfig"]
    assert made["PriceClass"] == config["PriceClass"]
    assert made["CustomErrorResponses"] == config["CustomErrorResponses"]


def test_an_inline_configuration_is_copied_with_another_origin(application: Application, shop: Shop) -> None:
    application.run("distribution_creation", shop.request(originDomainName="shop.origin.example.net", enabled=False))

    made = live(application, shop)["DistributionConfig"]
    assert [origin["DomainName"] for origin in made["Origins"]["Items"]] == ["shop.origin.example.net"]
    assert made["Enabled"] is False


def test_starting_again_changes_nothing(application: Application, shop: Shop) -> None:
    first = application.run("distribution_creation", shop.request())
    before = live(application, shop)
    again = application.run("distribution_creation", shop.request())

    assert again["output"] == first["output"]
    assert live(application, shop) == before
    assert application.item(shop.case.job_id, "shop").distribution.status == "DEPLOYED"


@pytest.mark.parametrize("preflighted", [True, False])
def test_what_an_earlier_try_created_is_adopted(application: Application, shop: Shop, preflighted: bool) -> None:
    # GIVEN an item whose distribution was asked for, and CloudFront's answer, which was lost
    asked_for = DistributionStage(DistributionStatus.CREATING)
    application.store.ensure_item(
        Item(shop.case.job_id, "shop", shop.alias, names=(shop.alias,), distribution=asked_for)
    )
    config = plain_config(shop.alias, certificate_arn=shop.certificate_arn, CallerReference=f"{shop.case.job_id}/shop")
    tags = {
        "cloudfront-extensions:job": shop.case.job_id,
        "cloudfront-extensions:item": "shop",
        "cloudfront-extensions:deployment": application.outputs["JobsTable"],
    }
    created = application.client("cloudfront").create_distribution_with_tags(
        DistributionConfigWithTags={
            "DistributionConfig": config,
            "Tags": {"Items": [{"Key": key, "Value": value} for key, value in tags.items()]},
        }
    )["Distribution"]
    # WHEN the item is tried again, alone or by a batch
    ended = application.run("distribution_creation", shop.request(preflighted=preflighted))
    # THEN the distribution is the item's
    assert ended["output"]["distributionId"] == created["Id"]
    assert live(application, shop)["Id"] == created["Id"]
    assert application.item(shop.case.job_id, "shop").distribution.id == created["Id"]


def test_an_item_keeps_its_distribution_when_asked_for_other_aliases(application: Application, shop: Shop) -> None:
    application.run("distribution_creation", shop.request())
    before = application.item(shop.case.job_id, "shop")
    refused = application.run("distribution_creation", shop.request(aliases=[shop.case.host("www")]))

    assert refused["error"] == "RequestTokenConflict"
    assert application.item(shop.case.job_id, "shop") == before
    assert distributions_of(application, shop.case.host("www")) == []


@pytest.mark.parametrize("chosen", ["named", "found"])
def test_names_in_our_own_zone_lead_to_the_distribution(application: Application, shop: Shop, chosen: str) -> None:
    zone = hosted_zone(application, shop.case.domain)
    dns = {"hostedZoneId": zone} if chosen == "named" else {"mode": "auto"}
    aliases = [shop.alias, shop.case.host("www")]
    ended = application.run("distribution_creation", shop.request(aliases=aliases, dns=dns))

    target = ended["output"]["distributionDomainName"]
    assert records_in(application, zone, "A") == dict.fromkeys(aliases, target)


def test_a_record_that_leads_elsewhere_is_left_as_it_is(application: Application, shop: Shop) -> None:
    zone = hosted_zone(application, shop.case.domain)
    add_record(application, zone, shop.alias, "CNAME", "old-shop.example.net")
    failed = application.run("distribution_creation", shop.request(dns={"mode": "auto"}))

    assert failed["error"] == "AliasRecordExists"
    assert records_in(application, zone, "CNAME") == {shop.alias: "old-shop.example.net"}
    stage = application.item(shop.case.job_id, "shop").distribution
    assert (stage.status, stage.id) == ("FAILED", live(application, shop)["Id"])
    assert shop.alias in str(stage.reason)
    # AND once the record is gone, a further start finishes the same distribution
    change = {"Action": "DELETE", "ResourceRecordSet": record_set(shop.alias, "old-shop.example.net")}
    application.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [change]})
    again = application.run("distribution_creation", shop.request(dns={"mode": "auto"}))
    assert again["output"]["distributionId"] == stage.id
    assert records_in(application, zone, "A") == {shop.alias: stage.domain_name}


def record_set(name: str, value: str) -> Json:
    return {"Name": name, "Type": "CNAME", "TTL": 300, "ResourceRecords": [{"Value": value}]}


def test_a_certificate_that_is_not_issued_is_refused(application: Application, case: Case) -> None:
    arn = application.client("acm").request_certificate(DomainName=case.host("shop"), ValidationMethod="DNS")
    assert_refused(application, Shop(case, arn["CertificateArn"]), "CertificateNotIssued", "PENDING_VALIDATION")


def test_an_alias_that_the_certificate_does_not_cover_is_refused(application: Application, shop: Shop) -> None:
    aliases = [shop.alias, shop.case.host("a.shop")]
    assert_refused(application, shop, "CertificateDoesNotCoverAlias", shop.case.host("a.shop"), aliases=aliases)


def test_an_alias_in_use_in_this_account_is_refused(application: Application, shop: Shop, source_id: str) -> None:
    config = plain_config(shop.alias, certificate_arn=shop.certificate_arn)
    owner = application.client("cloudfront").create_distribution(DistributionConfig=config)["Distribution"]["Id"]
    failed = application.run("distribution_creation", shop.request(source={"distributionId": source_id}))

    assert failed["error"] == "AliasInUse"
    stage = application.item(shop.case.job_id, "shop").distribution
    assert (stage.status, stage.id) == ("FAILED", None)
    assert owner in str(stage.reason)
    assert [found["Id"] for found in distributions_of(application, shop.alias)] == [owner]


@pytest.mark.parametrize("asked_through", ["inline", "live"])
def test_an_alias_in_use_in_a_foreign_account_is_refused(
    application: Application, shop: Shop, asked_through: str
) -> None:
    source: Json = {"config": plain_config()}
    if asked_through == "live":
        covering = plain_config(shop.case.host("www"), certificate_arn=shop.certificate_arn)
        answer = application.client("cloudfront").create_distribution(DistributionConfig=covering)
        source = {"distributionId": answer["Distribution"]["Id"]}
    with foreign_alias(application, shop.alias):
        assert_refused(application, shop, "AliasInUse", shop.alias, source=source)


def test_a_full_account_is_refused(application: Application, shop: Shop) -> None:
    with quota(application.instance, "cloudfront", 1, quotaCode="L-24B04930"):
        assert_refused(application, shop, "QuotaWouldBeExceeded", "its quota is 1")
        # AND also where a preflight did not see it coming
        preflighted = application.run("distribution_creation", shop.request(itemId="later", preflighted=True))
    assert preflighted["error"] == "QuotaWouldBeExceeded"
    assert distributions_of(application, shop.alias) == []


def assert_refused(application: Application, shop: Shop, error: str, reason: str, **request: Any) -> None:
    """The execution and the item say why, and there is no distribution."""
    failed = application.run("distribution_creation", shop.request(**request))
    assert (failed["status"], failed["error"]) == ("FAILED", error)
    stage = application.item(shop.case.job_id, "shop").distribution
    assert (stage.status, stage.error, stage.id) == ("FAILED", error, None)
    assert reason in str(stage.reason)
    assert stage.next_action
    assert distributions_of(application, shop.alias) == []


ABROAD = "arn:aws:acm:eu-west-1:000000000000:certificate/11111111-2222-4333-8444-555555555555"
UNKNOWN = ABROAD.replace("eu-west-1", "us-east-1")
BAD: dict[str, tuple[Json, str, str]] = {
    "certificate of another region": ({"certificateArn": ABROAD}, "CertificateInWrongRegion", "eu-west-1"),
    "certificate that is not there": ({"certificateArn": UNKNOWN}, "CertificateNotFound", UNKNOWN),
    "text for a certificate": ({"certificateArn": "shop"}, "InvalidInput", "certificateArn"),
    "no alias": ({"aliases": []}, "InvalidInput", "aliases"),
    "unknown field": ({"colour": "blue"}, "InvalidInput", "colour"),
    "no source": ({"source": None}, "InvalidInput", "source"),
    "source that is not there": ({"source": {"distributionId": "E2QWRUHAPOMQZL"}}, "SourceConfigNotFound", "E2QWRUH"),
    "file that is not there": ({"source": {"bucket": "BUCKET", "key": "no.json"}}, "SourceConfigNotFound", "no.json"),
    "configuration without origins": ({"source": {"config": {"Comment": ""}}}, "InvalidDistributionConfig", "Origins"),
    "behavior without viewer protocol policy": (
        {"source": {"config": plain_config(DefaultCacheBehavior={"TargetOriginId": "origin"})}},
        "InvalidDistributionConfig",
        "ViewerProtocolPolicy",
    ),
    "cache policy that is not there": (
        {"source": {"config": plain_config(DefaultCacheBehavior=behavior(CachePolicyId=UNKNOWN[-36:]))}},
        "InvalidDistributionConfig",
        "NoSuchCachePolicy",
    ),
}


@pytest.fixture(scope="module")
def refused(application: Application) -> dict[str, Json]:
    """The ends of executions that were given each of BAD."""
    case = new_case("refused")
    shop = Shop(case, issued_certificate(application, case.host("shop")))
    requests = {name: json.dumps(shop.request(itemId=f"item-{n}", **BAD[name][0])) for n, name in enumerate(BAD)}
    started = {
        name: application.start("distribution_creation", json.loads(request.replace("BUCKET", application.bucket)))
        for name, request in requests.items()
    }
    ended = {name: application.wait(execution) for name, execution in started.items()}
    assert distributions_of(application, shop.alias) == []
    return ended


@pytest.mark.parametrize("name", BAD)
def test_what_can_not_be_created_is_refused_by_name(refused: dict[str, Json], name: str) -> None:
    _, error, words = BAD[name]
    assert (refused[name]["status"], refused[name]["error"]) == ("FAILED", error)
    assert words in refused[name]["cause"]


def test_a_failure_that_can_not_be_recorded_still_ends_the_execution_by_its_name(
    application: Application, shop: Shop
) -> None:
    with application.environment("RecordFailure", JOBS_TABLE="no-such-table"), foreign_alias(application, shop.alias):
        failed = application.run("distribution_creation", shop.request())

    assert (failed["status"], failed["error"]) == ("FAILED", "AliasInUse")
    assert application.item(shop.case.job_id, "shop").distribution.status == "CREATING"
