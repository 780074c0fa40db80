"""Whether a batch may start, held against the account and against what an earlier try made."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cloudfront_extensions.distributions.usage import SharedKind, SharedThing
from cloudfront_extensions.errors import AliasInUse, InvalidDomainName, NotUtf8
from cloudfront_extensions.jobs.account import AccountFacts
from cloudfront_extensions.jobs.batch import parse_csv
from cloudfront_extensions.jobs.preflight import Decision, judge
from cloudfront_extensions.jobs.quotas import Limits, QuotaName
from cloudfront_extensions.jobs.records import CertificateStatus, DistributionStatus, Item
from cloudfront_extensions.jobs.rows import Batch, Fault, FaultyRow, WarningCode
from tests.unit.jobs.batches import (
    batch_of,
    finished,
    item_of,
    request_of,
    row_of,
    with_certificate,
    with_distribution,
)

EMPTY = AccountFacts()
A, B = row_of(2, "a.example.com"), row_of(3, "b.example.com")
FAULTY = Batch((A,), (FaultyRow(3, "b_.example.com"),), (Fault(3, InvalidDomainName, "an underscore", "domainName"),))


def test_a_good_batch_starts() -> None:
    judgement = judge(request_of(), batch_of(A, B), EMPTY)
    assert judgement.decision is Decision.START
    assert [(item.item_id, item.line, item.domain_name) for item in judgement.items] == [
        ("row-00002", 2, "a.example.com"),
        ("row-00003", 3, "b.example.com"),
    ]
    assert judgement.changed_items == judgement.items
    counts = judgement.counts
    assert (counts.rows, counts.usable, counts.faulty, counts.certificates, counts.distributions) == (2, 2, 0, 2, 2)


def test_certificates_alone_need_no_distribution() -> None:
    judgement = judge(request_of(distributions=False), batch_of(A), AccountFacts(aliases={"a.example.com": "E1"}))
    assert judgement.decision is Decision.START
    assert judgement.items[0].distribution.status is DistributionStatus.NOT_NEEDED
    assert judgement.counts.distributions == 0
    assert QuotaName.DISTRIBUTIONS not in [line.quota.name for line in judgement.quota_lines]


def test_a_dry_run_stops_whatever_was_found() -> None:
    assert judge(request_of(dryRun=True), batch_of(A), EMPTY).decision is Decision.DRY_RUN
    judgement = judge(request_of(dryRun=True), FAULTY, EMPTY)
    assert judgement.decision is Decision.DRY_RUN
    assert judgement.refusals


def test_a_faulty_row_refuses_the_batch() -> None:
    judgement = judge(request_of(), FAULTY, EMPTY)
    assert judgement.decision is Decision.REFUSE
    assert judgement.refusals == ("1 row is faulty; correct what is listed, or set invalidRows to skip",)


def test_a_skipped_row_becomes_a_failed_item_and_the_others_go_on() -> None:
    judgement = judge(request_of(invalidRows="skip"), FAULTY, EMPTY)
    assert judgement.decision is Decision.START
    skipped = judgement.items[1]
    assert (skipped.item_id, skipped.line, skipped.domain_name, skipped.names) == (
        "row-00003",
        3,
        "b_.example.com",
        (),
    )
    assert skipped.certificate.status is CertificateStatus.FAILED
    assert (skipped.certificate.error, skipped.certificate.reason) == ("InvalidDomainName", "an underscore")
    assert skipped.certificate.next_action == InvalidDomainName.next_action
    assert [entry.owner.item_id for entry in judgement.work] == ["row-00002"]
    assert (judgement.counts.usable, judgement.counts.faulty) == (1, 1)


def test_a_file_that_cannot_be_relied_on_is_refused_even_when_rows_are_skipped() -> None:
    batch = Batch((A,), (), (Fault(3, NotUtf8, "byte 0xFC"),))
    judgement = judge(request_of(invalidRows="skip"), batch, EMPTY)
    assert judgement.refusals == ("the batch can't be read as a whole",)


def test_a_batch_without_a_usable_row_is_refused() -> None:
    judgement = judge(request_of(invalidRows="skip"), replace(FAULTY, rows=()), EMPTY)
    assert judgement.refusals == ("no row of the batch is usable",)


def test_an_alias_in_use_is_a_fault_of_its_row() -> None:
    account = AccountFacts(aliases={"www.a.example.com": "E2QWRUHAPOMQZL"})
    judgement = judge(
        request_of(invalidRows="skip"), batch_of(row_of(2, "a.example.com", "www.a.example.com"), B), account
    )
    (fault,) = judgement.faults
    assert (fault.line, fault.error, fault.column) == (2, AliasInUse, "subjectAlternativeNames")
    assert "www.a.example.com is already used by distribution E2QWRUHAPOMQZL" in fault.message
    assert judgement.items[0].certificate.error == "AliasInUse"
    assert judgement.items[0].names == ("a.example.com", "www.a.example.com")
    assert [entry.owner.item_id for entry in judgement.work] == ["row-00003"]


def test_a_wildcard_in_use_is_no_conflict_for_names_below_it() -> None:
    assert judge(request_of(), batch_of(A), AccountFacts(aliases={"*.example.com": "E1"})).decision is Decision.START


def test_a_faulty_wildcard_serves_nobody() -> None:
    batch = batch_of(row_of(2, "*.example.com"), row_of(3, "a.example.com"))
    request = request_of(invalidRows="skip", aggregateWildcards=True)
    judgement = judge(request, batch, AccountFacts(aliases={"*.example.com": "E1"}))
    assert [item.certificate_item_id for item in judgement.items] == ["row-00002", "row-00003"]
    assert judgement.counts.certificates == 1


def test_more_names_than_a_distribution_takes() -> None:
    limits = Limits({QuotaName.ALIASES_PER_DISTRIBUTION: 1})
    judgement = judge(request_of(), batch_of(row_of(2, "a.example.com", "b.example.com")), AccountFacts(limits=limits))
    assert judgement.faults[0].code == "TooManyNames"


def test_an_origin_that_the_source_does_not_let_go() -> None:
    account = AccountFacts(fixed_origin="the source's origin is a bucket")
    row = row_of(2, "a.example.com", origin_domain_name="origin.example.net")
    judgement = judge(request_of(), batch_of(row, B), account)
    assert [(fault.line, fault.column, fault.message) for fault in judgement.faults] == [
        (2, "originDomainName", "the source's origin is a bucket")
    ]


def test_the_zone_of_an_item() -> None:
    zones = {"example.com": "Z1", "a.example.com": "Z2"}
    rows = [
        row_of(2, "www.a.example.com"),
        row_of(3, "www.a.example.com.example.org"),
        row_of(4, "x.example.com", "y.a.example.com"),
        row_of(5, "z.example.com", hosted_zone_id="Z9"),
    ]
    items = judge(request_of(), batch_of(*rows), AccountFacts(hosted_zones=zones)).items
    assert [item.hosted_zone_id for item in items] == ["Z2", None, "Z1", "Z9"]
    manual = judge(request_of(validation={"mode": "manual"}), batch_of(*rows), AccountFacts(hosted_zones=zones)).items
    assert [item.hosted_zone_id for item in manual] == [None, None, None, "Z9"]
    one = judge(request_of(validation={"hostedZoneId": "Z1"}), batch_of(rows[0]), EMPTY).items
    assert [item.hosted_zone_id for item in one] == ["Z1"]


def test_names_outside_the_zone_that_is_named() -> None:
    account = AccountFacts(hosted_zones={"example.com": "Z1"})
    judgement = judge(request_of(), batch_of(row_of(2, "a.example.org", hosted_zone_id="Z1")), account)
    (fault,) = judgement.faults
    assert (fault.code, fault.column) == ("HostedZoneNotFound", "hostedZoneId")
    assert "Z1 is example.com and can't hold records of a.example.org" in fault.message


def test_names_partly_in_our_zones_are_worth_a_warning() -> None:
    account = AccountFacts(hosted_zones={"example.com": "Z1"})
    rows = [row_of(2, "a.example.com", "a.example.org"), row_of(3, "b.example.org"), row_of(4, "c.example.com")]
    warnings = judge(request_of(), batch_of(*rows), account).warnings
    assert [(warning.line, warning.code) for warning in warnings] == [(2, WarningCode.NAMES_PARTLY_HOSTED)]
    assert "a.example.org" in warnings[0].message


@pytest.mark.parametrize(
    ("account", "name"),
    [
        (AccountFacts(certificates=2499), QuotaName.CERTIFICATES),
        (AccountFacts(certificates_this_year=4999), QuotaName.CERTIFICATES_A_YEAR),
        (AccountFacts(distributions=499), QuotaName.DISTRIBUTIONS),
        (
            AccountFacts(shared={SharedThing(SharedKind.CACHE_POLICY, "p1"): 99}),
            QuotaName.DISTRIBUTIONS_PER_CACHE_POLICY,
        ),
        (AccountFacts(limits=Limits({QuotaName.CERTIFICATES: 1})), QuotaName.CERTIFICATES),
    ],
    ids=lambda value: value if isinstance(value, QuotaName) else "",
)
def test_a_quota_that_would_be_exceeded_always_refuses(account: AccountFacts, name: QuotaName) -> None:
    judgement = judge(request_of(invalidRows="skip"), batch_of(A, B), account)
    assert judgement.decision is Decision.REFUSE
    assert [line.quota.name for line in judgement.quota_lines if line.is_exceeded] == [name]
    assert len(judgement.refusals) == 1
    assert name in judgement.refusals[0]
    assert judge(request_of(), batch_of(A), account).decision is Decision.START


def test_every_exceeded_quota_is_named() -> None:
    account = AccountFacts(certificates=2500, distributions=500)
    assert len(judge(request_of(), batch_of(A), account).refusals) == 2


def test_served_items_need_no_certificate_of_their_own() -> None:
    rows = [row_of(2, "*.example.com"), *(row_of(line, f"n{line}.example.com") for line in range(3, 13))]
    judgement = judge(request_of(aggregateWildcards=True), batch_of(*rows), AccountFacts(certificates=2499))
    assert judgement.decision is Decision.START
    assert (judgement.counts.certificates, judgement.counts.distributions) == (1, 11)


def existing(*items: Item) -> list[Item]:
    return [replace(item, certificate_item_id=item.certificate_item_id or item.item_id) for item in items]


def test_a_finished_item_is_left_and_not_counted() -> None:
    done = finished(item_of(2, "a.example.com"))
    account = AccountFacts(aliases={"a.example.com": "E2"}, certificates=2499, distributions=499)
    judgement = judge(request_of(), batch_of(A, B), account, [done])
    assert judgement.decision is Decision.START
    assert judgement.items[0] == done
    assert [item.item_id for item in judgement.changed_items] == ["row-00003"]
    assert (judgement.counts.certificates, judgement.counts.distributions) == (1, 1)


def test_a_job_that_is_all_done_starts_and_has_nothing_to_do() -> None:
    judgement = judge(
        request_of(), batch_of(A), AccountFacts(distributions=501), [finished(item_of(2, "a.example.com"))]
    )
    assert judgement.decision is Decision.START
    assert judgement.work == ()
    assert judgement.changed_items == ()


def test_a_failed_certificate_is_looked_at_again() -> None:
    failed = with_certificate(item_of(2, "a.example.com"), "FAILED", arn="arn:1", attempt=2, error="X", reason="y")
    (item,) = judge(request_of(), batch_of(A), EMPTY, [failed]).items
    assert (item.certificate.status, item.certificate.attempt, item.certificate.arn) == ("REQUESTED", 2, "arn:1")
    assert item.certificate.error is item.certificate.reason is None


def test_a_certificate_that_never_reached_acm_keeps_its_attempt() -> None:
    failed = with_certificate(item_of(2, "a.example.com"), "FAILED", attempt=2, error="AliasInUse")
    (item,) = judge(request_of(), batch_of(A), EMPTY, [failed]).items
    assert (item.certificate.status, item.certificate.attempt) == ("NOT_STARTED", 2)


def test_what_could_not_be_asked_is_asked_again() -> None:
    unknown = with_certificate(item_of(2, "a.example.com"), "UNKNOWN", arn="arn:1", error="AwsThrottled")
    (item,) = judge(request_of(), batch_of(A), EMPTY, [unknown]).items
    assert (item.certificate.status, item.certificate.arn, item.certificate.error) == ("REQUESTED", "arn:1", None)


@pytest.mark.parametrize("status", ["FAILED", "UNKNOWN"])
def test_a_distribution_keeps_its_id_when_it_is_opened_again(status: str) -> None:
    issued = with_certificate(item_of(2, "a.example.com"), "ISSUED", arn="arn:1")
    known = with_distribution(issued, status, id="E7", error="DistributionNotDeployed")
    account = AccountFacts(aliases={"a.example.com": "E7"}, distributions=500)
    judgement = judge(request_of(), batch_of(A), account, [known])
    assert judgement.decision is Decision.START
    stage = judgement.items[0].distribution
    assert (stage.status, stage.id, stage.error) == ("NOT_STARTED", "E7", None)
    assert judgement.counts.distributions == 0


def test_a_distribution_that_may_have_been_created_is_not_forgotten_when_it_is_opened_again() -> None:
    """Preflight may be killed and run again: the alias must not look like a stranger's then."""
    issued = with_certificate(item_of(2, "a.example.com"), "ISSUED", arn="arn:1")
    known = with_distribution(issued, "UNKNOWN", error="DistributionNotAdopted")
    account = AccountFacts(aliases={"a.example.com": "E-made-without-an-answer"})

    once = judge(request_of(), batch_of(A), account, [known])
    again = judge(request_of(), batch_of(A), account, once.items)

    assert once.decision is again.decision is Decision.START
    assert (once.items[0].distribution.status, once.items[0].distribution.error) == ("CREATING", None)
    assert again.changed_items == ()


