"""Requests are counted under aliases and distributions, whatever hosts viewers name."""

from __future__ import annotations

import json

import pytest

from cloudfront_extensions.metrics.known_domains import KnownDomains

KNOWN = KnownDomains(
    [
        {
            "distributionId": "E2QWRUHAPOMQZL",
            "edgeDomain": "D111111abcdef8.cloudfront.net",
            "aliases": ["Shop.Example.com", "*.example.com", "xn--bcher-kva.example.org"],
        },
        {"distributionId": "E1MXTZBZBYV3NP", "edgeDomain": "d222222abcdef8.cloudfront.net", "aliases": []},
    ]
)
SHOP = "d111111abcdef8.cloudfront.net"


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("shop.example.com", "shop.example.com"),
        ("shop.example.com.", "shop.example.com"),
        ("www.example.com", "*.example.com"),
        ("*.example.com", "*.example.com"),
        ("a.www.example.com", "E2QWRUHAPOMQZL"),
        ("example.com", "E2QWRUHAPOMQZL"),
        (".example.com", "E2QWRUHAPOMQZL"),
        ("com", "E2QWRUHAPOMQZL"),
        ("", "E2QWRUHAPOMQZL"),
        ("-", "E2QWRUHAPOMQZL"),
        (SHOP, "E2QWRUHAPOMQZL"),
        ("192.0.2.7", "E2QWRUHAPOMQZL"),
        ("[2001:db8::7]", "E2QWRUHAPOMQZL"),
        ("xn--bcher-kva.example.org", "xn--bcher-kva.example.org"),
        ("bücher.example.org", "E2QWRUHAPOMQZL"),
        ("b\\xc3\\xbccher.example.org", "E2QWRUHAPOMQZL"),
        ("'; drop table", "E2QWRUHAPOMQZL"),
    ],
)
def test_a_host_is_counted_under_the_alias_that_covers_it_else_under_its_distribution(host: str, domain: str) -> None:
    assert KNOWN.fold(SHOP, host) == domain


def test_a_wildcard_alias_covers_exactly_one_label() -> None:
    assert KNOWN.fold(SHOP, "www.example.com") == "*.example.com"
    assert KNOWN.fold(SHOP, "www.eu.example.com") == "E2QWRUHAPOMQZL"


def test_an_alias_of_another_distribution_is_none_of_this_one() -> None:
    assert KNOWN.fold("d222222abcdef8.cloudfront.net", "shop.example.com") == "E1MXTZBZBYV3NP"


def test_what_an_unknown_distribution_answered_is_counted_under_its_own_name() -> None:
    assert KNOWN.fold("d333333abcdef8.cloudfront.net", "shop.example.com") == "d333333abcdef8.cloudfront.net"


def test_no_hosts_that_viewers_make_up_become_domains() -> None:
    folded = {KNOWN.fold(SHOP, f"{label}.attack.test") for label in range(1000)}
    assert folded == {"E2QWRUHAPOMQZL"}


def test_an_alias_that_two_distributions_list_is_counted_once() -> None:
    moving = KnownDomains(
        [
            {"distributionId": "E1", "edgeDomain": "d1.cloudfront.net", "aliases": ["a.test"]},
            {"distributionId": "E2", "edgeDomain": "d2.cloudfront.net", "aliases": ["a.test"]},
        ]
    )
    assert [moving.fold(edge_domain, "a.test") for edge_domain in ("d1.cloudfront.net", "d2.cloudfront.net")] == [
        "a.test",
        "E2",
    ]


def test_domains_are_the_distributions_and_their_aliases() -> None:
    assert KNOWN.domains() == [
        "E2QWRUHAPOMQZL",
        "E1MXTZBZBYV3NP",
        "shop.example.com",
        "*.example.com",
        "xn--bcher-kva.example.org",
    ]


def test_known_domains_are_written_as_a_plain_list_in_lower_case() -> None:
    assert json.loads(KNOWN.as_json()) == [
        {
            "distributionId": "E2QWRUHAPOMQZL",
            "edgeDomain": SHOP,
            "aliases": ["shop.example.com", "*.example.com", "xn--bcher-kva.example.org"],
        },
        {"distributionId": "E1MXTZBZBYV3NP", "edgeDomain": "d222222abcdef8.cloudfront.net", "aliases": []},
    ]


def test_an_account_without_distributions_counts_under_edge_domains() -> None:
    assert KnownDomains.from_json("[]").fold(SHOP, "shop.example.com") == SHOP
