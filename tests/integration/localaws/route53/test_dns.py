"""The public DNS of this world: Route 53's public zones and what the user publishes elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from localaws.instance import Instance
from tests.integration.localaws import edge


def hosted_zone(instance: Instance, name: str, **more: Any) -> str:
    zone = instance.client("route53").create_hosted_zone(Name=name, CallerReference=edge.new_token(), **more)
    return str(zone["HostedZone"]["Id"])


def change(instance: Instance, zone: str, name: str) -> None:
    record = {"Name": name, "Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": "target.example.net"}]}
    instance.client("route53").change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
    )


def listed(instance: Instance, name: str) -> list[str]:
    """The values of the CNAME records with this name."""
    found = edge.control(instance, "GET", "dns")
    return [record["value"] for record in found if (record["name"], record["type"]) == (name, "CNAME")]


def test_a_published_record_is_found_until_it_is_withdrawn(instance: Instance) -> None:
    name = edge.new_name()
    record = {"name": name, "type": "CNAME", "value": "target.example.net"}
    edge.control(instance, "PUT", "dns", **record)
    assert listed(instance, name) == ["target.example.net"]
    edge.control(instance, "DELETE", "dns", **record)
    assert listed(instance, name) == []


def test_names_are_compared_without_case_and_trailing_dot(instance: Instance) -> None:
    name = edge.new_name()
    edge.control(instance, "PUT", "dns", name=f"{name.upper()}.", type="cname", value="target.example.net")
    assert listed(instance, name) == ["target.example.net"]


def test_withdrawing_what_was_not_published_is_an_error(instance: Instance) -> None:
    with pytest.raises(AssertionError, match="400 no such record"):
        edge.control(instance, "DELETE", "dns", name=edge.new_name(), type="CNAME", value="target.example.net")


def test_a_misspelt_field_is_an_error(instance: Instance) -> None:
    with pytest.raises(AssertionError, match=r"unknown: \['nam'\]"):
        edge.control(instance, "PUT", "dns", nam="example.com", type="CNAME", value="target.example.net")


def test_a_record_of_a_public_hosted_zone_is_found(instance: Instance) -> None:
    zone_name = edge.new_name("zone")
    change(instance, hosted_zone(instance, zone_name), f"www.{zone_name}")
    assert listed(instance, f"www.{zone_name}") == ["target.example.net"]


def test_a_record_of_a_private_hosted_zone_is_not_public(instance: Instance) -> None:
    zone_name = edge.new_name("private")
    zone = hosted_zone(instance, zone_name, VPC={"VPCRegion": "us-east-1", "VPCId": "vpc-0123456789abcdef0"})
    change(instance, zone, f"www.{zone_name}")
    assert listed(instance, f"www.{zone_name}") == []


def test_an_alias_record_is_found_with_its_target(instance: Instance) -> None:
    zone_name = edge.new_name("zone")
    target = {"HostedZoneId": "Z2FDTNDATAQYW2", "DNSName": "d1.cloudfront.net", "EvaluateTargetHealth": False}
    record = {"Name": f"www.{zone_name}", "Type": "A", "AliasTarget": target}
    instance.client("route53").change_resource_record_sets(
        HostedZoneId=hosted_zone(instance, zone_name),
        ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]},
    )
    expected = {"name": f"www.{zone_name}", "type": "A", "value": "d1.cloudfront.net."}
    assert expected in edge.control(instance, "GET", "dns")
