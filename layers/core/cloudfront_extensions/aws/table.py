"""The table of jobs as DynamoDB sees it: reads and writes by key, and nothing that scans.

Every failure of DynamoDB itself is raised as `AwsThrottled`, `AwsUnavailable` or `AwsRefused`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from cloudfront_extensions.aws.attributes import to_attribute
from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.aws.retries import MOST_ATTEMPTS, pause
from cloudfront_extensions.errors import AwsRefused, AwsThrottled, CloudFrontExtensionsError

BATCH_WRITE_LIMIT = 25
"""Items in one BatchWriteItem (DynamoDB API reference)."""
BATCH_GET_LIMIT = 100
"""Keys in one BatchGetItem (DynamoDB API reference)."""
PASSING_REASONS = frozenset({"ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict"})
"""Why a transaction is canceled that another try may get through."""

Attributes = dict[str, Any]
"""An item or a key in DynamoDB's own JSON."""


class ConditionNotMet(CloudFrontExtensionsError):
    """The record is not as the write presumes; the adapters turn it into an answer, it never leaves them."""


class Index(NamedTuple):
    """A secondary index, by its own partition and sort key."""

    name: str
    partition_key: str
    sort_key: str


_TABLE_ITSELF = Index("", "pk", "sk")


class RowPage(NamedTuple):
    rows: list[Attributes]
    last: Attributes | None
    """The key behind which the rows go on; None: there are no more."""