def test_what_was_under_way_goes_on_as_it_stands() -> None:
    pending = with_certificate(item_of(2, "a.example.com"), "PENDING_VALIDATION", arn="arn:1")
    creating = with_certificate(item_of(3, "b.example.com"), "ISSUED", arn="arn:2")
    creating = with_distribution(creating, "CREATING")
    account = AccountFacts(aliases={"b.example.com": "E-made-before-the-kill"})
    judgement = judge(request_of(), batch_of(A, B), account, [pending, creating])
    assert judgement.decision is Decision.START
    assert judgement.changed_items == ()
    assert len(judgement.work) == 2


def test_an_alias_that_somebody_took_meanwhile_fails_the_distribution_alone() -> None:
    issued = with_certificate(item_of(2, "a.example.com"), "ISSUED", arn="arn:1")
    account = AccountFacts(aliases={"a.example.com": "E9"})
    judgement = judge(request_of(invalidRows="skip"), batch_of(A, B), account, [issued])
    item = judgement.items[0]
    assert (item.certificate.status, item.distribution.status, item.distribution.error) == (
        "ISSUED",
        "FAILED",
        "AliasInUse",
    )


def test_a_skipped_row_that_is_right_now_is_taken_up() -> None:
    first = judge(request_of(invalidRows="skip"), FAULTY, EMPTY).items
    judgement = judge(request_of(invalidRows="skip"), batch_of(A, B), EMPTY, first)
    assert judgement.items[1].names == ("b.example.com",)
    assert judgement.items[1].certificate.status is CertificateStatus.NOT_STARTED


