"""Records that lead names to their distribution, in a hosted zone."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from cloudfront_extensions.aws import clients, record_sets
from cloudfront_extensions.aws.alias_records import write_alias_records
from cloudfront_extensions.aws.job_store import JobStore
from cloudfront_extensions.errors import AliasRecordExists, AwsRefused, HostedZoneNotFound
from cloudfront_extensions.jobs.records import DistributionStage, DistributionStatus, Item, ItemKey
from tests.unit.aws.fakes import client_error
from tests.unit.conftest import Account

TARGET = "d111111abcdef8.cloudfront.net"
CONFIG_KEY = "jobs/spring-launch/distributions/row-00002.json"


class Zone:
    """The hosted zone of example.com."""

    def __init__(self) -> None:
        self._route53 = boto3.client("route53")
        created = self._route53.create_hosted_zone(Name="example.com", CallerReference="1")
        self.id = created["HostedZone"]["Id"].removeprefix("/hostedzone/")

    def add(self, name: str, type_: str, value: str) -> None:
        record_set = {"Name": name, "Type": type_, "TTL": 300, "ResourceRecords": [{"Value": value}]}
        self._route53.change_resource_record_sets(
            HostedZoneId=self.id, ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record_set}]}
        )

    def records(self) -> dict[tuple[str, str], str]:
        """(Name, type) → where it leads; NS and SOA left out."""
        listed = self._route53.list_resource_record_sets(HostedZoneId=self.id)["ResourceRecordSets"]
        return {
            (record["Name"].rstrip(".").replace("\\052", "*"), record["Type"]): record["AliasTarget"]["DNSName"].rstrip(
                "."
            )
            if "AliasTarget" in record
            else record["ResourceRecords"][0]["Value"]
            for record in listed
            if record["Type"] not in ("NS", "SOA")
        }


@pytest.fixture
def zone(account: Account) -> Zone:
    deploying = DistributionStage(status=DistributionStatus.DEPLOYING, id="E1")
    item = Item("spring-launch", "row-00002", "example.com", ("example.com",), distribution=deploying)
    account.store.ensure_item(item)
    return Zone()


def write(*aliases: str, dns: dict[str, Any] | None = None, ipv6: bool = True) -> None:
    config = {"Aliases": {"Quantity": len(aliases), "Items": list(aliases)}, "IsIPV6Enabled": ipv6}
    body = json.dumps({"DistributionConfig": config, "Tags": {}}).encode()
    boto3.client("s3").put_object(Bucket="jobs-bucket", Key=CONFIG_KEY, Body=body)
    write_alias_records(
        {
            "jobId": "spring-launch",
            "itemId": "row-00002",
            "bucket": "jobs-bucket",
            "configKey": CONFIG_KEY,
            "callerReference": "spring-launch/row-00002",
            "certificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1",
            "dns": dns or {"mode": "auto"},
            "status": "DEPLOYED",
            "wait": {"seconds": 60, "waitedSeconds": 0},
            "distributionId": "E1",
            "distributionDomainName": TARGET,
        }
    )


def status() -> DistributionStatus:
    item = JobStore().item(ItemKey("spring-launch", "row-00002"))
    assert item is not None
    return item.distribution.status


def test_every_alias_gets_both_records_and_the_item_is_done(zone: Zone) -> None:
    write("example.com", "shop.example.com", "*.example.com")

    assert zone.records() == {
        ("example.com", "A"): TARGET,
        ("example.com", "AAAA"): TARGET,
        ("shop.example.com", "A"): TARGET,
        ("shop.example.com", "AAAA"): TARGET,
        ("*.example.com", "A"): TARGET,
        ("*.example.com", "AAAA"): TARGET,
    }
    assert status() is DistributionStatus.DEPLOYED


def test_without_ipv6_there_is_no_aaaa_record(zone: Zone) -> None:
    write("shop.example.com", ipv6=False)

    assert zone.records() == {("shop.example.com", "A"): TARGET}


def test_writing_again_changes_nothing(zone: Zone) -> None:
    write("shop.example.com", "*.example.com")
    before = zone.records()

    write("shop.example.com", "*.example.com")

    assert zone.records() == before


@pytest.mark.parametrize(
    ("type_", "value"), [("A", "192.0.2.1"), ("AAAA", "2001:db8::1"), ("CNAME", "old-host.example.net")]
)
def test_a_record_that_leads_elsewhere_is_left_and_the_other_names_are_written(
    zone: Zone, type_: str, value: str
) -> None:
    zone.add("shop.example.com", type_, value)

    with pytest.raises(AliasRecordExists, match=r"^shop\.example\.com: .*left as they are"):
        write("shop.example.com", "www.example.com", ipv6=False)

    assert zone.records() == {("shop.example.com", type_): value, ("www.example.com", "A"): TARGET}
    assert status() is DistributionStatus.DEPLOYING


def test_names_below_and_beside_an_alias_are_no_obstacle(zone: Zone) -> None:
    zone.add("a.shop.example.com", "A", "192.0.2.1")
    zone.add("shop2.example.com", "CNAME", "elsewhere.example.net")

    write("shop.example.com", ipv6=False)

    assert zone.records()["shop.example.com", "A"] == TARGET


def test_with_auto_a_name_without_a_zone_is_left_to_a_person(zone: Zone) -> None:
    write("shop.example.com", "shop.example.org", ipv6=False)

    assert zone.records() == {("shop.example.com", "A"): TARGET}
    assert status() is DistributionStatus.DEPLOYED


def test_the_longest_zone_holds_the_name_even_as_its_apex(zone: Zone) -> None:
    below = boto3.client("route53").create_hosted_zone(Name="shop.example.com", CallerReference="2")

    write("shop.example.com", ipv6=False)

    assert zone.records() == {}
    listed = boto3.client("route53").list_resource_record_sets(HostedZoneId=below["HostedZone"]["Id"])
    assert "A" in [record["Type"] for record in listed["ResourceRecordSets"]]


def test_a_zone_that_is_named_is_the_one(zone: Zone) -> None:
    write("shop.example.com", dns={"mode": "hostedZone", "hostedZoneId": zone.id}, ipv6=False)

    assert zone.records() == {("shop.example.com", "A"): TARGET}


def test_a_named_zone_that_does_not_exist_is_told_as_such(zone: Zone) -> None:
    with pytest.raises(HostedZoneNotFound, match="Z0NOSUCH"):
        write("shop.example.com", dns={"mode": "hostedZone", "hostedZoneId": "Z0NOSUCH"})


def test_with_manual_nothing_is_written(zone: Zone) -> None:
    write("shop.example.com", dns={"mode": "manual"})

    assert zone.records() == {}


class Refusing:
    """Route 53, where somebody else changes the zone before the first change; creating what exists is refused, as by AWS.

    Moto replaces it.
    """

    def __init__(self, zone: Zone, meanwhile: Callable[[dict[str, Any]], None] = lambda request: None) -> None:
        self._real = boto3.client("route53")
        self._zone = zone
        self._meanwhile = meanwhile
        self.refusals = 0
        self.listings = 0

    def __getattr__(self, operation: str) -> Any:
        return getattr(self._real, operation)

    def list_resource_record_sets(self, **request: Any) -> Any:
        self.listings += 1
        return self._real.list_resource_record_sets(**request)

    def change_resource_record_sets(self, **request: Any) -> Any:
        if not self.refusals:
            self._meanwhile(request)
        before = self._zone.records()
        sets = [change["ResourceRecordSet"] for change in request["ChangeBatch"]["Changes"]]
        if any((record["Name"], record["Type"]) in before for record in sets):
            self.refusals += 1
            raise client_error("InvalidChangeBatch", "Tried to create resource record set, but it already exists")
        return self._real.change_resource_record_sets(**request)


def stand_in(monkeypatch: pytest.MonkeyPatch, route53: Refusing) -> None:
    monkeypatch.setattr(record_sets, "client", lambda service: route53)


def test_new_names_take_one_call(zone: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    route53 = Refusing(zone)
    stand_in(monkeypatch, route53)

    write("shop.example.com", "www.example.com", dns={"hostedZoneId": zone.id})

    assert (len(zone.records()), route53.refusals, route53.listings) == (4, 0, 0)


@pytest.mark.parametrize(("type_", "value"), [("A", "192.0.2.1"), ("AAAA", "2001:db8::1")])
def test_with_ipv6_the_refusal_shows_which_names_lead_elsewhere(
    zone: Zone, monkeypatch: pytest.MonkeyPatch, type_: str, value: str
) -> None:
    zone.add("shop.example.com", type_, value)
    stand_in(monkeypatch, Refusing(zone))

    with pytest.raises(AliasRecordExists, match=r"^shop\.example\.com: "):
        write("shop.example.com", "www.example.com")

    assert zone.records() == {
        ("shop.example.com", type_): value,
        ("www.example.com", "A"): TARGET,
        ("www.example.com", "AAAA"): TARGET,
    }


def test_a_record_that_a_lost_first_try_created_is_our_own(zone: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    route53 = Refusing(zone, lambda request: boto3.client("route53").change_resource_record_sets(**request))
    stand_in(monkeypatch, route53)

    write("shop.example.com", "www.example.com")

    assert route53.refusals == 1
    assert set(zone.records().values()) == {TARGET}
    assert len(zone.records()) == 4
    assert status() is DistributionStatus.DEPLOYED


def test_a_record_that_somebody_wrote_meanwhile_is_left_and_the_other_names_are_written(
    zone: Zone, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(monkeypatch, Refusing(zone, lambda request: zone.add("shop.example.com", "A", "192.0.2.1")))

    with pytest.raises(AliasRecordExists, match=r"^shop\.example\.com: "):
        write("shop.example.com", "www.example.com", ipv6=False)

    assert zone.records() == {("shop.example.com", "A"): "192.0.2.1", ("www.example.com", "A"): TARGET}


def test_a_change_that_route_53_refuses_for_itself_is_not_tried_again(
    zone: Zone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(request: dict[str, Any]) -> None:
        raise client_error("InvalidChangeBatch", "DNS name is not permitted in zone")

    stand_in(monkeypatch, Refusing(zone, refuse))

    with pytest.raises(AwsRefused, match="not permitted in zone"):
        write("shop.example.com")


def test_a_wildcard_is_known_by_its_octal_code_over_pages(zone: Zone) -> None:
    """Moto does neither, so Route 53's documented answers stand in for it."""
    first = {"HostedZoneId": "Z1", "StartRecordName": "*.example.com", "MaxItems": "20"}
    alias_target = {"HostedZoneId": "Z2FDTNDATAQYW2", "DNSName": f"{TARGET}.", "EvaluateTargetHealth": False}
    page = {"ResourceRecordSets": [], "IsTruncated": True, "MaxItems": "20"}
    name = "\\052.example.com."
    with Stubber(clients.client("route53")) as route53:
        route53.add_response(
            "list_resource_record_sets",
            {
                **page,
                "ResourceRecordSets": [{"Name": name, "Type": "A", "AliasTarget": alias_target}],
                "NextRecordName": name,
                "NextRecordType": "TXT",
            },
            first,
        )
        route53.add_response(
            "list_resource_record_sets",
            {**page, "ResourceRecordSets": [{"Name": "a.example.com.", "Type": "A"}]},
            {**first, "StartRecordName": name, "StartRecordType": "TXT"},
        )

        write("*.example.com", dns={"hostedZoneId": "Z1"}, ipv6=False)

        route53.assert_no_pending_responses()
