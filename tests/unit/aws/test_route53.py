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


def test_records_are_written_and_written_again(account: Account) -> None:
    zone = new_zone(account, "example.com")

    HostedZones().write(zone, [record("a.example.com", "_old.acm-validations.aws.")])
    HostedZones().write(zone, [record("a.example.com"), record("b.example.com"), record("b.example.com")])

    written = cnames(account, zone)
    assert sorted(written) == ["_a.a.example.com.", "_a.b.example.com."]
    assert written["_a.a.example.com."]["ResourceRecords"] == [{"Value": "_b.acm-validations.aws."}]
    assert written["_a.a.example.com."]["TTL"] == 300


def test_a_record_outside_the_zone_is_refused(account: Account) -> None:
    zone = new_zone(account, "example.com")

    with pytest.raises(HostedZoneNotFound, match="does not hold all of the names"):
        HostedZones().write(zone, [record("a.example.com"), record("a.example.net")])


def test_a_zone_that_does_not_exist_is_not_found(account: Account) -> None:
    with pytest.raises(HostedZoneNotFound):
        HostedZones().write("Z0000000000000", [record("a.example.com")])


@pytest.mark.parametrize(
    ("code", "message", "error"),
    [
        ("PriorRequestNotComplete", "wait", AwsThrottled),
        ("Throttling", "Rate exceeded", AwsThrottled),
        ("InvalidChangeBatch", "RRSet of type CNAME conflicts with other records", AwsRefused),
    ],
)
def test_other_refusals_keep_their_meaning(code: str, message: str, error: type[CloudFrontExtensionsError]) -> None:
    class Refusing:
        def change_resource_record_sets(self, **parameters: Any) -> None:
            raise client_error(code, message)

    with pytest.raises(error):
        HostedZones(Refusing()).write("Z1", [record("a.example.com")])
