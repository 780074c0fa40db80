"""Changes that Route 53 refuses, and its pages: MiniStack does it as AWS documents, and the product relies on it."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.integration.localaws.workbench import Json, Workbench

ZONE = "route53.example"


def record(name: str, value: str = "192.0.2.1") -> Json:
    return {"Name": f"{name}.{ZONE}", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": value}]}


def change(bench: Workbench, zone: str, action: str, one: Json) -> Json:
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": one}]}
    answer: Json = bench.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)
    return answer["ChangeInfo"]


@pytest.fixture
def zone(bench: Workbench, request: pytest.FixtureRequest) -> str:
    created = bench.client("route53").create_hosted_zone(Name=ZONE, CallerReference=request.node.name)
    return str(created["HostedZone"]["Id"])


def test_a_change_is_pending_at_first(bench: Workbench, zone: str) -> None:
    assert change(bench, zone, "CREATE", record("www"))["Status"] == "PENDING"


def test_a_record_is_created_once(bench: Workbench, zone: str) -> None:
    change(bench, zone, "CREATE", record("www"))
    with pytest.raises(ClientError, match="already exists"):
        change(bench, zone, "CREATE", record("www", "192.0.2.2"))


def test_only_the_record_that_is_there_can_be_deleted(bench: Workbench, zone: str) -> None:
    change(bench, zone, "CREATE", record("www"))
    with pytest.raises(ClientError, match="do not match"):
        change(bench, zone, "DELETE", record("www", "192.0.2.2"))
    change(bench, zone, "DELETE", record("www"))


def test_a_zone_that_is_not_there_is_an_error(bench: Workbench) -> None:
    with pytest.raises(ClientError) as refused:
        bench.client("route53").list_resource_record_sets(HostedZoneId="Z00000000")
    assert refused.value.response["Error"]["Code"] == "NoSuchHostedZone"


def test_records_come_in_pages(bench: Workbench, zone: str) -> None:
    for name in ("a", "b"):
        change(bench, zone, "CREATE", record(name))
    pages = (
        bench.client("route53")
        .get_paginator("list_resource_record_sets")
        .paginate(HostedZoneId=zone, PaginationConfig={"PageSize": 1})
    )
    names = [(page["ResourceRecordSets"][0]["Type"], len(page["ResourceRecordSets"])) for page in pages]
    assert sorted(names) == [("A", 1), ("A", 1), ("NS", 1), ("SOA", 1)]


def test_zones_come_in_pages_by_id_and_by_name(bench: Workbench, zone: str) -> None:
    bench.client("route53").create_hosted_zone(Name=f"other.{ZONE}", CallerReference=f"{zone}-other")
    pages = bench.client("route53").get_paginator("list_hosted_zones").paginate(PaginationConfig={"PageSize": 1})
    assert zone in [page["HostedZones"][0]["Id"] for page in pages]
    by_name = bench.client("route53").list_hosted_zones_by_name(DNSName=ZONE, MaxItems="1")
    assert (by_name["HostedZones"][0]["Name"], by_name["IsTruncated"]) == (f"{ZONE}.", True)
