"""Record sets that Route 53 refuses, and those that it takes."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.integration.localaws.workbench import Json, Workbench

ZONE = "record-sets.example"
NAME = f"www.{ZONE}"
ALIAS = {"HostedZoneId": "Z2FDTNDATAQYW2", "DNSName": "d111.cloudfront.net", "EvaluateTargetHealth": False}


def record(record_type: str, *values: str, name: str = NAME, **more: object) -> Json:
    held = {"TTL": 60, "ResourceRecords": [{"Value": value} for value in values]} if values else {}
    return {"Name": name, "Type": record_type, **held, **more}


def change(bench: Workbench, zone: str, *changes: tuple[str, Json]) -> None:
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": one} for action, one in changes]}
    bench.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)


def code_of(bench: Workbench, zone: str, *changes: tuple[str, Json]) -> str:
    with pytest.raises(ClientError) as refused:
        change(bench, zone, *changes)
    return str(refused.value.response["Error"]["Code"])


@pytest.fixture
def zone(bench: Workbench, request: pytest.FixtureRequest) -> str:
    created = bench.client("route53").create_hosted_zone(Name=ZONE, CallerReference=request.node.name)
    return str(created["HostedZone"]["Id"])


@pytest.mark.parametrize(
    ("one", "code"),
    [
        pytest.param(record("CNAME", "a.example", name=ZONE), "InvalidChangeBatch", id="CNAME at the top"),
        pytest.param(record("CNAME", "a.example", "b.example"), "InvalidChangeBatch", id="CNAME with two values"),
        pytest.param(record("A", "a.example"), "InvalidChangeBatch", id="A without an address"),
        pytest.param(record("AAAA", "192.0.2.1"), "InvalidChangeBatch", id="AAAA with an IPv4 address"),
        pytest.param(record("A", AliasTarget=ALIAS, TTL=60), "InvalidInput", id="alias with a TTL"),
        pytest.param(record("A"), "InvalidInput", id="neither alias nor values"),
    ],
)
def test_a_record_that_can_not_be_is_refused(bench: Workbench, zone: str, one: Json, code: str) -> None:
    assert code_of(bench, zone, ("CREATE", one)) == code
    assert code_of(bench, zone, ("UPSERT", one)) == code


@pytest.mark.parametrize("first", [record("A", "192.0.2.1"), record("A", AliasTarget=ALIAS)], ids=["A", "alias"])
def test_a_cname_has_its_name_to_itself(bench: Workbench, zone: str, first: Json) -> None:
    cname = record("CNAME", "a.example")
    change(bench, zone, ("CREATE", first))
    assert code_of(bench, zone, ("UPSERT", cname)) == "InvalidChangeBatch"
    change(bench, zone, ("DELETE", first), ("CREATE", cname))
    assert code_of(bench, zone, ("CREATE", first)) == "InvalidChangeBatch"


def test_names_are_compared_without_case_and_trailing_dot(bench: Workbench, zone: str) -> None:
    change(bench, zone, ("CREATE", record("CNAME", "a.example")))
    assert code_of(bench, zone, ("CREATE", record("A", "192.0.2.1", name=f"WWW.{ZONE}."))) == "InvalidChangeBatch"


@pytest.mark.parametrize("name", ["www.elsewhere.com", f"elsewhere.{ZONE}.com", f"not{ZONE}"])
def test_a_record_outside_its_zone_is_refused(bench: Workbench, zone: str, name: str) -> None:
    assert code_of(bench, zone, ("UPSERT", record("CNAME", "a.example", name=name))) == "InvalidChangeBatch"


def test_a_record_at_the_top_of_its_zone_is_taken(bench: Workbench, zone: str) -> None:
    change(bench, zone, ("UPSERT", record("TXT", '"text"', name=ZONE.upper())))


def test_other_types_share_a_name(bench: Workbench, zone: str) -> None:
    both = [("CREATE", record(record_type, AliasTarget=ALIAS)) for record_type in ("A", "AAAA")]
    change(
        bench, zone, *both, ("CREATE", record("TXT", '"text"')), ("UPSERT", record("A", AliasTarget=ALIAS, name=ZONE))
    )


def test_a_refused_batch_changes_nothing(bench: Workbench, zone: str) -> None:
    wanted = ("CREATE", record("A", "192.0.2.1"))
    assert code_of(bench, zone, wanted, ("CREATE", record("CNAME", "a.example"))) == "InvalidChangeBatch"
    change(bench, zone, wanted)


def test_ministack_alone_takes_an_address_beside_a_cname(stock: Workbench) -> None:
    created = stock.client("route53").create_hosted_zone(Name=ZONE, CallerReference="stock")["HostedZone"]["Id"]
    change(stock, created, ("CREATE", record("CNAME", "a.example")), ("CREATE", record("A", "no-address")))