def test_a_row_that_changed_after_its_certificate_was_asked_for() -> None:
    known = with_certificate(item_of(2, "old.example.com"), "PENDING_VALIDATION", arn="arn:1")
    judgement = judge(request_of(), batch_of(A), EMPTY, [known])
    assert [fault.code for fault in judgement.faults] == ["InvalidRow"]
    assert "start a new job for the changed row" in judgement.faults[0].message


def test_a_row_that_turned_faulty_after_its_certificate_was_asked_for_goes_on() -> None:
    known = with_certificate(item_of(3, "b.example.com"), "PENDING_VALIDATION", arn="arn:1")
    judgement = judge(request_of(invalidRows="skip"), FAULTY, EMPTY, [known])
    assert judgement.items[1] == known


def test_a_row_that_left_the_batch() -> None:
    begun = with_certificate(item_of(3, "b.example.com"), "PENDING_VALIDATION", arn="arn:1")
    idle = item_of(4, "c.example.com")
    done = finished(item_of(5, "d.example.com"))
    judgement = judge(request_of(), batch_of(A), EMPTY, existing(begun, idle, done))
    assert judgement.items[1] == begun
    assert judgement.items[2].certificate.reason == "line 4 is no longer in the batch that this job began with"
    assert judgement.items[3] == done


