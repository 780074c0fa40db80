"""Who writes the records of a name, and which ones it still needs."""

from __future__ import annotations

import pytest

from cloudfront_extensions.distributions.alias_dns import (
    AliasDns,
    AliasDnsMode,
    DnsRecord,
    missing_types,
    parse_alias_dns,
)

TARGET = "d111111abcdef8.cloudfront.net"


@pytest.mark.parametrize(
    ("value", "choice"),
    [
        (None, AliasDns(AliasDnsMode.MANUAL)),
        ({"mode": "manual"}, AliasDns(AliasDnsMode.MANUAL)),
        ({"mode": "auto"}, AliasDns(AliasDnsMode.AUTO)),
        ({"hostedZoneId": "Z0123"}, AliasDns(AliasDnsMode.HOSTED_ZONE, "Z0123")),
        ({"hostedZoneId": "/hostedzone/Z0123"}, AliasDns(AliasDnsMode.HOSTED_ZONE, "Z0123")),
    ],
)
def test_a_choice_is_read_and_reads_the_same_from_the_state(value: object, choice: AliasDns) -> None:
    assert parse_alias_dns(value) == choice
    assert parse_alias_dns(choice.as_json()) == choice
    assert "mode" in choice.as_json()


def alias(type_: str, target: str = TARGET + ".") -> DnsRecord:
    return DnsRecord("shop.example.com", type_, alias_target=target)


def test_a_name_without_records_needs_both_or_one_without_ipv6() -> None:
    assert missing_types([], TARGET, ipv6=True) == ("A", "AAAA")
    assert missing_types([], TARGET, ipv6=False) == ("A",)


def test_records_that_lead_to_the_distribution_are_not_written_again() -> None:
    assert missing_types([alias("A")], TARGET, ipv6=True) == ("AAAA",)
    assert missing_types([alias("A"), alias("AAAA")], TARGET, ipv6=True) == ()
    assert missing_types([DnsRecord("shop.example.com", "CNAME", values=(TARGET,))], TARGET, ipv6=True) == ()


@pytest.mark.parametrize(
    "record",
    [
        alias("A", "d222222abcdef8.cloudfront.net."),
        DnsRecord("shop.example.com", "A", values=("192.0.2.1",)),
        DnsRecord("shop.example.com", "AAAA", values=("2001:db8::1",)),
        DnsRecord("shop.example.com", "CNAME", values=("old-host.example.net",)),
        DnsRecord("shop.example.com", "A"),
    ],
)
def test_a_name_that_leads_elsewhere_is_taken(record: DnsRecord) -> None:
    assert missing_types([alias("AAAA"), record], TARGET, ipv6=True) is None


def test_records_of_other_types_are_no_obstacle() -> None:
    assert missing_types([DnsRecord("example.com", "MX", values=("10 mail.example.com",))], TARGET, ipv6=False) == (
        "A",
    )
