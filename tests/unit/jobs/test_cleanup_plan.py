"""What a cleanup goes through, and what of each item has to stay for the sake of others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from cloudfront_extensions.certificates.validation import ValidationRecord
from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.jobs.cleanup_plan import CleanupEntry, LiveCertificate, chosen, cleanup_manifest
from cloudfront_extensions.jobs.cleanup_request import CleanupRequest
from cloudfront_extensions.jobs.records import Item
from tests.unit.jobs.batches import BUNDLE, IMPORTED, finished, item_of, with_certificate, with_distribution

EVERYTHING = CleanupRequest("spring")
ONLY_FAILED = CleanupRequest("spring", only_failed=True)


def record_of(name: str, created_in: str | None = "Z1") -> ValidationRecord:
    """As ACM names them: a wildcard and the domain below it share one."""
    domain = name.removeprefix("*.")
    return ValidationRecord(name, f"_x.{domain}.", "CNAME", "_y.acm-validations.aws.", created_in=created_in)


def owner(line: int, *names: str, created_in: str | None = "Z1") -> Item:
    """An item that is done, with a certificate whose records the job created."""
    item = finished(item_of(line, *names))
    distinct = {record.name: record for record in (record_of(name, created_in) for name in reversed(names))}
    return with_certificate(item, "ISSUED", validation_records=tuple(distinct.values()))


def served(line: int, *names: str, by: Item) -> Item:
    """An item that is done, with the certificate of another one."""
    item = with_distribution(item_of(line, *names), "DEPLOYED", id=f"E{line}")
    return replace(item, certificate_item_id=by.item_id)


def manifest(
    items: Sequence[Item],
    wanted: Sequence[Item] | None = None,
    *live: LiveCertificate,
    tagged: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, CleanupEntry]:
    """Item id → its entry, in the manifest's order; without `wanted`, of the whole job."""
    entries = cleanup_manifest(items, items if wanted is None else wanted, tagged or {}, live)
    return {entry["itemId"]: entry for entry in entries}


SHOP, WILDCARD, BLOG = owner(2, "shop.example.com"), owner(3, "*.shop.example.com"), owner(4, "blog.example.com")
FAILED = with_certificate(item_of(5, "taken.example.com"), "FAILED")


def test_without_a_choice_the_whole_job_is_cleaned_up() -> None:
    assert chosen([SHOP, FAILED], EVERYTHING) == (SHOP, FAILED)


def test_items_may_be_chosen_by_their_ids() -> None:
    assert chosen([SHOP, BLOG, FAILED], CleanupRequest("spring", ("row-00004",))) == (BLOG,)


def test_ids_that_the_job_does_not_have_are_refused_by_name() -> None:
    request = CleanupRequest("spring", ("row-00002", "row-00098", "row-00099"))
    with pytest.raises(InvalidInput, match=r"^items: job spring has no row-00098, row-00099;"):
        chosen([SHOP], request)


def test_of_many_ids_that_the_job_does_not_have_ten_are_named() -> None:
    request = CleanupRequest("spring", tuple(f"row-{line:05d}" for line in range(11)))
    with pytest.raises(InvalidInput, match=r"row-00009 and others;"):
        chosen([], request)


def test_only_what_is_not_done_may_be_chosen() -> None:
    unfinished = with_distribution(SHOP, "DEPLOYING")
    assert chosen([unfinished, BLOG, FAILED], ONLY_FAILED) == (unfinished, FAILED)


def test_an_item_without_its_owners_certificate_is_not_done() -> None:
    lost = with_certificate(SHOP, "FAILED")
    waiting = served(6, "a.shop.example.com", by=lost)
    assert chosen([lost, waiting], ONLY_FAILED) == (lost, waiting)


def test_an_item_that_is_done_stays_when_its_owner_is_not() -> None:
    half = with_distribution(WILDCARD, "FAILED")
    assert chosen([half, served(6, "a.shop.example.com", by=half)], ONLY_FAILED) == (half,)