class Table:
    """`name` comes from the environment of the function, which knows it from the template."""

    def __init__(self, name: str | None = None, dynamodb: Any = None) -> None:
        self._name = name or os.environ["JOBS_TABLE"]
        self._given = dynamodb

    @property
    def _dynamodb(self) -> Any:
        return self._given or client("dynamodb")

    def get(self, key: Attributes) -> Attributes | None:
        with aws_call("GetItem", _text(key)):
            answer = self._dynamodb.get_item(TableName=self._name, Key=key, ConsistentRead=True)
        attributes: Attributes | None = answer.get("Item")
        return attributes

    def get_many(self, keys: Iterable[Attributes]) -> Iterator[Attributes]:
        """The items that there are under these keys, each named once, in any order."""
        everything = list(keys)
        for start in range(0, len(everything), BATCH_GET_LIMIT):
            yield from self._read_batch(everything[start : start + BATCH_GET_LIMIT])

    def query(
        self,
        partition: str,
        prefix: str | None = None,
        *,
        between: tuple[str, str] | None = None,
        consistent: bool = True,
    ) -> Iterator[Attributes]:
        """The items of a partition in the order of their sort keys, page by page.

        Those whose sort keys begin with `prefix`, or lie `between` two texts, both included; else all. Not `consistent`
        costs half, and may be as it was a moment ago.
        """
        condition, values = "pk = :pk", {":pk": {"S": partition}}
        if prefix:
            condition, values = f"{condition} AND begins_with(sk, :prefix)", {**values, ":prefix": {"S": prefix}}
        if between:
            bounds = {":first": {"S": between[0]}, ":last": {"S": between[1]}}
            condition, values = f"{condition} AND sk BETWEEN :first AND :last", {**values, **bounds}
        parameters: dict[str, Any] = {
            "TableName": self._name,
            "ConsistentRead": consistent,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
        }
        while True:
            with aws_call("Query", partition):
                answer = self._dynamodb.query(**parameters)
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            parameters["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def page(
        self,
        partition: str,
        limit: int,
        *,
        after: Attributes | None = None,
        between: tuple[str, str] | None = None,
        descending: bool = False,
        index: Index = _TABLE_ITSELF,
        only: Mapping[str, Any] | None = None,
        evaluated: int | None = None,
    ) -> RowPage:
        """At most `limit` rows of a partition in the order of their sort keys, from behind the key `after`, in one call.

        With `between`, those whose sort keys lie between two texts, both included; with `only`, those whose fields have these
        values, of the next `evaluated` rows: fewer than `limit` do not mean that there are no more. `after` must be a key of
        the very rows that are asked for. An index is read as it was a moment ago, the table itself as it is.
        """
        names, values = {"#pk": index.partition_key}, {":pk": {"S": partition}}
        condition = "#pk = :pk"
        if between:
            condition += " AND #sk BETWEEN :first AND :last"
            names["#sk"] = index.sort_key
            values |= {":first": {"S": between[0]}, ":last": {"S": between[1]}}
        filters = []
        for number, (field, value) in enumerate((only or {}).items()):
            filters.append(f"#f{number} = :f{number}")
            names[f"#f{number}"], values[f":f{number}"] = field, to_attribute(value)
        with aws_call("Query", partition):
            answer = self._dynamodb.query(
                TableName=self._name,
                KeyConditionExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
                ScanIndexForward=not descending,
                # One more than is wanted tells whether there are more.
                Limit=(evaluated or limit) + 1,
                **({"IndexName": index.name} if index.name else {"ConsistentRead": True}),
                **({"FilterExpression": " AND ".join(filters)} if filters else {}),
                **({"ExclusiveStartKey": after} if after else {}),
            )
        rows: list[Attributes] = answer["Items"]
        if len(rows) <= limit:
            return RowPage(rows, answer.get("LastEvaluatedKey"))
        names_of_key = ("pk", "sk", index.partition_key, index.sort_key)
        return RowPage(rows[:limit], {name: rows[limit - 1][name] for name in names_of_key})

    def put(self, key: Attributes, attributes: Attributes, *, only_new: bool = False) -> bool:
        """Write an item whole; False when it must be new and is not, be it by a try of this call whose answer was lost."""
        condition = {"ConditionExpression": "attribute_not_exists(pk)"} if only_new else {}
        try:
            with aws_call("PutItem", _text(key), {"ConditionalCheckFailedException": ConditionNotMet}):
                self._dynamodb.put_item(TableName=self._name, Item={**key, **attributes}, **condition)
        except ConditionNotMet:
            return False
        return True

    def put_many(self, items: Iterable[Attributes]) -> None:
        """Write items whole, 25 at a time, whatever stood there."""
        self._write_many({"PutRequest": {"Item": item}} for item in items)

    def delete_many(self, keys: Iterable[Attributes]) -> None:
        """Delete items, 25 at a time, whatever they hold."""
        self._write_many({"DeleteRequest": {"Key": key}} for key in keys)

    def update(
        self,
        key: Attributes,
        changes: Mapping[str, Any],
        *,
        inside: str | None = None,
        only_existing: bool = True,
        unless: Mapping[str, Any] | None = None,
        only_if: Mapping[str, Any] | None = None,
    ) -> bool:
        """Set fields (None removes one), of the item itself or of the map `inside` it.

        False, and nothing changed, when the item does not exist (`only_existing`), a field has the value that `unless` names
        (a tuple: one of the values), or has not the value that `only_if` names. False too when the update was made by a
        try whose answer was lost and its own condition no longer holds.
        """
        expression = _UpdateExpression(inside)
        for field, value in changes.items():
            expression.change(field, value)
        if only_existing:
            expression.conditions.append("attribute_exists(pk)")
        for field, values in (unless or {}).items():
            for value in values if isinstance(values, tuple) else (values,):
                expression.compare(field, "<>", value)
        for field, value in (only_if or {}).items():
            expression.compare(field, "=", value)
        try:
            with aws_call("UpdateItem", _text(key), {"ConditionalCheckFailedException": ConditionNotMet}):
                self._dynamodb.update_item(TableName=self._name, Key=key, **expression.parameters())
        except ConditionNotMet:
            return False
        return True

    def add(
        self,
        key: Attributes,
        field: str,
        amount: int,
        *,
        at_least: int | None = None,
        where_absent: Mapping[str, Any] | None = None,
    ) -> int | None:
        """Add to a number, which counts as 0 where it is not there; the sum.

        With `at_least`, None and nothing added where the number is not there or is less. Fields of `where_absent` are set
        that the item does not have yet.
        """
        values = {":amount": {"N": str(amount)}}
        names, sets = {"#field": field}, []
        for number, (name, value) in enumerate((where_absent or {}).items()):
            names[f"#n{number}"], values[f":n{number}"] = name, to_attribute(value)
            sets.append(f"#n{number} = if_not_exists(#n{number}, :n{number})")
        condition = {}
        if at_least is not None:
            values[":least"] = {"N": str(at_least)}
            condition = {"ConditionExpression": "#field >= :least"}
        try:
            with aws_call("UpdateItem", _text(key), {"ConditionalCheckFailedException": ConditionNotMet}):
                answer = self._dynamodb.update_item(
                    TableName=self._name,
                    Key=key,
                    UpdateExpression=" ".join([*(["SET " + ", ".join(sets)] if sets else []), "ADD #field :amount"]),
                    ExpressionAttributeNames=names,
                    ExpressionAttributeValues=values,
                    ReturnValues="UPDATED_NEW",
                    **condition,
                )
        except ConditionNotMet:
            return None
        return int(answer["Attributes"][field]["N"])

    def transact(self, *writes: Attributes) -> bool:
        """All of the writes (`new_item` and the like), or none and False where one of them presumes what is not so.

        Raises:
            AwsThrottled: others went on writing the same items meanwhile, or there were too many writes.
        """
        items = [{kind: {"TableName": self._name, **write}} for each in writes for kind, write in each.items()]
        for attempt in range(1, MOST_ATTEMPTS + 1):
            reasons = self._canceled_for(items)
            if not reasons:
                return True
            if "ConditionalCheckFailed" in reasons:
                return False
            if not reasons <= PASSING_REASONS:
                raise AwsRefused(f"TransactWriteItems for {self._name}: {', '.join(sorted(reasons))}")
            pause(attempt)
        raise AwsThrottled(f"TransactWriteItems for {self._name}: others write the same {len(items)} items")

    def delete(self, key: Attributes, only_if: tuple[str, Any] | None = None) -> None:
        """Delete an item; with `only_if`, if a field of it still has the value given, and otherwise leave it."""
        condition = {}
        if only_if:
            field, value = only_if
            condition = {
                "ConditionExpression": "#field = :value",
                "ExpressionAttributeNames": {"#field": field},
                "ExpressionAttributeValues": {":value": to_attribute(value)},
            }
        try:
            with aws_call("DeleteItem", _text(key), {"ConditionalCheckFailedException": ConditionNotMet}):
                self._dynamodb.delete_item(TableName=self._name, Key=key, **condition)
        except ConditionNotMet:
            return

    def _canceled_for(self, items: list[Attributes]) -> set[str]:
        """Why DynamoDB canceled a transaction, in its codes; nothing where it made it."""
        try:
            with aws_call("TransactWriteItems", self._name, {"TransactionCanceledException": ConditionNotMet}):
                self._dynamodb.transact_write_items(TransactItems=items)
        except ConditionNotMet as canceled:
            error: Any = canceled.__cause__
            return {reason["Code"] for reason in error.response["CancellationReasons"]} - {"None"} or {"Unknown"}
        return set()

    def _read_batch(self, keys: list[Attributes]) -> Iterator[Attributes]:
        remaining = keys
        for attempt in range(1, MOST_ATTEMPTS + 1):
            with aws_call("BatchGetItem", self._name):
                answer = self._dynamodb.batch_get_item(
                    RequestItems={self._name: {"Keys": remaining, "ConsistentRead": True}}
                )
            yield from answer["Responses"].get(self._name, [])
            remaining = answer.get("UnprocessedKeys", {}).get(self._name, {}).get("Keys", [])
            if not remaining:
                return
            pause(attempt)
        raise AwsThrottled(f"BatchGetItem for {self._name}: {len(remaining)} keys stayed unprocessed")

    def _write_many(self, requests: Iterable[Attributes]) -> None:
        everything = list(requests)
        for start in range(0, len(everything), BATCH_WRITE_LIMIT):
            self._write_batch(everything[start : start + BATCH_WRITE_LIMIT])

    def _write_batch(self, requests: list[Attributes]) -> None:
        remaining = requests
        for attempt in range(1, MOST_ATTEMPTS + 1):
            with aws_call("BatchWriteItem", self._name):
                answer = self._dynamodb.batch_write_item(RequestItems={self._name: remaining})
            remaining = answer.get("UnprocessedItems", {}).get(self._name, [])
            if not remaining:
                return
            pause(attempt)
        raise AwsThrottled(f"BatchWriteItem for {self._name}: {len(remaining)} items stayed unprocessed")


