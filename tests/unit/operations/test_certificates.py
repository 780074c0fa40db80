"""The inventory of certificates as the APIs list it."""

from __future__ import annotations

from typing import Any

import pytest

from cloudfront_extensions.aws.certificate_inventory import CertificateInventory, RunRecord
from cloudfront_extensions.certificates.inventory import Entry, InDns
from cloudfront_extensions.errors import CertificateNotFound, InvalidCursor, InvalidDomainName, InvalidInput
from cloudfront_extensions.operations.certificates import get_certificate, list_certificates
from cloudfront_extensions.operations.cursors import cursor_after, position_of
from tests.unit.certificates.entries import OURS, arn, entry, record
from tests.unit.conftest import Account, create_table
from tests.unit.operations.calls import calls_made

RUN = "2026-11-22T050003.214Z"
PENDING = {"days": None, "status": "PENDING_VALIDATION", "in_use_by": ()}


@pytest.fixture(autouse=True)
def inventory(account: Account, monkeypatch: pytest.MonkeyPatch) -> CertificateInventory:
    create_table("inventory", "lifecycle", "InventoryTable")
    monkeypatch.setenv("INVENTORY_TABLE", "inventory")
    monkeypatch.setenv("DOMAIN_ONBOARDING", "arn:aws:states:us-east-1:123456789012:stateMachine:Onboarding")
    return CertificateInventory()


def seen(*entries: Entry, run: str = RUN) -> None:
    """A whole run that sees these."""
    inventory = CertificateInventory()
    assert inventory.begin_run(RunRecord(run, run, f"execution-{run}"), inventory.run())
    inventory.write(entries, run)
    inventory.finish_run(run)


def listed(**asked: Any) -> list[int]:
    """The numbers of all certificates of a list, page by page."""
    found, cursor = [], None
    while True:
        page = list_certificates(**asked, cursor=cursor)
        assert len(page["items"]) <= asked.get("limit", 50)
        found += [int(item["certificateId"][-12:]) for item in page["items"]]
        cursor = page["nextCursor"]
        if cursor is None:
            return found


def test_a_certificate_is_found_by_the_end_of_its_arn() -> None:
    seen(entry(1, "shop.example.com", validation_records=(record(InDns.GONE),), **OURS))

    with calls_made() as calls:
        found = get_certificate(arn(1).rpartition("/")[2])

    assert calls == ["GetItem", "GetItem"]
    assert found["arn"] == arn(1)
    assert found["names"] == ["shop.example.com"]
    assert found["jobId"] == OURS["job_id"]
    assert [one["inDns"] for one in found["validationRecords"]] == ["gone"]


@pytest.mark.parametrize(
    "certificate_id",
    ["", "11111111-2222-4333-8444-000000000002", "../secrets", "\ud800", "a" * 5_000, "é", "x#y", arn(1), "*"],
    ids=lambda text: ascii(text[:20]),
)
def test_what_is_not_in_the_inventory_is_not_found(certificate_id: str) -> None:
    seen(entry(1))
    with pytest.raises(CertificateNotFound):
        get_certificate(certificate_id)


def test_all_come_by_their_ends_and_those_without_one_last() -> None:
    ends = {1: 400, 2: -40, 3: 90, 5: 89, 6: 12}
    seen(*(entry(number, days=days) for number, days in ends.items()), entry(4, **PENDING), entry(7, **PENDING))

    for limit in (1, 2, 3, 7, 50):
        assert listed(limit=limit) == [2, 6, 5, 3, 1, 4, 7]


def test_many_of_one_month_are_paged_through() -> None:
    seen(*(entry(number, days=100 + number / 100) for number in range(60)))
    for limit in (7, 30, 60):
        assert listed(limit=limit) == list(range(60))


def test_those_of_one_status_are_one_query_however_many_months_they_end_in() -> None:
    seen(*(entry(number, days=30 * number) for number in range(1, 12)), entry(20, **PENDING))

    with calls_made() as calls:
        assert listed(status="ISSUED") == list(range(1, 12))
    assert calls == ["GetItem", "Query"]
    assert listed(status="ISSUED", limit=4) == list(range(1, 12))
    assert listed(status="PENDING_VALIDATION") == [20]
    assert listed(status="FAILED") == []


def test_a_range_of_ends_includes_its_beginning_and_not_its_end() -> None:
    seen(entry(1, days=8), entry(2, days=9), entry(3, days=10), entry(4, **PENDING))  # 30 November to 2 December, 5:00

    assert listed(expires_after="2026-12-01T05:00:00Z", expires_before="2026-12-02T05:00:00Z") == [2]
    assert listed(expires_after="2026-12-01T06:00:00+01:00") == [2, 3]
    assert listed(expires_after="2026-12-01T05:00:01Z") == [3]
    assert listed(expires_before="2026-12-01") == [1]
    assert listed(expires_after="2026-12-01", expires_before="2026-12-03", status="ISSUED") == [2, 3]
    assert listed(expires_after="2026-12-01", status="PENDING_VALIDATION") == []
    assert listed(expires_after="2027-01-01") == []