def test_only_items_of_the_cleanup_have_entries() -> None:
    assert list(manifest([SHOP, BLOG], [BLOG])) == ["row-00004"]


def test_names_near_each_other_come_one_after_another() -> None:
    names = ("shop.example.com", "example.org", "blog.example.com", "*.shop.example.com", "a.blog.example.com")
    items = [owner(line, name) for line, name in enumerate(names)]
    assert [items[int(item_id[-1])].domain_name for item_id in manifest(items)] == [
        "blog.example.com",
        "a.blog.example.com",
        "shop.example.com",
        "*.shop.example.com",
        "example.org",
    ]


def test_an_item_without_names_has_an_entry_of_nothing_but_itself() -> None:
    assert manifest([item_of(7, "")])["row-00007"] == {
        "itemId": "row-00007",
        "certificates": [],
        "alsoServes": None,
        "neededBy": {},
        "sharedWith": {},
    }


def test_a_certificate_also_serves_an_item_that_stays() -> None:
    entries = manifest([WILDCARD, served(6, "a.shop.example.com", by=WILDCARD)], [WILDCARD])
    assert entries["row-00003"]["alsoServes"] == "row-00006"


def test_a_certificate_also_serves_an_item_that_came_to_use_it() -> None:
    other = with_certificate(item_of(6, "b.shop.example.com"), "ISSUED", arn=WILDCARD.certificate.arn, adopted=True)
    assert manifest([WILDCARD, other], [WILDCARD])["row-00003"]["alsoServes"] == "row-00006"
    assert manifest([WILDCARD, other])["row-00003"]["alsoServes"] is None


def test_a_certificate_waits_for_nobody_else_when_all_that_it_serves_go() -> None:
    entries = manifest([WILDCARD, served(6, "a.shop.example.com", by=WILDCARD), BLOG], None)
    assert {entry["alsoServes"] for entry in entries.values()} == {None}


def test_an_item_that_stays_with_its_own_certificate_keeps_no_others() -> None:
    assert manifest([SHOP, BLOG], [SHOP])["row-00002"]["alsoServes"] is None


def test_certificates_that_are_not_on_record_are_found_by_their_tags() -> None:
    tagged = {"row-00002": ["arn:first", "arn:second"], "row-00004": ["arn:blog"], "": ["arn:nobody"]}
    assert manifest([SHOP, BLOG], [SHOP], tagged=tagged)["row-00002"]["certificates"] == ["arn:first", "arn:second"]


@pytest.mark.parametrize("name", ["shop.example.com", "*.shop.example.com"])
def test_a_record_is_needed_by_another_certificate_of_its_domain(name: str) -> None:
    elsewhere = LiveCertificate("arn:elsewhere", ("www.example.net", name))
    needed = manifest([SHOP], None, elsewhere)["row-00002"]["neededBy"]
    assert needed == {"_x.shop.example.com.": "arn:elsewhere"}


def test_a_wildcards_record_is_needed_by_a_certificate_of_the_domain_below_it() -> None:
    elsewhere = LiveCertificate("arn:elsewhere", ("shop.example.com",))
    assert manifest([WILDCARD], None, elsewhere)["row-00003"]["neededBy"] == {"_x.shop.example.com.": "arn:elsewhere"}


@pytest.mark.parametrize("name", ["example.com", "*.example.com", "a.shop.example.com", "myshop.example.com"])
def test_a_record_is_not_needed_by_certificates_of_other_domains(name: str) -> None:
    assert manifest([SHOP], None, LiveCertificate("arn:elsewhere", (name,)))["row-00002"]["neededBy"] == {}


def test_each_record_of_a_certificate_is_judged_by_itself() -> None:
    both = owner(2, "shop.example.com", "blog.example.com")
    elsewhere = LiveCertificate("arn:elsewhere", ("blog.example.com",))
    assert manifest([both], None, elsewhere)["row-00002"]["neededBy"] == {"_x.blog.example.com.": "arn:elsewhere"}


