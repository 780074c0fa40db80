"""What DynamoDB refuses, and how it pages: MiniStack does it as AWS documents, and the product relies on it."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.integration.localaws.workbench import Json, Workbench

KEY = {"pk": {"S": "1"}, "sk": {"S": "1"}}
TEXT = {":v": {"S": "x"}}
ONE_MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def table(bench: Workbench) -> str:
    attributes = ("pk", "HASH"), ("sk", "RANGE")
    bench.client("dynamodb").create_table(
        TableName="contract",
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in attributes],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in attributes],
        BillingMode="PAY_PER_REQUEST",
    )
    return "contract"


def update(expression: str, values: Json = TEXT, **more: object) -> tuple[str, Json]:
    return "update_item", {"Key": KEY, "UpdateExpression": expression, "ExpressionAttributeValues": values, **more}


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        pytest.param(*update("SET status = :v"), id="reserved word"),
        pytest.param(*update("SET a = :v", {**TEXT, ":unused": {"S": "x"}}), id="unused value"),
        pytest.param(*update("SET a = :v", ExpressionAttributeNames={"#unused": "b"}), id="unused name"),
        pytest.param(*update("SET a = :undefined"), id="undefined value"),
        pytest.param(*update("SET pk = :v"), id="another key"),
        pytest.param(*update("SET missing.a = :v"), id="inside a map that is not there"),
        pytest.param("put_item", {"Item": {**KEY, "pk": {"S": ""}}}, id="empty key"),
        pytest.param("put_item", {"Item": {**KEY, "pk": {"N": "1"}}}, id="key of another type"),
        pytest.param("put_item", {"Item": {**KEY, "set": {"SS": []}}}, id="empty set"),
        pytest.param("put_item", {"Item": {**KEY, "number": {"N": "1" * 39}}}, id="39 digits"),
        pytest.param("get_item", {"Key": {"pk": {"S": "1"}}}, id="half a key"),
        pytest.param("delete_item", {"Key": {"pk": {"S": "1"}}}, id="half a key to delete"),
        pytest.param("query", {"KeyConditionExpression": "pk = :v"}, id="query with an undefined value"),
    ],
)
def test_what_dynamodb_forbids_is_refused(bench: Workbench, table: str, method: str, parameters: Json) -> None:
    bench.client("dynamodb").put_item(TableName=table, Item=KEY)
    with pytest.raises(ClientError) as refused:
        getattr(bench.client("dynamodb"), method)(TableName=table, **parameters)
    assert refused.value.response["Error"]["Code"] == "ValidationException"


@pytest.mark.parametrize("keys", [["1"] * 2, [str(number) for number in range(26)]], ids=["one item twice", "26 items"])
def test_a_batch_that_can_not_be_is_refused(bench: Workbench, table: str, keys: list[str]) -> None:
    puts = [{"PutRequest": {"Item": {"pk": {"S": "batch"}, "sk": {"S": key}}}} for key in keys]
    with pytest.raises(ClientError) as refused:
        bench.client("dynamodb").batch_write_item(RequestItems={table: puts})
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_a_condition_that_does_not_hold_changes_nothing(bench: Workbench, table: str) -> None:
    dynamodb = bench.client("dynamodb")
    item = {"pk": {"S": "condition"}, "sk": {"S": "1"}}
    dynamodb.put_item(TableName=table, Item={**item, "a": {"N": "1"}})
    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException):
        dynamodb.put_item(TableName=table, Item=item, ConditionExpression="attribute_not_exists(pk)")
    assert dynamodb.get_item(TableName=table, Key=item)["Item"]["a"] == {"N": "1"}


def test_a_page_of_a_query_ends_below_a_megabyte(bench: Workbench, table: str) -> None:
    dynamodb = bench.client("dynamodb")
    for number in range(4):
        item = {"pk": {"S": "pages"}, "sk": {"S": str(number)}, "text": {"S": "x" * 300_000}}
        dynamodb.put_item(TableName=table, Item=item)
    asked = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "pages"}}}
    pages = list(dynamodb.get_paginator("query").paginate(TableName=table, **asked))
    assert [len(page["Items"]) for page in pages] == [3, 1]
    assert len(json.dumps(pages[0]["Items"])) <= ONE_MEGABYTE
