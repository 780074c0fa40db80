"""What one target would become, and what speaks against it."""

from __future__ import annotations

from typing import Any

import pytest

from cloudfront_extensions.certificates.outcome import Certificate
from cloudfront_extensions.errors import CloudFrontExtensionsError
from cloudfront_extensions.versions.keep import kept_fields
from cloudfront_extensions.versions.references import ReferenceKind, Thing
from cloudfront_extensions.versions.rollback_draft import Draft, Facts, LiveTarget, draft, reasons_against
from tests.unit.versions.shops import ACCOUNT, CERTIFICATE, behavior, block, certificate, origin, shop

NOTHING_KEPT: tuple[str, ...] = kept_fields([], same_distribution=True)
KEPT = kept_fields(None, same_distribution=True)
BLOG_CERTIFICATE = Certificate(CERTIFICATE.format("blog"), ("blog.example.com", "*.blog.example.com"), "ISSUED")


def drafted(source: dict[str, Any], live: dict[str, Any] | None = None, kept: tuple[str, ...] = KEPT) -> Draft:
    return draft(LiveTarget("E1", "ETAG1", 4, ACCOUNT, live or shop()), source, kept)


def reasons(one: Draft, canary: bool = False, **facts: Any) -> list[str]:
    return [f"{type(reason).__name__}: {reason}" for reason in reasons_against(one, Facts(**facts), canary=canary)]


def test_a_draft_has_the_changes_and_what_is_referred_to_anew() -> None:
    one = drafted(shop(DefaultCacheBehavior=behavior(CachePolicyId="cache-9")))

    assert [change.path for change in one.changes] == [("DefaultCacheBehavior", "CachePolicyId")]
    assert [thing for thing, _ in one.references] == [Thing(ReferenceKind.CACHE_POLICY, "cache-9")]
    assert reasons(one) == []


def test_the_same_configuration_in_other_words_changes_nothing() -> None:
    source = shop(Aliases=block("shop.example.com"))
    del source["OriginGroups"], source["Staging"]

    assert drafted(source, kept=NOTHING_KEPT).changes == ()


def test_what_it_refers_to_and_is_not_there_is_named_with_its_place() -> None:
    policy = Thing(ReferenceKind.CACHE_POLICY, "cache-9")
    source = shop(CacheBehaviors=block(behavior(PathPattern="/api/*", CachePolicyId="cache-9")))

    assert reasons(drafted(source), missing=frozenset({policy})) == [
        "ReferenceNotFound: CacheBehaviors[/api/*].CachePolicyId: there is no cache policy cache-9"
    ]


def test_all_reasons_are_told_at_once() -> None:
    source = shop(
        DefaultCacheBehavior=behavior(CachePolicyId="cache-9", OriginRequestPolicyId="request-9"),
        Aliases=block("taken.example.com"),
        ViewerCertificate=certificate("blog"),
    )
    missing = {Thing(ReferenceKind.CACHE_POLICY, "cache-9"), Thing(ReferenceKind.ORIGIN_REQUEST_POLICY, "request-9")}
    told = reasons(
        drafted(source, kept=NOTHING_KEPT),
        missing=frozenset(missing),
        certificates={BLOG_CERTIFICATE.arn: BLOG_CERTIFICATE},
        alias_owners={"taken.example.com": "E7"},
        canary=True,
    )

    assert [reason.partition(":")[0] for reason in told] == [
        *["ReferenceNotFound"] * 2,
        "CertificateDoesNotCoverAlias",
        "AliasInUse",
        *["CanaryNotPossible"] * 2,
    ]


@pytest.mark.parametrize(
    ("changes", "keep", "covered"),
    [
        ({"Aliases": block("blog.example.com")}, ["certificate"], False),
        ({"Aliases": block("www.blog.example.com")}, [], True),
        ({"Aliases": block("a.b.blog.example.com")}, [], False),
        ({"Aliases": block("BLOG.example.com")}, [], True),
        ({"Aliases": block()}, [], True),
        ({}, ["aliases"], False),
        ({}, ["aliases", "certificate"], True),
    ],
)
def test_a_certificate_has_to_cover_the_aliases_where_one_of_them_is_new(
    changes: dict[str, Any], keep: list[str], covered: bool
) -> None:
    shops = Certificate(CERTIFICATE.format("shop"), ("shop.example.com",), "ISSUED")
    found = {one.arn: one for one in (shops, BLOG_CERTIFICATE)}
    source = shop(ViewerCertificate=certificate("blog"), **changes)
    one = drafted(source, kept=kept_fields(keep, same_distribution=True))

    told = reasons(one, certificates=found)

    assert (told == []) is covered
    assert all(reason.startswith("CertificateDoesNotCoverAlias: certificate arn:aws:acm") for reason in told)