def new_item(key: Attributes, attributes: Attributes) -> Attributes:
    """A write of a transaction: an item that there must not be yet."""
    return {"Put": {"Item": {**key, **attributes}, "ConditionExpression": "attribute_not_exists(pk)"}}


def changed_item(key: Attributes, changes: Mapping[str, Any], only_if: Mapping[str, Any]) -> Attributes:
    """A write of a transaction: an item whose fields have the values that `only_if` names, with these changes."""
    expression = _UpdateExpression(None)
    for field, value in changes.items():
        expression.change(field, value)
    for field, value in only_if.items():
        expression.compare(field, "=", value)
    return {"Update": {"Key": key, **expression.parameters()}}


def unchanged_item(key: Attributes, only_if: Mapping[str, Any]) -> Attributes:
    """What a transaction presumes of an item that it does not write: its fields have the values that `only_if` names."""
    expression = _UpdateExpression(None)
    for field, value in only_if.items():
        expression.compare(field, "=", value)
    return {"ConditionCheck": {"Key": key, **expression.condition()}}


def absent_item(key: Attributes) -> Attributes:
    """What a transaction presumes: there is no such item."""
    return {"ConditionCheck": {"Key": key, "ConditionExpression": "attribute_not_exists(pk)"}}


def deleted_item(key: Attributes, only_if: Mapping[str, Any] | None = None) -> Attributes:
    """A write of a transaction: an item gone, be it there or not; with `only_if`, if its fields have these values."""
    expression = _UpdateExpression(None)
    for field, value in (only_if or {}).items():
        expression.compare(field, "=", value)
    return {"Delete": {"Key": key, **expression.condition()}}


