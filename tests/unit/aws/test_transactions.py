"""Writes that are made together or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from cloudfront_extensions.aws import table as module
from cloudfront_extensions.aws.attributes import to_attributes
from cloudfront_extensions.aws.table import (
    MOST_ATTEMPTS,
    Attributes,
    Table,
    changed_item,
    deleted_item,
    new_item,
    unchanged_item,
)
from cloudfront_extensions.errors import AwsRefused, AwsThrottled
from tests.unit.aws.fakes import client_error
from tests.unit.conftest import Account


def key(name: str) -> Attributes:
    return {"pk": {"S": "things"}, "sk": {"S": name}}


@pytest.fixture
def table(account: Account) -> Table:
    table = Table("versions")
    table.put(key("there"), to_attributes({"count": 1, "note": "old"}))
    return table


def counts(table: Table) -> dict[str, Any]:
    return {row["sk"]["S"]: row.get("count", {}).get("N") for row in table.query("things")}


def test_all_of_them_are_made(table: Table) -> None:
    assert table.transact(
        new_item(key("new"), to_attributes({"count": 7})),
        changed_item(key("there"), {"count": 2, "note": None}, {"count": 1}),
    )
    assert counts(table) == {"new": "7", "there": "2"}
    assert "note" not in (table.get(key("there")) or {})


def test_an_item_is_deleted_with_them(table: Table) -> None:
    assert table.transact(new_item(key("new"), {}), deleted_item(key("there"), {"count": 1}))
    assert set(counts(table)) == {"new"}


@pytest.mark.parametrize(
    "presumes_wrongly",
    [
        new_item(key("there"), {}),
        changed_item(key("there"), {"count": 3}, {"count": 2}),
        changed_item(key("missing"), {"count": 3}, {"count": 2}),
        unchanged_item(key("there"), {"count": 2}),
        unchanged_item(key("missing"), {"count": 1}),
        deleted_item(key("there"), {"count": 2}),
    ],
    ids=["new", "changed", "changed-missing", "unchanged", "unchanged-missing", "deleted"],
)
def test_none_is_made_where_one_presumes_what_is_not_so(table: Table, presumes_wrongly: Attributes) -> None:
    assert not table.transact(new_item(key("new"), {}), presumes_wrongly)
    assert counts(table) == {"there": "1"}


def test_what_is_presumed_of_an_item_leaves_it_as_it_is(table: Table) -> None:
    assert table.transact(new_item(key("new"), {}), unchanged_item(key("there"), {"count": 1, "note": "old"}))
    assert counts(table) == {"new": None, "there": "1"}


class Canceling:
    """DynamoDB that cancels transactions for the reasons given, one after the other, and makes them then."""

    def __init__(self, *reasons: list[str]) -> None:
        self.reasons = list(reasons)
        self.asked = 0

    def transact_write_items(self, **request: Any) -> None:
        self.asked += 1
        if self.reasons:
            error = client_error("TransactionCanceledException")
            error.response["CancellationReasons"] = [{"Code": code} for code in self.reasons.pop(0)]  # type: ignore[typeddict-unknown-key]
            raise error


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "pause", lambda attempt: None)


@pytest.mark.parametrize("reason", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_transaction_that_is_in_the_way_of_another_is_tried_again(no_pauses: None, reason: str) -> None:
    dynamodb = Canceling(["None", reason], [reason, "None"])
    assert Table("versions", dynamodb).transact(new_item(key("a"), {}), new_item(key("b"), {}))
    assert dynamodb.asked == 3


def test_a_condition_that_does_not_hold_is_not_tried_again(no_pauses: None) -> None:
    dynamodb = Canceling(["TransactionConflict", "ConditionalCheckFailed"])
    assert not Table("versions", dynamodb).transact(new_item(key("a"), {}), new_item(key("b"), {}))
    assert dynamodb.asked == 1


def test_a_transaction_that_others_always_come_before_is_for_another_try(no_pauses: None) -> None:
    dynamodb = Canceling(*[["TransactionConflict"]] * MOST_ATTEMPTS)
    with pytest.raises(AwsThrottled, match="others write the same 1 items"):
        Table("versions", dynamodb).transact(new_item(key("a"), {}))


def test_what_another_try_does_not_help_is_refused_by_its_name(no_pauses: None) -> None:
    dynamodb = Canceling(["None", "ItemCollectionSizeLimitExceeded"])
    with pytest.raises(AwsRefused, match="ItemCollectionSizeLimitExceeded"):
        Table("versions", dynamodb).transact(new_item(key("a"), {}))
    assert dynamodb.asked == 1
