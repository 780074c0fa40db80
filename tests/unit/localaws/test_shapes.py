"""What a model forbids, on models of AWS's own."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from localaws.server.shapes import violations


def shape(service: str, name: str) -> Any:
    return ServiceModel(Loader().load_service_model(service, "service-2")).shape_for(name)


def complaints(service: str, name: str, value: object, times: str = "unixTimestamp") -> list[str]:
    return [
        sentence.replace(" failed to satisfy constraint: Member must", "")
        for sentence in violations(shape(service, name), value, "", times)
    ]


def test_what_fits_is_not_complained_of() -> None:
    value = {"TableName": "jobs", "Key": {"pk": {"S": "1"}}, "ConsistentRead": True}
    assert complaints("dynamodb", "GetItemInput", value) == []


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ({"Key": {}}, "Value null at 'tableName' not be null"),
        ({"TableName": "t", "Key": {}, "Table": 1}, "Unknown member 'table'"),
        ({"TableName": "t", "Key": []}, "Value at 'key' be of type map"),
        ({"TableName": "t", "Key": {}, "ConsistentRead": 1}, "Value at 'consistentRead' be of type boolean"),
        ({"TableName": "t", "Key": {"pk": {"S": 1}}}, "Value at 'key.value.s' be of type string"),
        ({"TableName": "t", "Key": {"pk": {"B": "?"}}}, "Value at 'key.value.b' be base64"),
        (
            {"TableName": "t", "Key": {}, "AttributesToGet": []},
            "Value at 'attributesToGet' have length greater than or equal to 1",
        ),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(value: object, complaint: str) -> None:
    assert complaints("dynamodb", "GetItemInput", value) == [complaint]


def test_true_is_no_number() -> None:
    assert complaints("dynamodb", "ListTablesInput", {"Limit": True}) == ["Value at 'limit' be of type integer"]


@pytest.mark.parametrize(
    ("times", "fits", "does_not"),
    [
        ("unixTimestamp", 1763800000.5, "2026-11-22T10:00:00Z"),
        ("iso8601", "2026-11-22T10:00:00.123Z", "2026-11-22T10:00:00+00:00"),
        ("rfc822", "Sun, 22 Nov 2026 10:00:00 GMT", "2026-11-22T10:00:00Z"),
    ],
)
def test_a_time_is_written_as_its_protocol_writes_it(times: str, fits: object, does_not: object) -> None:
    created = {"CreationDateTime": fits}
    assert complaints("dynamodb", "TableDescription", created, times) == []
    assert complaints("dynamodb", "TableDescription", {"CreationDateTime": does_not}, times) == [
        f"Value at 'creationDateTime' be a timestamp in the format {times}"
    ]


def test_a_member_with_a_name_of_its_own_on_the_wire_is_known_by_it() -> None:
    assert complaints("apigateway", "RestApi", {"id": "1", "name": "a"}) == []
    assert complaints("lambda", "AliasRoutingConfiguration", {"additionalVersionWeights": {}}) == [
        "Unknown member 'additionalVersionWeights'"
    ]


def test_a_pattern_that_only_java_can_read_is_not_held_against_anything() -> None:
    assert complaints("stepfunctions", "TraceHeader", "Root=1") == []