def test_served_items_keep_their_owner_when_the_job_is_started_again() -> None:
    owner = with_certificate(item_of(2, "*.example.com"), "ISSUED", arn="arn:1")
    served = replace(item_of(3, "b.example.com"), certificate_item_id="row-00002")
    served_done = with_distribution(replace(item_of(4, "c.example.com"), certificate_item_id="row-00002"), "DEPLOYED")
    rows = batch_of(row_of(2, "*.example.com"), B, row_of(4, "c.example.com"))
    judgement = judge(request_of(aggregateWildcards=True), rows, EMPTY, [owner, served, served_done])
    assert judgement.changed_items == ()
    assert [[item.line for item in entry.distributions] for entry in judgement.work] == [[2, 3]]


def test_an_issued_certificate_of_its_own_is_kept_when_a_wildcard_comes_free() -> None:
    blocked = with_certificate(item_of(2, "*.example.com"), "FAILED", error="AliasInUse")
    own = with_certificate(item_of(3, "b.example.com"), "ISSUED", arn="arn:b")
    judgement = judge(
        request_of(aggregateWildcards=True), batch_of(row_of(2, "*.example.com"), B), EMPTY, [blocked, own]
    )
    assert [item.certificate_item_id for item in judgement.items] == ["row-00002", "row-00003"]


