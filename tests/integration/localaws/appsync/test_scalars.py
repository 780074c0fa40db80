"""AppSync's scalars: what is none is refused as an argument, and as a function's answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration.localaws.appsync import graphql
from tests.integration.localaws.appsync.graphql import Api
from tests.integration.localaws.workbench import Workbench

NAMES = ("Date", "Time", "DateTime", "Timestamp", "Email", "JSON", "URL", "Phone", "IPAddress")
GOOD: dict[str, list[Any]] = {
    "Date": ["2026-11-23", "2026-11-23Z", "1970-01-01-07:00", "1970-01-01+05:30"],
    "Time": ["12:30", "12:30:24", "12:30:24.500", "12:30:24.500Z", "12:30:24-07:00"],
    "DateTime": ["2026-11-23T12:30:24Z", "2026-11-23T12:30:24.500+05:30", "2026-11-23T12:30:24.123456789Z"],
    "Timestamp": [0, 1_795_414_435, -1],
    "Email": ["someone@example.com"],
    "URL": ["https://example.com/jobs?x=1", "mailto://x", "s3://bucket/key"],
    "Phone": ["+44 20 7946 0018", "(020) 7946-0018"],
    "IPAddress": ["192.0.2.1", "192.0.2.0/24", "2001:db8::1"],
}
BAD: dict[str, list[Any]] = {
    "Date": ["2026-02-30", "23.11.2026", "", 20261123, "2026-11-23T00:00:00Z"],
    "Time": ["25:00", "noon", "12", 12],
    "DateTime": ["not a time", "2026-11-23T12:30:24", "2026-11-23", "2026-13-01T00:00:00Z", 1795414435],
    "Timestamp": ["1795414435", 1.5, True],
    "Email": ["someone", "a@b", "a b@example.com", 1],
    "URL": ["example.com", "/jobs", 1],
    "Phone": ["call me", "", 1],
    "IPAddress": ["300.1.1.1", "localhost", 1],
}


@pytest.fixture(scope="module")
def api(bench: Workbench, sayer: str) -> Api:
    """With a field of each scalar that answers what it is told to, and one that takes it for an argument."""
    says = " ".join(f"says{name}(say: String!): AWS{name}" for name in NAMES)
    takes = " ".join(f"takes{name}(it: AWS{name}): AWSJSON" for name in NAMES)
    api = graphql.made(bench, f"type Query {{ {says} {takes} }}")
    api.resolve(sayer, *(f"Query.says{name}" for name in NAMES))
    api.resolve(
        bench.function('def handler(event, context):\n    return {"it": event["arguments"]["it"]}'),
        *(f"Query.takes{name}" for name in NAMES),
    )
    return api


def taken(api: Api, name: str, value: Any) -> graphql.Answer:
    return api.ask(f"query($it: AWS{name}) {{ takes{name}(it: $it) }}", variables={"it": value})


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in GOOD.items() for value in values])
def test_a_value_is_passed_in_and_out_as_it_is(api: Api, name: str, value: Any) -> None:
    assert api.said(value, f"says{name}", "").data == {f"says{name}": value}
    assert json.loads(taken(api, name, value).data[f"takes{name}"]) == {"it": value}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_what_is_no_value_is_refused_in_and_out(api: Api, name: str, value: Any) -> None:
    answer = api.said(value, f"says{name}", "")
    assert answer.data == {f"says{name}": None}
    assert answer.errors[0]["path"] == [f"says{name}"]
    assert taken(api, name, value).data is None


@pytest.mark.parametrize(
    ("said", "answered"),
    [({"a": [1, None]}, '{"a": [1, null]}'), ([1], "[1]"), (7, "7"), ('{"a": 1}', '{"a": 1}')],
)
def test_a_document_is_answered_as_its_text(api: Api, said: Any, answered: str) -> None:
    assert api.said(said, "saysJSON", "").data == {"saysJSON": answered}


@pytest.mark.parametrize("said", ["{a: 1}", "", "a word"])
def test_a_text_that_is_no_document_is_not_answered_as_one(api: Api, said: str) -> None:
    answer = api.said(said, "saysJSON", "")
    assert answer.data == {"saysJSON": None}
    assert answer.errors[0]["path"] == ["saysJSON"]


def test_a_document_is_given_as_text_and_taken_as_what_it_says(api: Api) -> None:
    assert json.loads(taken(api, "JSON", '{"a": [1]}').data["takesJSON"]) == {"it": {"a": [1]}}


@pytest.mark.parametrize("value", ["{a: 1}", "", {"a": 1}, "[" * 100_000])
def test_what_is_no_text_of_a_document_is_refused(api: Api, value: Any) -> None:
    assert taken(api, "JSON", value).data is None


def test_a_value_may_stand_in_the_query(api: Api) -> None:
    assert api.ask('{ takesDate(it: "2026-11-23") }').data == {"takesDate": '{"it": "2026-11-23"}'}
    assert api.ask('{ takesDate(it: "soon") }').data is None


def test_ministack_alone_takes_any_text_for_a_time(stock: Workbench) -> None:
    created = stock.client("appsync").create_graphql_api(name="a", authenticationType="AWS_IAM")["graphqlApi"]
    api = Api(stock, created["apiId"], created["uris"]["GRAPHQL"])
    api.give_schema("type Query { a(at: AWSDateTime): Int }")
    assert api.ask('{ a(at: "not a time") }').data == {"a": None}
