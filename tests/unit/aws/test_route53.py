from __future__ import annotations

from typing import Any

import pytest

from cloudfront_extensions.aws.route53 import HostedZones
from cloudfront_extensions.certificates.validation import ValidationRecord
from cloudfront_extensions.errors import AwsRefused, AwsThrottled, CloudFrontExtensionsError, HostedZoneNotFound
from tests.unit.aws.fakes import client_error
from tests.unit.conftest import Account


def record(domain: str, value: str = "_b.acm-validations.aws.") -> ValidationRecord:
    return ValidationRecord(domain, f"_a.{domain}.", "CNAME", value)


def new_zone(account: Account, name: str, **fields: Any) -> str:
    answer = account.client("route53").create_hosted_zone(Name=name, CallerReference=f"{name}{fields}", **fields)
    return str(answer["HostedZone"]["Id"]).removeprefix("/hostedzone/")


def cnames(account: Account, zone: str) -> dict[str, Any]:
    sets = account.client("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    return {found["Name"]: found for found in sets if found["Type"] == "CNAME"}


def test_the_zone_with_the_longest_name_holds_a_record(account: Account) -> None:
    apex = new_zone(account, "example.com")
    shop = new_zone(account, "shop.example.com")
    new_zone(account, "other.example.com")
    zones = HostedZones()

    assert zones.zone_for(record("www.shop.example.com")) == shop
    assert zones.zone_for(record("shop.example.com")) == shop
    assert zones.zone_for(record("blog.example.com")) == apex


def test_a_zone_whose_name_is_merely_alike_holds_nothing(account: Account) -> None:
    new_zone(account, "ample.com")
    new_zone(account, "example.com.au")

    assert HostedZones().zone_for(record("shop.example.com")) is None


def test_private_zones_are_passed_over(account: Account) -> None:
    public = new_zone(account, "example.com")
    new_zone(
        account,
        "shop.example.com",
        VPC={"VPCRegion": "us-east-1", "VPCId": "vpc-1"},
        HostedZoneConfig={"PrivateZone": True},
    )

    assert HostedZones().zone_for(record("shop.example.com")) == public


def test_of_two_public_zones_with_one_name_none_is_chosen(account: Account) -> None:
    new_zone(account, "example.com", HostedZoneConfig={"Comment": "old"})
    new_zone(account, "example.com", HostedZoneConfig={"Comment": "new"})

    assert HostedZones().zone_for(record("shop.example.com")) is None


class Refusing:
    """Route 53 refuses to create what exists, as on AWS; Moto replaces it."""

    def __init__(self, account: Account) -> None:
        self._real = account.client("route53")
        self.changes = 0

    def __getattr__(self, operation: str) -> Any:
        return getattr(self._real, operation)

    def change_resource_record_sets(self, **request: Any) -> Any:
        self.changes += 1
        sets = self._real.list_resource_record_sets(HostedZoneId=request["HostedZoneId"])["ResourceRecordSets"]
        there = {(found["Name"], found["Type"]) for found in sets}
        for change in request["ChangeBatch"]["Changes"]:
            wanted = change["ResourceRecordSet"]
            if change["Action"] == "CREATE" and (wanted["Name"], wanted["Type"]) in there:
                raise client_error("InvalidChangeBatch", f"Tried to create {wanted['Name']}, but it already exists")
        return self._real.change_resource_record_sets(**request)


def test_new_records_take_one_call_and_are_ours(account: Account) -> None:
    zone, route53 = new_zone(account, "example.com"), Refusing(account)

    created = HostedZones(route53).publish(zone, [record("a.example.com"), record("b.example.com")])

    assert created == {"_a.a.example.com.", "_a.b.example.com."}
    assert sorted(cnames(account, zone)) == sorted(created)
    assert cnames(account, zone)["_a.a.example.com."]["TTL"] == 300
    assert route53.changes == 1


@pytest.mark.parametrize(("tried", "ours"), [(False, set()), (True, {"_a.a.example.com."})])
def test_a_record_that_is_there_is_ours_where_an_earlier_try_may_have_created_it(
    account: Account, tried: bool, ours: set[str]
) -> None:
    zone = new_zone(account, "example.com")
    HostedZones().publish(zone, [record("a.example.com")])
    before = {"_a.a.example.com."} if tried else set()

    created = HostedZones(Refusing(account)).publish(zone, [record("a.example.com"), record("b.example.com")], before)

    assert created == {"_a.b.example.com.", *ours}
    assert sorted(cnames(account, zone)) == ["_a.a.example.com.", "_a.b.example.com."]


def test_a_record_with_another_value_is_replaced_and_not_ours(account: Account) -> None:
    zone = new_zone(account, "example.com")
    HostedZones().publish(zone, [record("a.example.com", "_old.acm-validations.aws.")])

    created = HostedZones(Refusing(account)).publish(zone, [record("a.example.com")], {"_a.a.example.com."})

    assert created == set()
    assert cnames(account, zone)["_a.a.example.com."]["ResourceRecords"] == [{"Value": "_b.acm-validations.aws."}]


def test_a_record_outside_the_zone_is_refused(account: Account) -> None:
    zone = new_zone(account, "example.com")

    with pytest.raises(HostedZoneNotFound, match="does not hold all of the names"):
        HostedZones().publish(zone, [record("a.example.com"), record("a.example.net")])


def test_a_zone_that_does_not_exist_is_not_found(account: Account) -> None:
    with pytest.raises(HostedZoneNotFound):
        HostedZones().publish("Z0000000000000", [record("a.example.com")])


@pytest.mark.parametrize(
    ("code", "message", "error"),
    [
        ("PriorRequestNotComplete", "wait", AwsThrottled),
        ("Throttling", "Rate exceeded", AwsThrottled),
        ("InvalidChangeBatch", "RRSet of type CNAME conflicts with other records", AwsRefused),
    ],
)
def test_other_refusals_keep_their_meaning(code: str, message: str, error: type[CloudFrontExtensionsError]) -> None:
    class Failing:
        def change_resource_record_sets(self, **parameters: Any) -> None:
            raise client_error(code, message)

        def list_resource_record_sets(self, **parameters: Any) -> Any:
            return {"ResourceRecordSets": [], "IsTruncated": False}

    with pytest.raises(error):
        HostedZones(Failing()).publish("Z1", [record("a.example.com")])