def test_a_record_that_was_lost_among_those_written_is_written_again() -> None:
    served = replace(item_of(3, "b.example.com"), certificate_item_id="row-00002")
    judgement = judge(request_of(aggregateWildcards=True), batch_of(row_of(2, "*.example.com"), B), EMPTY, [served])
    assert [item.certificate_item_id for item in judgement.items] == ["row-00002", "row-00002"]


def test_the_demonstration_batch() -> None:
    data = (Path(__file__).parents[3] / "events" / "domain_onboarding" / "customers.csv").read_bytes()
    account = AccountFacts(
        aliases={"taken.example.com": "E2QWRUHAPOMQZL"}, hosted_zones={"customers.example.net": "Z1"}
    )
    request = request_of(invalidRows="skip", aggregateWildcards=True, dns={"mode": "auto"})
    judgement = judge(request, parse_csv(data, 10), account)
    assert judgement.decision is Decision.START
    counts = judgement.counts
    assert (counts.rows, counts.usable, counts.faulty) == (24, 21, 3)
    assert (counts.certificates, counts.distributions) == (18, 21)
    assert [fault.code for fault in judgement.faults] == ["AliasInUse", "InvalidDomainName", "InvalidDomainName"]
    assert sum(item.hosted_zone_id == "Z1" for item in judgement.items) == 3
    assert len(judge(request_of(), parse_csv(data, 10), account).refusals) == 1
