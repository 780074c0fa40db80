"""The inventory in its table: what readers find, and what they no longer find."""

from __future__ import annotations

from datetime import date

import pytest

from cloudfront_extensions.aws.certificate_inventory import CertificateInventory, RunRecord, entry_from
from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.certificates.inventory import CheckedRecord, InDns
from cloudfront_extensions.errors import InventorySuperseded
from tests.unit.certificates.entries import OURS, arn, entry, imported, record
from tests.unit.conftest import Account

FIRST, SECOND = "2026-11-22T050003.214Z", "2026-11-23T050001.117Z"
ALWAYS = date(2026, 1, 1), date(2027, 12, 31)


@pytest.fixture
def inventory(account: Account, monkeypatch: pytest.MonkeyPatch) -> CertificateInventory:
    client("dynamodb").create_table(
        TableName="inventory",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        BillingMode="PAY_PER_REQUEST",
    )
    monkeypatch.setenv("INVENTORY_TABLE", "inventory")
    return CertificateInventory()


def begin(inventory: CertificateInventory, run_id: str) -> None:
    assert inventory.begin_run(RunRecord(run_id, run_id, f"execution-{run_id}"), inventory.run())


def run(inventory: CertificateInventory, run_id: str, *entries: object) -> None:
    """A whole run that sees these certificates."""
    begin(inventory, run_id)
    inventory.write(entries, run_id)  # type: ignore[arg-type]
    inventory.finish_run(run_id)


def stored(inventory: CertificateInventory) -> int:
    """Rows of certificates."""
    rows = client("dynamodb").scan(TableName="inventory", Select="COUNT", FilterExpression="attribute_exists(arn)")
    return int(rows["Count"])


def test_what_is_read_is_what_was_written(inventory: CertificateInventory) -> None:
    written = entry(1, "shop.example.com", validation_records=(record(InDns.GONE),), renewal_status="FAILED", **OURS)
    bare = entry(2, days=None, status="FAILED", validation_method=None, in_use_by=())
    run(inventory, FIRST, written, bare)

    assert inventory.certificate(written.arn) == written
    assert inventory.certificate(bare.arn) == bare
    assert inventory.certificate(arn(99)) is None


def test_those_that_end_between_two_days_come_in_the_order_of_their_ends(inventory: CertificateInventory) -> None:
    run(inventory, FIRST, *(entry(number, days=days) for number, days in enumerate((40, 70, -3, 41, 9), 1)))

    assert [one.arn for one in inventory.expiring(date(2026, 12, 1), date(2027, 1, 31))] == [
        arn(5),
        arn(1),
        arn(4),
        arn(2),
    ]
    assert [one.arn for one in inventory.expiring(date(2027, 1, 1), date(2027, 1, 1))] == [arn(1)]
    assert [one.arn for one in inventory.expiring(date(2026, 11, 1), date(2026, 11, 30))] == [arn(3)]


def test_a_host_is_covered_by_its_own_name_and_by_the_wildcard_beside_it_and_by_no_other(
    inventory: CertificateInventory,
) -> None:
    run(
        inventory,
        FIRST,
        entry(1, "shop.example.com", "*.example.com"),
        entry(2, "*.example.com"),
        entry(3, "example.com", "*.shop.example.com"),
    )

    assert {one.arn for one in inventory.covering("shop.example.com")} == {arn(1), arn(2)}
    assert [one.arn for one in inventory.covering("*.shop.example.com")] == [arn(3)]
    assert [one.arn for one in inventory.covering("example.com")] == [arn(3)]
    assert list(inventory.covering("a.b.example.com")) == []


def test_a_certificate_whose_end_or_names_changed_is_no_longer_found_by_the_old_ones(
    inventory: CertificateInventory,
) -> None:
    run(inventory, FIRST, imported(1, "shop.example.com", "www.example.com", days=20))
    begin(inventory, SECOND)
    inventory.write([imported(1, "shop.example.com", days=110)], SECOND)

    # even before the run is finished
    (found,) = inventory.expiring(*ALWAYS)
    assert found == imported(1, "shop.example.com", days=110)
    assert list(inventory.covering("www.example.com")) == []
    assert stored(inventory) == 4


def test_what_a_run_did_not_see_is_not_read_once_the_run_is_finished(inventory: CertificateInventory) -> None:
    run(inventory, FIRST, entry(1, "shop.example.com"), entry(2, "shop.example.com"))
    begin(inventory, SECOND)
    inventory.write([entry(2, "shop.example.com")], SECOND)
    assert {one.arn for one in inventory.expiring(*ALWAYS)} == {arn(1), arn(2)}

    inventory.finish_run(SECOND)

    assert [one.arn for one in inventory.expiring(*ALWAYS)] == [arn(2)]
    assert [one.arn for one in inventory.covering("shop.example.com")] == [arn(2)]
    assert inventory.certificate(arn(1)) is None


def test_what_could_not_be_read_is_carried_over_as_it_was(inventory: CertificateInventory) -> None:
    run(inventory, FIRST, entry(1, "shop.example.com"))
    begin(inventory, SECOND)
    inventory.carry_over([arn(1), arn(99)], SECOND)
    inventory.finish_run(SECOND)

    assert inventory.certificate(arn(1)) == entry(1, "shop.example.com")
    assert [one.arn for one in inventory.covering("shop.example.com")] == [arn(1)]


def test_a_run_is_begun_by_one_execution_alone(inventory: CertificateInventory) -> None:
    run(inventory, FIRST)
    before = inventory.run()
    begin(inventory, SECOND)

    assert not inventory.begin_run(RunRecord("2026-11-23T050001.118Z", "", "another"), before)
    assert not inventory.begin_run(RunRecord("2026-11-23T050001.118Z", "", "another"), None)
    assert inventory.run() == RunRecord(SECOND, SECOND, f"execution-{SECOND}", FIRST)


def test_the_end_of_a_run_that_another_has_followed_changes_nothing(inventory: CertificateInventory) -> None:
    begin(inventory, FIRST)
    begin(inventory, SECOND)
    inventory.finish_run(FIRST)

    found = inventory.run()
    assert found
    assert found.finished_run_id is None


def test_a_function_of_a_stopped_run_writes_nothing_over_what_a_later_run_has_seen(
    inventory: CertificateInventory,
) -> None:
    begin(inventory, FIRST)
    run(inventory, SECOND, entry(1, days=110))

    with pytest.raises(InventorySuperseded):
        inventory.write([entry(1, days=20)], FIRST)

    assert inventory.certificate(arn(1)) == entry(1, days=110)


def test_rows_are_let_go_by_dynamodb(inventory: CertificateInventory) -> None:
    run(inventory, FIRST, entry(1))

    rows = client("dynamodb").scan(TableName="inventory")["Items"]
    assert all("expires_at" in row for row in rows if row["pk"]["S"] != "inventory")


def test_a_field_of_a_newer_version_is_passed_over(inventory: CertificateInventory) -> None:
    values = {
        "arn": arn(1),
        "names": ["shop.example.com"],
        "origin": "managed",
        "status": "ISSUED",
        "key_algorithm": "RSA_2048",
        "read_at": "2026-11-22T05:00:00.000Z",
        "renews": "yes",
        "validation_records": [{"name": "_a.", "type": "CNAME", "value": "_b.", "in_dns": "gone", "asked_at": "now"}],
        "colour": "blue",
    }

    assert entry_from(values).validation_records == (CheckedRecord("_a.", "CNAME", "_b.", InDns.GONE),)