def test_a_domain_asks_for_all_that_cover_it() -> None:
    seen(
        entry(1, "shop.example.com", days=50),
        entry(2, "*.example.com", days=20),
        entry(3, "example.com"),
        entry(4, "shop.example.com", **PENDING),
    )

    assert listed(domain="Shop.Example.com") == [2, 1, 4]
    assert listed(domain="shop.example.com", limit=1) == [2, 1, 4]
    assert listed(domain="shop.example.com", status="ISSUED", limit=1) == [2, 1]
    assert listed(domain="shop.example.com", expires_after="2027-01-01") == [1]
    assert listed(domain="none.example.net") == []


def test_what_the_last_run_did_not_see_is_not_listed_and_pages_stay_full() -> None:
    seen(*(entry(number, days=100 + number / 100) for number in range(20)))
    seen(*(entry(number, days=100 + number / 100) for number in range(0, 20, 3)), run="2026-11-23T050003.214Z")

    assert len(list_certificates(limit=5)["items"]) == 5
    assert listed(limit=5) == [0, 3, 6, 9, 12, 15, 18]
    assert listed(limit=5, status="ISSUED") == [0, 3, 6, 9, 12, 15, 18]


def test_a_certificate_that_was_issued_is_no_longer_pending() -> None:
    seen(entry(1, **PENDING))
    seen(entry(1, days=198), run="2026-11-23T050003.214Z")

    assert listed() == [1]
    assert listed(status="PENDING_VALIDATION") == []


def test_an_inventory_that_never_ran_is_an_empty_list() -> None:
    assert list_certificates() == {"items": [], "nextCursor": None}


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": True},
        {"limit": "50"},
        {"status": "issued"},
        {"status": ""},
        {"expires_after": "tomorrow"},
        {"expires_after": ""},
        {"expires_after": "2026-13-01"},
        {"expires_after": "2026-W01-1"},
        {"expires_after": "20261201"},
        {"expires_after": "2026-12-01T05:00:00"},
        {"expires_after": "0001-01-01T00:00:00+14:00"},
        {"expires_before": "9999-12-31T23:59:59-14:00"},
        {"expires_before": "２０２６-12-01"},
        {"expires_after": "2027-01-01", "expires_before": "2026-01-01"},
    ],
    ids=str,
)
def test_bad_filters_are_named(asked: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        list_certificates(**asked)


@pytest.mark.parametrize(
    "domain", ["", "..", "a b", "-shop.example.com", "x" * 300 + ".example.com", "shop\x00.example.com", "\ud800"]
)
def test_a_domain_must_be_a_host_name(domain: str) -> None:
    with pytest.raises(InvalidDomainName) as refused:
        list_certificates(domain=domain)
    assert str(refused.value).startswith("domain: ")
    assert str(refused.value).endswith("Next: Correct the named field and start again.")


def test_a_cursor_of_another_list_or_filter_is_refused() -> None:
    seen(entry(1), entry(2))
    cursor = list_certificates(limit=1)["nextCursor"]
    assert cursor

    for asked in ({"status": "ISSUED"}, {"domain": "shop-1.example.com"}, {"expires_after": "2026-01-01"}):
        with pytest.raises(InvalidCursor):
            list_certificates(**asked, cursor=cursor)
    with pytest.raises(InvalidCursor):
        list_certificates(cursor=cursor_after("spring", "jobs", None))


@pytest.mark.parametrize(
    "place", ["~", "0", "none", "expiry#2026", "2026-12-01#\x00", "2026-12-01T05:00:00Z#" + "a" * 600, "é#a"]
)
def test_a_forged_place_is_refused(place: str) -> None:
    seen(entry(1), entry(2))
    genuine = list_certificates(limit=1)["nextCursor"]
    of_list = ("certificates", None, None, "0", "~")
    assert position_of(genuine, *of_list)

    with pytest.raises(InvalidCursor):
        list_certificates(cursor=cursor_after(place, *of_list))


def test_a_forged_place_before_or_behind_the_range_is_refused() -> None:
    of_list = ("certificates", None, None, "2026-12-01T00:00:00", "2026-12-31T00:00:00")
    for place in ("2026-11-30T00:00:00Z#arn:aws:acm:x", "2027-01-01T00:00:00Z#arn:aws:acm:x", "none#arn:aws:acm:x"):
        with pytest.raises(InvalidCursor):
            list_certificates(
                expires_after="2026-12-01", expires_before="2026-12-31", cursor=cursor_after(place, *of_list)
            )