def test_a_record_is_needed_by_a_certificate_of_the_job_that_is_not_part_of_the_cleanup() -> None:
    live = LiveCertificate(str(WILDCARD.certificate.arn), WILDCARD.names)
    needed = manifest([SHOP, WILDCARD], [SHOP], live)["row-00002"]["neededBy"]
    assert needed == {"_x.shop.example.com.": WILDCARD.certificate.arn}


def test_certificates_of_the_cleanup_need_no_record_of_it() -> None:
    own = LiveCertificate(str(SHOP.certificate.arn), SHOP.names)
    other = LiveCertificate(str(WILDCARD.certificate.arn), WILDCARD.names)
    assert manifest([SHOP, WILDCARD], None, own, other)["row-00002"]["neededBy"] == {}


def test_an_orphaned_certificate_of_the_cleanup_needs_no_record_of_it() -> None:
    orphan = LiveCertificate("arn:orphan", SHOP.names)
    entry = manifest([SHOP, BLOG], None, orphan, tagged={"row-00004": ["arn:orphan"]})["row-00002"]
    assert entry["neededBy"] == {}


@pytest.mark.parametrize("tagged_for", ["row-00004", ""], ids=["an item that stays", "no item"])
def test_an_orphaned_certificate_of_somebody_else_needs_its_record(tagged_for: str) -> None:
    orphan = LiveCertificate("arn:orphan", SHOP.names)
    entry = manifest([SHOP, BLOG], [SHOP], orphan, tagged={tagged_for: ["arn:orphan"]})["row-00002"]
    assert entry["neededBy"] == {"_x.shop.example.com.": "arn:orphan"}


def test_a_record_that_the_job_did_not_create_is_nobodys_concern() -> None:
    found = owner(2, "shop.example.com", created_in=None)
    entry = manifest([found, WILDCARD], None, LiveCertificate("arn:elsewhere", ("shop.example.com",)))["row-00002"]
    assert (entry["neededBy"], entry["sharedWith"]) == ({}, {})


def test_a_wildcard_and_the_domain_below_it_share_a_record() -> None:
    entries = manifest([SHOP, WILDCARD, BLOG])
    assert {item_id: entry["sharedWith"] for item_id, entry in entries.items()} == {
        "row-00002": {"_x.shop.example.com.": ["row-00003"]},
        "row-00003": {"_x.shop.example.com.": ["row-00002"]},
        "row-00004": {},
    }


def test_a_certificate_of_both_names_shares_their_record_with_nobody() -> None:
    assert manifest([owner(2, "shop.example.com", "*.shop.example.com")])["row-00002"]["sharedWith"] == {}


def test_an_item_shares_records_before_its_own_are_known() -> None:
    requested = with_certificate(item_of(3, "*.shop.example.com"), "REQUESTED")
    assert manifest([SHOP, requested])["row-00002"]["sharedWith"] == {"_x.shop.example.com.": ["row-00003"]}


def test_an_item_with_anothers_certificate_shares_no_record() -> None:
    apex = served(6, "shop.example.com", by=BLOG)
    assert manifest([apex, WILDCARD, BLOG])["row-00003"]["sharedWith"] == {}


def test_an_imported_certificate_shares_no_record() -> None:
    row = replace(item_of(3, "*.shop.example.com"), key_bundle=str(BUNDLE), import_into=IMPORTED)
    imported = with_certificate(row, "ISSUED", arn=IMPORTED, adopted=True)
    assert manifest([SHOP, imported])["row-00002"]["sharedWith"] == {}


def test_a_certificate_waits_for_no_item_whose_distribution_is_gone() -> None:
    gone = with_distribution(served(6, "a.shop.example.com", by=WILDCARD), "REMOVED", id=None)
    assert manifest([WILDCARD, gone], [WILDCARD])["row-00003"]["alsoServes"] is None
