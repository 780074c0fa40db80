"""Rows that bring their certificate: what the workflows are given for them, and what people read of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cloudfront_extensions.certificates.import_request import parse_import
from cloudfront_extensions.distributions.request import parse_request as parse_distribution_request
from cloudfront_extensions.jobs.account import AccountFacts
from cloudfront_extensions.jobs.grouping import assign_certificates, certificates_manifest, groups_manifest, open_work
from cloudfront_extensions.jobs.preflight import judge
from cloudfront_extensions.jobs.preflight_report import preflight_report, preflight_text
from cloudfront_extensions.jobs.records import Item
from cloudfront_extensions.jobs.report import job_report
from tests.unit.jobs.batches import (
    BUNDLE,
    IMPORTED,
    OTHER_BUNDLE,
    SOURCE,
    batch_of,
    import_row,
    item_of,
    request_of,
    with_certificate,
    with_distribution,
)

OWN = AccountFacts(imported_certificates=frozenset({IMPORTED}))
ITEM = replace(item_of(2), key_bundle=str(BUNDLE))


def groups_of(*items: Item, **fields: Any) -> list[dict[str, Any]]:
    work = open_work(assign_certificates(items, aggregate_wildcards=True))
    return groups_manifest(work, request_of(**fields), {"example.com": "Z1"}, SOURCE)


def test_imports_are_no_requests_and_their_groups_say_so() -> None:
    create, bundle = item_of(2, "a.example.com"), replace(item_of(3), key_bundle=str(BUNDLE))
    work = open_work(assign_certificates([create, bundle], aggregate_wildcards=False))
    assert [one["itemId"] for one in certificates_manifest(work, request_of(), {})] == ["row-00002"]
    groups = groups_of(create, bundle, tags={"team": "web"}, dns={"mode": "auto"})
    assert [(group["groupId"], group["method"]) for group in groups] == [
        ("row-00002-1", "create"),
        ("row-00003-1", "import"),
    ]
    assert groups[1]["certificate"] == {
        "jobId": "spring",
        "itemId": "row-00003",
        "keyBundle": {"secretId": str(BUNDLE)},
        "tags": {"team": "web"},
    }
    (distribution,) = groups[1]["distributions"]
    assert "aliases" not in distribution
    assert distribution["dns"] == {"mode": "auto"}
    assert parse_import(groups[1]["certificate"]).aliases == ()
    assert parse_distribution_request({**distribution, "certificateArn": IMPORTED}).aliases == ()


def test_names_wanted_are_told_to_the_import_and_to_the_distribution() -> None:
    item = replace(item_of(2, "a.example.com", "b.example.com"), key_bundle=str(OTHER_BUNDLE), import_into=IMPORTED)
    (group,) = groups_of(item, tags={"team": "web"})
    assert group["certificate"] == {
        "jobId": "spring",
        "itemId": "row-00002",
        "keyBundle": OTHER_BUNDLE.as_json(),
        "certificateArn": IMPORTED,
        "aliases": ["a.example.com", "b.example.com"],
    }
    assert group["distributions"][0]["aliases"] == ["a.example.com", "b.example.com"]
    assert parse_import(group["certificate"]).certificate_arn == IMPORTED


def test_imports_neither_serve_nor_are_served() -> None:
    wildcard, name = item_of(2, "*.example.com"), item_of(4, "shop.example.com")
    other = replace(item_of(3, "*.example.com", "blog.example.com"), key_bundle=str(BUNDLE))
    served = assign_certificates([wildcard, other, name], aggregate_wildcards=True)
    assert [item.certificate_item_id for item in served] == ["row-00002", "row-00003", "row-00002"]
    alone = assign_certificates([other, name], aggregate_wildcards=True)
    assert [item.certificate_item_id for item in alone] == ["row-00003", "row-00004"]


def test_the_preflight_report_shows_what_will_be_imported() -> None:
    request, batch = (
        request_of(),
        batch_of(import_row(2), import_row(3, "a.example.com", bundle=OTHER_BUNDLE, import_into=IMPORTED)),
    )
    judgement = judge(request, batch, OWN)
    groups = groups_manifest(judgement.work, request, {}, SOURCE)
    told = preflight_report(request, judgement, [], groups)
    assert (told["counts"]["certificates"], told["counts"]["imports"]) == (0, 2)
    assert told["imports"] == [
        {
            "itemId": "row-00002",
            "keyBundle": {"secretId": str(BUNDLE)},
            "certificateArn": None,
            "names": None,
            "distributions": 1,
        },
        {
            "itemId": "row-00003",
            "keyBundle": OTHER_BUNDLE.as_json(),
            "certificateArn": IMPORTED,
            "names": ["a.example.com"],
            "distributions": 1,
        },
    ]
    assert [one["aliases"] for one in told["distributions"]] == [None, ["a.example.com"]]
    assert "To make: 0 certificates, 2 imports and 2 distributions" in preflight_text(told)


@pytest.mark.parametrize(
    ("place", "name"),
    [(str(BUNDLE), "shop"), (str(OTHER_BUNDLE), "blog.pem"), ("arn:aws:secretsmanager:x:1:secret:a/b/c-X", "c-X")],
)
def test_an_item_without_names_is_known_by_its_bundle(place: str, name: str) -> None:
    failed = with_certificate(
        replace(ITEM, key_bundle=place), "FAILED", error="BundleExpired", reason="it ended in May"
    )
    (entry,) = job_report("spring", [failed], request_of())["items"]
    assert (entry["domainName"], entry["names"], entry["outcome"]) == (name, [], "failed")


def test_an_import_that_gave_its_names_is_known_by_them() -> None:
    live = with_distribution(
        replace(
            with_certificate(ITEM, "ISSUED", arn=IMPORTED),
            domain_name="a.example.com",
            names=("a.example.com", "b.example.com"),
        ),
        "DEPLOYED",
    )
    (entry,) = job_report("spring", [live], request_of())["items"]
    assert (entry["domainName"], entry["names"]) == ("a.example.com", ["a.example.com", "b.example.com"])
