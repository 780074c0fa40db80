"""Whose certificate serves which items, and what the maps of a job are given."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cloudfront_extensions.certificates.request import parse_request as parse_certificate_request
from cloudfront_extensions.distributions.request import parse_request as parse_distribution_request
from cloudfront_extensions.jobs.grouping import (
    MAXIMUM_DISTRIBUTIONS_PER_GROUP,
    assign_certificates,
    certificates_manifest,
    groups_manifest,
    open_work,
)
from cloudfront_extensions.jobs.records import Item
from tests.unit.jobs.batches import SOURCE, finished, item_of, request_of, with_certificate, with_distribution

ZONES = {"example.net": "Z1", "shop.example.net": "Z2"}


def owners(*items: Item, aggregate: bool = True) -> list[str | None]:
    return [item.certificate_item_id for item in assign_certificates(items, aggregate_wildcards=aggregate)]


WILDCARD = item_of(2, "*.example.com", "example.com")
SHOP = item_of(3, "shop.example.com")


def test_every_item_owns_its_certificate_unless_asked_otherwise() -> None:
    assert owners(WILDCARD, SHOP, aggregate=False) == ["row-00002", "row-00003"]


def test_a_wildcard_serves_the_names_below_it_wherever_it_stands() -> None:
    assert owners(WILDCARD, SHOP) == ["row-00002", "row-00002"]
    assert owners(item_of(2, "shop.example.com"), item_of(3, "*.example.com")) == ["row-00003", "row-00003"]


def test_only_an_item_covered_altogether_is_served() -> None:
    assert owners(WILDCARD, item_of(3, "shop.example.com", "shop.example.org")) == ["row-00002", "row-00003"]
    assert owners(WILDCARD, item_of(3, "a.shop.example.com")) == ["row-00002", "row-00003"]


def test_names_covered_by_different_items_are_not_served() -> None:
    other = item_of(3, "*.example.org")
    assert owners(WILDCARD, other, item_of(4, "a.example.com", "a.example.org")) == [
        "row-00002",
        "row-00003",
        "row-00004",
    ]


def test_the_first_of_two_equal_wildcards_serves() -> None:
    again = item_of(4, "*.example.com", "example.com")
    assert owners(WILDCARD, SHOP, again) == ["row-00002", "row-00002", "row-00002"]


def test_a_chain_ends_at_one_owner() -> None:
    small = item_of(2, "*.example.com")
    large = item_of(4, "*.example.com", "*.example.org")
    assert owners(small, SHOP, large) == ["row-00004", "row-00004", "row-00004"]


def test_another_key_algorithm_is_another_certificate() -> None:
    curve = item_of(4, "a.example.com", key_algorithm="EC_prime256v1")
    same = item_of(5, "b.example.com", key_algorithm="RSA_2048")
    assert owners(WILDCARD, curve, same) == ["row-00002", "row-00004", "row-00002"]


def test_a_failed_item_neither_serves_nor_is_served() -> None:
    assert owners(with_certificate(WILDCARD, "FAILED"), SHOP) == ["row-00002", "row-00003"]
    assert owners(WILDCARD, with_certificate(SHOP, "FAILED")) == ["row-00002", "row-00003"]


def test_an_item_keeps_the_owner_it_has() -> None:
    settled = replace(SHOP, certificate_item_id="row-00003")
    assert owners(WILDCARD, settled) == ["row-00002", "row-00003"]


def test_manifests_are_inputs_of_the_workflows() -> None:
    request = request_of(
        dns={"mode": "auto"}, tags={"team": "web", "tier": "job"}, aggregateWildcards=True, notificationTopic=None
    )
    shop = replace(SHOP, origin_domain_name="origin.example.net", comment="Shop", key_algorithm="RSA_2048")
    work = open_work(assign_certificates([WILDCARD, shop], aggregate_wildcards=True))
    (certificate,) = certificates_manifest(work, request, ZONES)
    assert certificate == {
        "jobId": "spring",
        "itemId": "row-00002",
        "domainName": "*.example.com",
        "subjectAlternativeNames": ["example.com"],
        "tags": {"team": "web", "tier": "job"},
        "validation": {"mode": "manual"},
    }
    (group,) = groups_manifest(work, request, ZONES, SOURCE)
    assert group["groupId"] == "row-00002-1"
    assert group["certificate"] == certificate
    assert group["distributions"][1] == {
        "jobId": "spring",
        "itemId": "row-00003",
        "aliases": ["shop.example.com"],
        "source": SOURCE,
        "originDomainName": "origin.example.net",
        "comment": "Shop",
        "tags": {"team": "web", "tier": "job"},
        "dns": {"mode": "manual"},
        "enabled": True,
        "preflighted": True,
    }
    parse_certificate_request(certificate)
    arn = "arn:aws:acm:us-east-1:123456789012:certificate/1"
    for distribution in group["distributions"]:
        assert parse_distribution_request({**distribution, "certificateArn": arn}).preflighted


@pytest.mark.parametrize(
    ("names", "zone_id", "where"),
    [
        (("a.example.net",), None, {"hostedZoneId": "Z1"}),
        (("a.shop.example.net", "example.net"), None, {"hostedZoneId": "Z1"}),
        (("a.example.net", "a.example.com"), None, {"mode": "auto"}),
        (("a.example.com",), None, {"mode": "manual"}),
        (("a.example.com",), "Z9", {"hostedZoneId": "Z9"}),
    ],
)
def test_zones_are_looked_up_once_for_the_batch(
    names: tuple[str, ...], zone_id: str | None, where: dict[str, str]
) -> None:
    items = assign_certificates([replace(item_of(2, *names), hosted_zone_id=zone_id)], aggregate_wildcards=False)
    request = request_of(dns={"mode": "auto"})
    (group,) = groups_manifest(open_work(items), request, ZONES, SOURCE)
    assert group["certificate"]["validation"] == where
    assert group["distributions"][0]["dns"] == where


def test_each_kind_of_record_goes_where_the_request_says() -> None:
    items = assign_certificates([item_of(2, "a.example.net")], aggregate_wildcards=False)
    request = request_of(dns={"hostedZoneId": "Z7"}, validation={"mode": "manual"})
    (group,) = groups_manifest(open_work(items), request, ZONES, SOURCE)
    assert group["certificate"]["validation"] == {"mode": "manual"}
    assert group["distributions"][0]["dns"] == {"hostedZoneId": "Z7"}


def test_alias_records_are_a_persons_by_default() -> None:
    items = assign_certificates([replace(item_of(2, "a.example.net"), hosted_zone_id="Z1")], aggregate_wildcards=False)
    (group,) = groups_manifest(open_work(items), request_of(), ZONES, SOURCE)
    assert group["distributions"][0]["dns"] == {"mode": "manual"}


def test_a_wildcard_with_a_thousand_names_becomes_groups_that_fit() -> None:
    served = [item_of(line, f"n{line}.example.com") for line in range(3, 1003)]
    work = open_work(assign_certificates([item_of(2, "*.example.com"), *served], aggregate_wildcards=True))
    groups = groups_manifest(work, request_of(), {}, SOURCE)
    sizes = [len(group["distributions"]) for group in groups]
    assert sizes == [MAXIMUM_DISTRIBUTIONS_PER_GROUP] * 25 + [1]
    assert len({group["groupId"] for group in groups}) == 26
    assert {group["certificate"]["itemId"] for group in groups} == {"row-00002"}
    assert len(certificates_manifest(work, request_of(), {})) == 1


def test_long_names_make_smaller_groups() -> None:
    long_names = [f"n{number}.{'a' * 60}.{'b' * 60}.{'c' * 60}.example.com" for number in range(4000)]
    chunks = [long_names[start : start + 100] for start in range(0, 4000, 100)]
    items = [item_of(2, "*.x.example.com")]
    items += [replace(item_of(3 + n, *names), certificate_item_id="row-00002") for n, names in enumerate(chunks)]
    groups = groups_manifest(open_work(assign_certificates(items, aggregate_wildcards=True)), request_of(), {}, SOURCE)
    characters = [sum(len(name) for item in group["distributions"] for name in item["aliases"]) for group in groups]
    assert max(characters) <= 100_000
    assert sum(len(group["distributions"]) for group in groups) == 41


def test_certificates_alone_make_groups_without_distributions() -> None:
    items = assign_certificates(
        [item_of(2, "*.example.com", distributions=False), item_of(3, "a.example.com", distributions=False)],
        aggregate_wildcards=True,
    )
    request = request_of(distributions=False)
    (group,) = groups_manifest(open_work(items), request, {}, None)
    assert group["distributions"] == []


def test_what_is_finished_or_failed_is_left_out() -> None:
    done = finished(item_of(2, "a.example.com"))
    failed = with_certificate(item_of(3, "b.example.com"), "FAILED")
    issued = with_certificate(item_of(4, "c.example.com"), "ISSUED", arn="arn:c")
    half = with_distribution(with_certificate(item_of(5, "d.example.com"), "ISSUED", arn="arn:d"), "FAILED")
    served = replace(item_of(6, "e.example.com"), certificate_item_id="row-00003")
    only_certificate = with_certificate(item_of(7, "f.example.com", distributions=False), "ISSUED", arn="arn:f")
    work = open_work([done, failed, issued, half, served, only_certificate])
    assert [entry.owner.item_id for entry in work] == ["row-00004"]
    assert certificates_manifest(work, request_of(), {}) == []
    (group,) = groups_manifest(work, request_of(), {}, SOURCE)
    assert [item["itemId"] for item in group["distributions"]] == ["row-00004"]


def test_a_distribution_needs_a_source() -> None:
    work = open_work(assign_certificates([SHOP], aggregate_wildcards=False))
    with pytest.raises(ValueError, match="row-00003 wants a distribution"):
        groups_manifest(work, request_of(distributions=False), {}, None)
