"""The world's DNS can be asked as DNS is asked."""

from __future__ import annotations

import socket

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import pytest

from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.route53.test_dns import hosted_zone


def ask(instance: Instance, name: str, record_type: str, payload: int = 4096) -> dns.message.Message:
    host, port = instance.dns_address.split(":")
    query = dns.message.make_query(name, record_type, use_edns=payload > 0, payload=payload)
    with socket.socket(type=socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.sendto(query.to_wire(), (host, int(port)))
        answer = dns.message.from_wire(client.recv(65_535))
    assert query.is_response(answer)
    return answer


def values(answer: dns.message.Message) -> list[str]:
    """What an answer says, each record as type and value."""
    return [f"{dns.rdatatype.to_text(found.rdtype)} {data.to_text()}" for found in answer.answer for data in found]


def publish(instance: Instance, name: str, record_type: str, value: str) -> None:
    edge.control(instance, "PUT", "dns", name=name, type=record_type, value=value)


@pytest.mark.parametrize(
    ("record_type", "value"),
    [
        ("CNAME", "target.example.net."),
        ("A", "198.51.100.7"),
        ("AAAA", "2001:db8::7"),
        ("TXT", '"v=spf1 -all"'),
        ("MX", "10 mail.example.net."),
    ],
)
def test_a_published_record_is_answered(instance: Instance, record_type: str, value: str) -> None:
    name = edge.new_name()
    publish(instance, name, record_type, value)
    answer = ask(instance, name, record_type)
    assert values(answer) == [f"{record_type} {value}"]
    assert answer.rcode() == dns.rcode.NOERROR


def test_a_withdrawn_record_is_gone(instance: Instance) -> None:
    name = edge.new_name()
    publish(instance, name, "CNAME", "target.example.net")
    assert ask(instance, name, "CNAME").rcode() == dns.rcode.NOERROR
    edge.control(instance, "DELETE", "dns", name=name, type="CNAME", value="target.example.net")
    assert ask(instance, name, "CNAME").rcode() == dns.rcode.NXDOMAIN


def test_a_record_of_a_public_hosted_zone_is_answered_and_one_of_a_private_zone_is_not(instance: Instance) -> None:
    name = edge.new_name("zone")
    private = hosted_zone(instance, name, VPC={"VPCRegion": "us-east-1", "VPCId": "vpc-1"})
    change(instance, private, {"Name": f"inside.{name}", "Type": "A", "TTL": 60, **resource_records("10.0.0.1")})
    public = hosted_zone(instance, name)
    change(instance, public, {"Name": f"www.{name}", "Type": "A", "TTL": 60, **resource_records("198.51.100.7")})
    assert values(ask(instance, f"www.{name}", "A")) == ["A 198.51.100.7"]
    assert ask(instance, f"inside.{name}", "A").rcode() == dns.rcode.NXDOMAIN


def test_the_validation_record_of_a_certificate_is_answered(instance: Instance) -> None:
    (record,) = edge.records(instance, edge.request(instance, edge.new_name()))
    edge.publish(instance, record)
    assert values(ask(instance, record["Name"], "CNAME")) == [f"CNAME {record['Value']}"]


def test_a_name_of_any_case_is_the_same_name(instance: Instance) -> None:
    name = edge.new_name()
    publish(instance, name, "CNAME", "target.example.net")
    assert values(ask(instance, name.upper(), "CNAME")) == ["CNAME target.example.net."]


def test_a_cname_is_followed_as_far_as_it_goes(instance: Instance) -> None:
    first, second, third = edge.new_name(), edge.new_name(), edge.new_name()
    publish(instance, first, "CNAME", second)
    publish(instance, second, "CNAME", third)
    answer = ask(instance, first, "A")
    assert values(answer) == [f"CNAME {second}.", f"CNAME {third}."]
    assert answer.rcode() == dns.rcode.NXDOMAIN
    publish(instance, third, "A", "198.51.100.7")
    assert values(ask(instance, first, "A")) == [f"CNAME {second}.", f"CNAME {third}.", "A 198.51.100.7"]


def test_names_that_point_at_each_other_are_answered(instance: Instance) -> None:
    one, other = edge.new_name(), edge.new_name()
    publish(instance, one, "CNAME", other)
    publish(instance, other, "CNAME", one)
    assert values(ask(instance, one, "A")) == [f"CNAME {other}.", f"CNAME {one}."]


def test_an_alias_record_answers_with_an_address_for_documentation(instance: Instance) -> None:
    zone_name = edge.new_name("zone")
    target = {
        "HostedZoneId": "Z2FDTNDATAQYW2",
        "DNSName": "d111111abcdef8.cloudfront.net",
        "EvaluateTargetHealth": False,
    }
    zone = hosted_zone(instance, zone_name)
    for record_type in ("A", "AAAA"):
        change(instance, zone, {"Name": zone_name, "Type": record_type, "AliasTarget": target})
    assert values(ask(instance, zone_name, "A")) == ["A 192.0.2.1"]
    assert values(ask(instance, zone_name, "AAAA")) == ["AAAA 2001:db8::1"]


def test_a_name_with_other_records_or_with_names_below_it_exists(instance: Instance) -> None:
    name = edge.new_name()
    publish(instance, f"www.{name}", "A", "198.51.100.7")
    for existing in (name, f"www.{name}"):
        answer = ask(instance, existing, "TXT")
        assert (answer.rcode(), answer.answer) == (dns.rcode.NOERROR, [])
    assert ask(instance, f"mail.{name}", "TXT").rcode() == dns.rcode.NXDOMAIN


def test_a_value_that_is_none_is_a_failure_of_the_server(instance: Instance) -> None:
    name = edge.new_name()
    publish(instance, name, "CNAME", "two..dots")
    assert ask(instance, name, "CNAME").rcode() == dns.rcode.SERVFAIL


def test_an_answer_that_is_too_long_for_the_client_says_so(instance: Instance) -> None:
    name = edge.new_name()
    for number in range(10):
        publish(instance, name, "TXT", f'"{number}{"x" * 100}"')
    assert ask(instance, name, "TXT", payload=0).flags & dns.flags.TC
    assert len(values(ask(instance, name, "TXT"))) == 10


def test_what_is_no_question_stops_nothing(instance: Instance) -> None:
    host, port = instance.dns_address.split(":")
    with socket.socket(type=socket.SOCK_DGRAM) as client:
        client.sendto(b"hello", (host, int(port)))
        client.sendto(dns.message.Message().to_wire(), (host, int(port)))
    assert ask(instance, "nothing.example.org", "A").rcode() == dns.rcode.NXDOMAIN


def resource_records(value: str) -> dict[str, list[dict[str, str]]]:
    return {"ResourceRecords": [{"Value": value}]}


def change(instance: Instance, zone: str, record: edge.Json) -> None:
    instance.client("route53").change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
    )
