"""Rows that bring their certificate, held against the account and against what an earlier try made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from cloudfront_extensions.errors import AliasInUse, CertificateNotReplaceable, InvalidRow
from cloudfront_extensions.jobs.account import AccountFacts
from cloudfront_extensions.jobs.preflight import Decision, judge
from cloudfront_extensions.jobs.quotas import QuotaName
from cloudfront_extensions.jobs.records import Item
from cloudfront_extensions.jobs.rows import Row
from tests.unit.jobs.batches import (
    BUNDLE,
    IMPORTED,
    OTHER_BUNDLE,
    batch_of,
    finished,
    import_row,
    item_of,
    request_of,
    row_of,
    with_certificate,
)

OWN = AccountFacts(imported_certificates=frozenset({IMPORTED}))


def test_imports_are_counted_by_themselves_and_against_their_own_quotas() -> None:
    batch = batch_of(
        row_of(2, "a.example.com"), import_row(3), import_row(4, bundle=OTHER_BUNDLE, import_into=IMPORTED)
    )
    judgement = judge(request_of(), batch, replace(OWN, imports_this_year=7))
    counts = judgement.counts
    assert (counts.certificates, counts.imports, counts.distributions) == (1, 2, 3)
    needed = {line.quota.name: (line.used, line.needed) for line in judgement.quota_lines}
    assert needed[QuotaName.CERTIFICATES] == (0, 1)
    assert needed[QuotaName.IMPORTED_CERTIFICATES] == (1, 1)
    assert needed[QuotaName.IMPORTS_A_YEAR] == (7, 2)


def test_a_batch_without_imports_says_nothing_of_their_quotas() -> None:
    names = [line.quota.name for line in judge(request_of(), batch_of(row_of(2, "a.example.com")), OWN).quota_lines]
    assert QuotaName.IMPORTED_CERTIFICATES not in names


@pytest.mark.parametrize(
    ("account", "quota"),
    [
        (AccountFacts(imported_certificates=frozenset(map(str, range(2500)))), QuotaName.IMPORTED_CERTIFICATES),
        (AccountFacts(imports_this_year=5000), QuotaName.IMPORTS_A_YEAR),
    ],
)
def test_a_quota_of_imports_that_would_be_exceeded_refuses(account: AccountFacts, quota: QuotaName) -> None:
    judgement = judge(request_of(), batch_of(import_row(2)), account)
    assert judgement.decision is Decision.REFUSE
    assert f"quota '{quota}' would be exceeded" in judgement.refusals[0]


def test_importing_again_needs_no_room_for_a_certificate() -> None:
    full = AccountFacts(imported_certificates=frozenset([IMPORTED, *map(str, range(2499))]))
    assert judge(request_of(), batch_of(import_row(2, import_into=IMPORTED)), full).decision is Decision.START


def test_only_an_imported_certificate_of_the_account_can_be_replaced() -> None:
    judgement = judge(
        request_of(), batch_of(import_row(2, import_into=IMPORTED), row_of(3, "b.example.com")), AccountFacts()
    )
    assert [(fault.line, fault.error, fault.column) for fault in judgement.faults] == [
        (2, CertificateNotReplaceable, "certificateArn")
    ]


def test_names_that_are_given_are_held_against_aliases_in_use() -> None:
    account = AccountFacts(aliases={"a.example.com": "E1"})
    judgement = judge(
        request_of(), batch_of(import_row(2, "a.example.com"), import_row(3, bundle=OTHER_BUNDLE)), account
    )
    assert [(fault.line, fault.error) for fault in judgement.faults] == [(2, AliasInUse)]


def test_the_zone_of_validation_records_is_nothing_to_an_import() -> None:
    account = AccountFacts(hosted_zones={"example.com": "Z1", "example.org": "Z2"})
    request = request_of(validation={"hostedZoneId": "Z1"})
    rows = batch_of(import_row(2, "a.example.org"), import_row(3, bundle=OTHER_BUNDLE))
    judgement = judge(request, rows, account)
    assert judgement.faults == ()
    assert [item.hosted_zone_id for item in judgement.items] == ["Z2", None]
    assert judge(request_of(), batch_of(import_row(2, "a.example.org", "a.example.net")), account).warnings == ()


def imported(item: Item, *names: str) -> Item:
    """As the import leaves it: issued, with the certificate's names where it had none."""
    issued = with_certificate(item, "ISSUED", arn=IMPORTED)
    return issued if item.names else replace(issued, domain_name=names[0], names=names)


ITEM = replace(item_of(2), key_bundle=str(BUNDLE))


def test_the_names_that_a_certificate_gave_are_no_change_of_the_row() -> None:
    judgement = judge(request_of(), batch_of(import_row(2)), AccountFacts(), [imported(ITEM, "a.example.com")])
    assert judgement.faults == ()
    assert judgement.changed_items == ()
    assert judgement.counts.imports == 0
    assert judgement.counts.distributions == 1


def test_a_finished_import_stays_whatever_its_row_says_now() -> None:
    done = replace(finished(item_of(2, "a.example.com")), key_bundle=str(BUNDLE))
    judgement = judge(request_of(), batch_of(import_row(2, bundle=OTHER_BUNDLE)), AccountFacts(), [done])
    assert judgement.items == (done,)


@pytest.mark.parametrize(
    "change",
    [
        lambda: import_row(2, bundle=OTHER_BUNDLE),
        lambda: import_row(2, import_into=IMPORTED),
        lambda: row_of(2, "a.example.com"),
    ],
)
def test_another_bundle_for_a_certificate_that_is_imported_is_a_fault(change: Callable[[], Row]) -> None:
    judgement = judge(request_of(), batch_of(change()), OWN, [imported(ITEM, "a.example.com")])
    (fault,) = judgement.faults
    assert fault.error is InvalidRow
    assert "another bundle or certificate to import than when this job began" in fault.message


def test_a_corrected_bundle_takes_the_place_of_one_that_failed() -> None:
    failed = with_certificate(ITEM, "FAILED", error="BundleExpired", reason="it ended in May")
    judgement = judge(request_of(), batch_of(import_row(2, bundle=OTHER_BUNDLE)), AccountFacts(), [failed])
    (item,) = judgement.items
    assert (item.key_bundle, item.certificate.status, item.certificate.error) == (
        str(OTHER_BUNDLE),
        "NOT_STARTED",
        None,
    )
    assert judgement.counts.imports == 1


def test_a_bundle_that_was_refused_and_destroyed_keeps_the_reason_that_helps() -> None:
    failed = with_certificate(ITEM, "FAILED", error="BundleExpired", reason="it ended in May")
    judgement = judge(request_of(), batch_of(import_row(2)), AccountFacts(), [failed])
    assert (judgement.items, judgement.work) == ((failed,), ())


def test_a_bundle_that_is_still_staged_is_tried_again() -> None:
    failed = with_certificate(ITEM, "FAILED", error="QuotaWouldBeExceeded")
    judgement = judge(request_of(), batch_of(import_row(2)), AccountFacts(), [failed])
    assert judgement.items[0].certificate.status == "NOT_STARTED"
