"""Reads of many items: in pages of 100, and again what DynamoDB leaves out."""

from __future__ import annotations

from typing import Any

import pytest

from cloudfront_extensions.aws import table as module
from cloudfront_extensions.aws.table import BATCH_GET_LIMIT, Table
from cloudfront_extensions.errors import AwsThrottled


class FullDynamoDb:
    """Has every item that is asked for, and answers at most so many of them in a call."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.asked: list[int] = []

    def batch_get_item(self, **request: Any) -> dict[str, Any]:
        keys = request["RequestItems"]["inventory"]["Keys"]
        self.asked.append(len(keys))
        left = keys[self.most :]
        return {
            "Responses": {"inventory": keys[: self.most]},
            "UnprocessedKeys": {"inventory": {"Keys": left}} if left else {},
        }


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "pause", lambda attempt: None)


def keys(count: int) -> list[dict[str, Any]]:
    return [{"pk": {"S": f"certificate#{number}"}, "sk": {"S": "certificate"}} for number in range(count)]


def test_many_items_are_read_in_pages() -> None:
    dynamodb = FullDynamoDb(BATCH_GET_LIMIT)

    assert list(Table("inventory", dynamodb).get_many(keys(250))) == keys(250)
    assert dynamodb.asked == [100, 100, 50]


def test_what_dynamodb_leaves_out_is_asked_for_again() -> None:
    dynamodb = FullDynamoDb(30)

    assert list(Table("inventory", dynamodb).get_many(keys(70))) == keys(70)
    assert dynamodb.asked == [70, 40, 10]


def test_no_keys_are_no_call() -> None:
    dynamodb = FullDynamoDb(0)

    assert list(Table("inventory", dynamodb).get_many([])) == []
    assert dynamodb.asked == []


def test_a_table_that_goes_on_leaving_items_out_is_throttled() -> None:
    with pytest.raises(AwsThrottled, match="3 keys"):
        list(Table("inventory", FullDynamoDb(0)).get_many(keys(3)))
