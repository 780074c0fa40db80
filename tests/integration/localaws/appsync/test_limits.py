"""How much a request may ask: depth, resolvers, introspection, nesting, size."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration.localaws.appsync import graphql
from tests.integration.localaws.appsync.graphql import SAYING, Api
from tests.integration.localaws.workbench import Workbench

NESTED = {"id": "1", "child": {"id": "2", "child": {"id": "3"}}}
INTROSPECTION = "{ __schema { types { name } } }"


def limited(bench: Workbench, sayer: str, schema: str = SAYING, **limits: Any) -> Api:
    api = graphql.made(bench, schema, **limits)
    api.resolve(sayer, "Query.job", "Query.number")
    return api


def test_a_request_may_be_as_deep_as_the_limit(bench: Workbench, sayer: str) -> None:
    api = limited(bench, sayer, queryDepthLimit=3)
    assert api.said(NESTED, selected="{ child { id } }").data == {"job": {"child": {"id": "2"}}}


def test_a_field_below_the_limit_has_no_value_and_those_above_it_do(bench: Workbench, sayer: str) -> None:
    schema = SAYING.replace("id: ID!", "id: ID")
    answer = limited(bench, sayer, schema, queryDepthLimit=3).said(NESTED, selected="{ id child { id child { id } } }")
    assert answer.data == {"job": {"id": "1", "child": {"id": "2", "child": {"id": None}}}}
    assert [(error["path"], error["errorType"]) for error in answer.errors] == [
        (["job", "child", "child", "id"], "QueryDepthLimitReached")
    ]


def test_a_field_below_the_limit_that_must_have_a_value_takes_its_parent_with_it(bench: Workbench, sayer: str) -> None:
    answer = limited(bench, sayer, queryDepthLimit=3).said(NESTED, selected="{ child { child { id } } }")
    assert answer.data == {"job": {"child": {"child": None}}}


def test_lists_are_no_levels(bench: Workbench, sayer: str) -> None:
    api = limited(bench, sayer, queryDepthLimit=3)
    answer = api.said({"children": [{"id": "1"}]}, selected="{ children { id } }")
    assert answer.data == {"job": {"children": [{"id": "1"}]}}


def test_a_request_runs_as_many_resolvers_as_the_limit_also_by_aliases(bench: Workbench, sayer: str) -> None:
    api = limited(bench, sayer, resolverCountLimit=3)
    fields = " ".join(f'a{number}: number(say: "{number}")' for number in range(5))
    answer = api.ask(f"{{ {fields} }}")
    assert answer.data == {"a0": 0, "a1": 1, "a2": 2, "a3": None, "a4": None}
    assert answer.kinds == ["ResolverExecutionLimitReached"] * 2


def test_a_limit_of_zero_is_none(saying: Api) -> None:
    fields = " ".join(f"a{number}: __typename" for number in range(100))
    assert len(saying.ask(f"{{ {fields} }}").data) == 100


def test_ministack_alone_keeps_no_limit(stock: Workbench) -> None:
    created = stock.client("appsync").create_graphql_api(
        name="a", authenticationType="AWS_IAM", introspectionConfig="DISABLED", queryDepthLimit=1
    )["graphqlApi"]
    api = Api(stock, created["apiId"], created["uris"]["GRAPHQL"])
    api.give_schema(SAYING)
    assert api.ask(INTROSPECTION).errors == []


def test_what_a_schema_is_can_be_asked_where_that_is_enabled(saying: Api) -> None:
    assert {"name": "Job"} in saying.ask(INTROSPECTION).data["__schema"]["types"]


@pytest.mark.parametrize("query", [INTROSPECTION, '{ __type(name: "Job") { name } }'])
def test_what_a_schema_is_can_not_be_asked_where_that_is_disabled(bench: Workbench, query: str) -> None:
    answer = graphql.made(bench, SAYING, introspectionConfig="DISABLED").ask(query)
    assert answer.data is None
    assert answer.errors


def test_a_hidden_schema_is_not_guessed_at(bench: Workbench) -> None:
    answer = graphql.made(bench, SAYING, introspectionConfig="DISABLED").ask('{ numbe(sai: "1") }')
    assert answer.errors
    assert "number" not in json.dumps(answer.json)


def test_the_name_of_a_type_can_be_asked_all_the_same(bench: Workbench) -> None:
    api = graphql.made(bench, SAYING, introspectionConfig="DISABLED")
    assert api.ask("{ __typename }").data == {"__typename": "Query"}


def deep(levels: int) -> str:
    return 'query { job(say: "null") ' + "{ child " * levels + "{ id }" + "}" * levels + "}"


def test_a_document_may_nest_more_deeply_than_any_limit_of_depth(saying: Api) -> None:
    assert saying.ask(deep(140)).data == {"job": None}


def test_a_deep_answer_is_given_whole(saying: Api) -> None:
    value: Any = {"id": "deepest"}
    for _ in range(140):
        value = {"child": value}
    found = saying.said(value, selected="{ child " * 140 + "{ id }" + "}" * 140).data["job"]
    for _ in range(140):
        found = found["child"]
    assert found == {"id": "deepest"}


TOO_MUCH = {
    "fields 5,000 deep": deep(5_000),
    "a list 5,000 deep": "{ job(say: " + "[" * 5_000 + "]" * 5_000 + ") { id } }",
    "a type 5,000 deep": "query($x: " + "[" * 5_000 + "Int" + "]" * 5_000 + ") { __typename }",
    "20,000 fields": "{ " + "__typename " * 20_000 + "}",
}


@pytest.mark.parametrize("what", TOO_MUCH)
def test_a_document_is_refused_with(saying: Api, what: str) -> None:
    answer = saying.ask(TOO_MUCH[what])
    assert (answer.status, answer.kinds) == (400, ["MalformedHttpRequestException"])


def test_a_request_above_1_mib_is_refused(saying: Api) -> None:
    padding = 1024 * 1024
    answer = saying.ask("{ __typename }", variables={"x": "x" * padding})
    assert (answer.status, answer.kinds) == (413, ["RequestEntityTooLargeException"])


def test_a_request_below_it_is_answered(saying: Api) -> None:
    answer = saying.ask("{ __typename }", variables={"x": "x" * (1024 * 1024 - 100)})
    assert answer.data == {"__typename": "Query"}


def test_variables_that_nest_too_deep_to_be_read_are_refused(saying: Api) -> None:
    nested = "[" * 100_000 + "]" * 100_000
    body = f'{{"query": "{{ __typename }}", "variables": {{"x": {nested}}}}}'
    assert saying.post(body.encode()).status == 400


@pytest.mark.parametrize("member", ["query", "operationName", "variables"])
def test_half_a_character_is_refused(saying: Api, member: str) -> None:
    """Half of a surrogate pair is no text; MiniStack answers 500."""
    half = {"query": "{ \ud800 }", "operationName": "\ud800", "variables": {"x": "\ud800"}}[member]
    body = json.dumps({"query": "{ __typename }", member: half})
    answer = saying.post(body.encode())
    assert (answer.status, answer.kinds) == (400, ["MalformedHttpRequestException"])