def test_what_cloudfront_serves_already_is_not_judged_again() -> None:
    expired = Certificate(CERTIFICATE.format("shop"), (), "EXPIRED")
    one = drafted(shop(Comment="other"))

    assert one.certificate_arn is None
    assert reasons(one, certificates={expired.arn: expired}) == []


def test_a_certificate_that_is_not_issued_can_not_be_used() -> None:
    pending = Certificate(BLOG_CERTIFICATE.arn, ("shop.example.com",), "PENDING_VALIDATION")
    one = drafted(shop(ViewerCertificate=certificate("blog")), kept=NOTHING_KEPT)

    assert reasons(one, certificates={pending.arn: pending}) == [
        f"CertificateNotIssued: certificate {pending.arn} has the status PENDING_VALIDATION"
    ]


def test_aliases_without_a_certificate_are_refused() -> None:
    default = shop(Aliases=block(), ViewerCertificate={"CloudFrontDefaultCertificate": True})
    one = drafted(default, kept=kept_fields(["aliases"], same_distribution=True))

    (reason,) = reasons(one)
    assert reason == (
        "InvalidDistributionConfig: what E1 would become: Aliases need a certificate that covers them\n"
        "Next: Change what is asked for until it goes with what the target keeps, and start again."
    )


@pytest.mark.parametrize(("owner", "free"), [("E1", True), ("E2", False)])
def test_an_alias_of_another_distribution_is_not_taken_away(owner: str, free: bool) -> None:
    certificate_for_both = Certificate(CERTIFICATE.format("shop"), ("*.example.com",), "ISSUED")
    one = drafted(shop(Aliases=block("shop.example.com", "Old.example.com")), kept=NOTHING_KEPT)

    told = reasons(
        one, certificates={certificate_for_both.arn: certificate_for_both}, alias_owners={"old.example.com": owner}
    )

    assert one.new_aliases == ("Old.example.com",)
    assert (told == []) is free


def test_behaviours_whose_origins_were_not_kept_are_refused() -> None:
    source = shop(Origins=block(origin("api")), DefaultCacheBehavior=behavior("api"))
    one = drafted(source, kept=kept_fields(["origins"], same_distribution=False))

    (reason,) = reasons(one)
    assert reason.startswith("InvalidDistributionConfig: what E1 would become: DefaultCacheBehavior.TargetOriginId")


def test_what_cloudfront_once_took_as_a_whole_is_not_judged() -> None:
    source = shop(DefaultRootObject="/index.html")

    assert reasons(drafted(source)) == []


def test_a_standard_distribution_does_not_become_a_multi_tenant_one() -> None:
    source = shop(ConnectionMode="tenant-only", Comment="tenants")
    one = drafted(source)

    assert "ConnectionMode" not in one.planned
    assert any("ConnectionMode: the target's is direct" in reason for reason in reasons(one))


def test_limits_of_canaries_concern_canaries_alone() -> None:
    one = drafted(shop(PriceClass="PriceClass_100"))

    assert reasons(one) == []
    assert reasons(one, canary=True) == [
        "CanaryNotPossible: PriceClass: CloudFront does not let it change during continuous deployment"
    ]


def test_a_draft_shows_no_configuration_when_it_is_printed() -> None:
    secret = origin(CustomHeaders=block({"HeaderName": "X-Key", "HeaderValue": "open-sesame"}))

    assert "open-sesame" not in repr(drafted(shop(Origins=block(secret))))


def test_each_reason_has_something_to_do() -> None:
    one = drafted(shop(ConnectionMode="tenant-only"))
    for reason in reasons_against(one, Facts(), canary=True):
        assert isinstance(reason, CloudFrontExtensionsError)
        assert reason.next_action
