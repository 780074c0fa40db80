"""What a cleanup may take back, and what it leaves to a person."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cloudfront_extensions.jobs.cleanup import (
    certificate_is_uncertain,
    config_hash,
    differences,
    distribution_is_uncertain,
    foreign_tags,
    has_certificate,
    is_unchanged,
    why_certificate_stays,
)
from cloudfront_extensions.jobs.records import (
    CertificateStage,
    CertificateStatus,
    CleanupStage,
    DistributionStage,
    DistributionStatus,
)
from cloudfront_extensions.tags import ITEM_TAG, JOB_TAG, USED_BY_TAG
from tests.unit.jobs.batches import finished, item_of, with_certificate, with_distribution

ITEM = finished(item_of(2, "shop.example.com"))
ARN = str(ITEM.certificate.arn)
EARLIER_ARN = "arn:earlier-attempt"
TAGS = {JOB_TAG: "spring", ITEM_TAG: "row-00002"}
CONFIG: dict[str, Any] = {
    "CallerReference": "spring-row-00002",
    "Aliases": {"Quantity": 2, "Items": ["shop.example.com", "www.example.com"]},
    "Comment": "",
    "Enabled": True,
    "Logging": {"Enabled": False, "Bucket": ""},
    "Origins": {"Quantity": 1, "Items": [{"Id": "shop", "DomainName": "origin.example.com"}]},
}
MAY_BE_MADE = {DistributionStatus.CREATING, DistributionStatus.UNKNOWN, DistributionStatus.FAILED}
MAY_BE_ASKED_FOR = {CertificateStatus.REQUESTED, CertificateStatus.UNKNOWN}


def with_aliases(*names: str) -> dict[str, Any]:
    return {**CONFIG, "Aliases": {"Quantity": len(names), "Items": list(names)}}


@pytest.mark.parametrize("status", DistributionStatus)
def test_a_distribution_may_have_been_made_unseen_while_it_was_being_created(status: DistributionStatus) -> None:
    assert distribution_is_uncertain(DistributionStage(status)) is (status in MAY_BE_MADE)


@pytest.mark.parametrize("status", DistributionStatus)
def test_a_distribution_on_record_is_never_uncertain(status: DistributionStatus) -> None:
    assert not distribution_is_uncertain(DistributionStage(status, id="E2"))


@pytest.mark.parametrize("status", CertificateStatus)
def test_a_certificate_may_have_been_made_unseen_while_it_was_being_requested(status: CertificateStatus) -> None:
    assert certificate_is_uncertain(CertificateStage(status)) is (status in MAY_BE_ASKED_FOR)


@pytest.mark.parametrize("status", CertificateStatus)
def test_a_certificate_on_record_is_never_uncertain(status: CertificateStatus) -> None:
    assert not certificate_is_uncertain(CertificateStage(status, arn=ARN))


def test_an_item_has_the_certificate_that_failed_but_is_on_record() -> None:
    assert has_certificate(with_certificate(ITEM, "FAILED", arn=ARN))


def test_an_item_has_the_certificate_that_may_have_been_made() -> None:
    assert has_certificate(with_certificate(ITEM, "UNKNOWN", arn=None))


def test_an_item_whose_request_was_refused_has_no_certificate() -> None:
    assert not has_certificate(with_certificate(ITEM, "FAILED", arn=None))


def test_the_hash_of_a_configuration_outlives_its_disabling() -> None:
    assert config_hash({**CONFIG, "Enabled": False}) == config_hash(CONFIG)


def test_only_the_distributions_own_switch_is_left_out_of_the_hash() -> None:
    assert config_hash({**CONFIG, "Logging": {"Enabled": True, "Bucket": ""}}) != config_hash(CONFIG)


def test_the_hash_does_not_depend_on_the_order_of_fields() -> None:
    assert config_hash(dict(reversed(CONFIG.items()))) == config_hash(CONFIG)


def test_a_distribution_with_the_etag_on_record_is_unchanged() -> None:
    assert is_unchanged(with_distribution(ITEM, "DEPLOYED", etag="E-1"), "E-1", CONFIG)


def test_a_distribution_is_changed_when_its_etag_is_another_one() -> None:
    assert not is_unchanged(with_distribution(ITEM, "DEPLOYED", etag="E-1"), "E-2", CONFIG)


def test_a_distribution_that_a_cleanup_disabled_is_unchanged_although_its_new_etag_was_lost() -> None:
    item = replace(
        with_distribution(ITEM, "DEPLOYED", etag="E-1"), cleanup=CleanupStage(config_hash=config_hash(CONFIG))
    )
    assert is_unchanged(item, "E-2", {**CONFIG, "Enabled": False})


def test_a_late_read_that_shows_a_distribution_as_it_was_before_a_cleanup_disabled_it_is_nobodys_change() -> None:
    item = replace(
        with_distribution(ITEM, "DEPLOYED", etag="E-2"),
        cleanup=CleanupStage(config_hash=config_hash(CONFIG), disabled_etag="E-1"),
    )
    assert is_unchanged(item, "E-1", CONFIG)
    assert not is_unchanged(item, "E-3", CONFIG)


def test_a_distribution_that_somebody_enabled_again_after_a_cleanup_disabled_it_is_changed() -> None:
    item = replace(
        with_distribution(ITEM, "DEPLOYED", etag="E-2"), cleanup=CleanupStage(config_hash=config_hash(CONFIG))
    )
    assert not is_unchanged(item, "E-3", CONFIG)


def test_a_distribution_that_somebody_changed_after_a_cleanup_disabled_it_is_changed() -> None:
    item = replace(
        with_distribution(ITEM, "DEPLOYED", etag="E-1"), cleanup=CleanupStage(config_hash=config_hash(CONFIG))
    )
    assert not is_unchanged(item, "E-3", {**CONFIG, "Enabled": False, "Comment": "Mine now"})


@pytest.mark.parametrize(
    ("now", "says"),
    [
        (CONFIG, "its configuration was written again"),
        (with_aliases("www.example.com", "shop.example.com"), "its configuration was written again"),
        (with_aliases("shop.example.com"), "aliases removed: www.example.com"),
        ({**CONFIG, "Aliases": {"Quantity": 0}}, "aliases removed: shop.example.com, www.example.com"),
        (
            with_aliases("shop.example.com", "blog.example.com", "new.example.com"),
            "aliases added: blog.example.com, new.example.com; aliases removed: www.example.com",
        ),
        ({**CONFIG, "Enabled": False, "Comment": "Mine now"}, "changed: Comment, Enabled"),
        ({**with_aliases("shop.example.com"), "Comment": "x"}, "aliases removed: www.example.com; changed: Comment"),
        ({**CONFIG, "Logging": {"Enabled": True, "Bucket": ""}}, "changed: Logging"),
        ({**CONFIG, "Logging": None}, "changed: Logging"),
        ({**CONFIG, "Origins": {"Quantity": 1, "Items": [{"Id": "shop", "DomainName": "o"}]}}, "changed: Origins"),
        ({**CONFIG, "Origins": {"Quantity": 1, "Items": []}}, "changed: Origins"),
        ({**CONFIG, "Origins": {"Quantity": 1, "Items": {}}}, "changed: Origins"),
        ({name: value for name, value in CONFIG.items() if name != "Enabled"}, "changed: Enabled"),
    ],
)
def test_differences_in_words(now: dict[str, Any], says: str) -> None:
    assert differences(CONFIG, now) == says


@pytest.mark.parametrize(
    "filled_in",
    [
        {"HttpVersion": "http2"},
        {"Logging": {"Enabled": False, "Bucket": "", "Prefix": ""}},
        {"Origins": {"Quantity": 1, "Items": [{**CONFIG["Origins"]["Items"][0], "ConnectionAttempts": 3}]}},
        {"Comment": None},
    ],
    ids=["field", "field within", "field of an origin", "empty text"],
)
def test_what_cloudfront_fills_in_is_no_difference(filled_in: dict[str, Any]) -> None:
    assert differences(CONFIG, {**CONFIG, **filled_in}) == "its configuration was written again"


def test_without_the_configuration_on_record_a_change_can_not_be_named() -> None:
    assert differences(None, CONFIG) == "its configuration was changed"


def test_the_items_own_tags_are_not_foreign_whatever_stands_beside_them() -> None:
    assert foreign_tags({**TAGS, "team": "web"}, ITEM.key) is None


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({}, f"its tag {JOB_TAG} was removed"),
        ({JOB_TAG: "spring"}, f"its tag {ITEM_TAG} was removed"),
        ({**TAGS, JOB_TAG: "autumn"}, f"its tag {JOB_TAG} says autumn"),
        ({**TAGS, ITEM_TAG: "row-00003"}, f"its tag {ITEM_TAG} says row-00003"),
        ({**TAGS, JOB_TAG: "Spring"}, f"its tag {JOB_TAG} says Spring"),
    ],
)
def test_tags_that_are_not_the_items_say_which(tags: dict[str, str], reason: str) -> None:
    assert foreign_tags(tags, ITEM.key) == reason


def test_a_certificate_with_the_items_tags_is_taken_back() -> None:
    assert why_certificate_stays(ITEM, ARN, TAGS, None) is None


def test_an_adopted_certificate_stays_although_the_import_tagged_it() -> None:
    adopted = with_certificate(ITEM, "ISSUED", arn=ARN, adopted=True)
    assert why_certificate_stays(adopted, ARN, TAGS, None) == "it was in ACM before this job"


def test_a_certificate_that_serves_an_item_outside_the_cleanup_stays() -> None:
    reason = why_certificate_stays(ITEM, ARN, TAGS, "row-00005")
    assert reason == "it serves item row-00005 too, which is not part of this cleanup"


def test_a_certificate_that_an_item_of_another_job_has_come_to_use_stays() -> None:
    reason = why_certificate_stays(ITEM, ARN, {**TAGS, USED_BY_TAG: "autumn/row-00007"}, None)
    assert reason == f"item row-00007 of job autumn uses it too, as its tag {USED_BY_TAG} says"


@pytest.mark.parametrize(("adopted", "also_serves"), [(True, None), (False, "row-00005")])
def test_a_certificate_of_an_earlier_attempt_goes_even_where_the_present_one_stays(
    adopted: bool, also_serves: str | None
) -> None:
    item = with_certificate(ITEM, "ISSUED", arn=ARN, adopted=adopted)
    assert why_certificate_stays(item, EARLIER_ARN, TAGS, also_serves) is None


def test_a_certificate_whose_tags_changed_since_it_was_found_stays() -> None:
    reason = why_certificate_stays(ITEM, EARLIER_ARN, {**TAGS, ITEM_TAG: "row-00003"}, None)
    assert reason == f"its tag {ITEM_TAG} says row-00003"