class _UpdateExpression:
    """An update in DynamoDB's expression language, put together field by field."""

    def __init__(self, inside: str | None) -> None:
        self.conditions: list[str] = []
        self._sets: list[str] = []
        self._removes: list[str] = []
        self._names: dict[str, str] = {"#inside": inside} if inside else {}
        self._values: dict[str, Any] = {}
        self._prefix = "#inside." if inside else ""

    def change(self, field: str, value: Any) -> None:
        if value is None:
            self._removes.append(self._path(field))
        else:
            self._sets.append(f"{self._path(field)} = {self._value(value)}")

    def compare(self, field: str, operator: str, value: Any) -> None:
        self.conditions.append(f"{self._path(field)} {operator} {self._value(value)}")

    def parameters(self) -> dict[str, Any]:
        clauses = [f"SET {', '.join(self._sets)}"] if self._sets else []
        clauses += [f"REMOVE {', '.join(self._removes)}"] if self._removes else []
        return {"UpdateExpression": " ".join(clauses), **self.condition()}

    def condition(self) -> dict[str, Any]:
        return {
            **({"ExpressionAttributeNames": self._names} if self._names else {}),
            **({"ExpressionAttributeValues": self._values} if self._values else {}),
            **({"ConditionExpression": " AND ".join(self.conditions)} if self.conditions else {}),
        }

    def _path(self, field: str) -> str:
        name = f"#{field}"
        self._names[name] = field
        return self._prefix + name

    def _value(self, value: Any) -> str:
        name = f":v{len(self._values)}"
        self._values[name] = to_attribute(value)
        return name


def _text(key: Attributes) -> str:
    return f"{key['pk']['S']} {key['sk']['S']}"
