"""A GraphQL request, from its JSON to its answer."""

from __future__ import annotations

import json

import pytest

from localaws import executions
from tests.integration.localaws import edge
from tests.integration.localaws.appsync import graphql
from tests.integration.localaws.appsync.graphql import SAYING, Api
from tests.integration.localaws.workbench import Workbench

MEETING = """
    import json, os, time
    from pathlib import Path

    def handler(event, context):
        here = Path(event["arguments"]["at"])
        (here / str(os.getpid())).touch()
        deadline = time.monotonic() + 20
        while len(list(here.iterdir())) < 4 and time.monotonic() < deadline:
            time.sleep(0.01)
        return len(list(here.iterdir()))
"""


def test_fields_of_a_query_are_resolved_at_the_same_time(bench: Workbench, tmp_path: object) -> None:
    api = graphql.made(bench, "type Query { met(at: String!): Int }")
    api.resolve(bench.function(MEETING, Timeout=30), "Query.met")
    query = "query($at: String!) { a: met(at: $at) b: met(at: $at) c: met(at: $at) d: met(at: $at) }"
    assert api.ask(query, variables={"at": str(tmp_path)}).data == {"a": 4, "b": 4, "c": 4, "d": 4}


def test_fields_of_a_mutation_are_resolved_one_after_another(bench: Workbench, tmp_path: object) -> None:
    code = """
        import time
        from pathlib import Path

        def handler(event, context):
            here = Path(event["arguments"]["at"])
            busy = here / "busy"
            busy.touch(exist_ok=False)
            time.sleep(0.02)
            busy.unlink()
            (here / str(event["arguments"]["n"])).touch()
            return sorted(one.name for one in here.iterdir())
    """
    api = graphql.made(bench, "type Query { a: Int } type Mutation { go(at: String!, n: Int!): [String] }")
    api.resolve(bench.function(code), "Mutation.go")
    query = "mutation($at: String!) { a: go(at: $at, n: 1) b: go(at: $at, n: 2) c: go(at: $at, n: 3) }"
    answer = api.ask(query, variables={"at": str(tmp_path)})
    assert answer.data == {"a": ["1"], "b": ["1", "2"], "c": ["1", "2", "3"]}


def test_one_field_that_fails_leaves_the_others(saying: Api) -> None:
    answer = saying.ask('{ good: number(say: "1") bad: number(say: "no json") }')
    assert answer.data == {"good": 1, "bad": None}
    assert [error["path"] for error in answer.errors] == [["bad"]]


def test_a_fields_alias_and_place_are_in_its_error(saying: Api) -> None:
    (error,) = saying.ask('{\n  bad: number(say: "no json")\n}').errors
    assert error["path"] == ["bad"]
    assert error["locations"] == [{"line": 2, "column": 3, "sourceName": None}]


def test_the_named_operation_is_executed(saying: Api) -> None:
    document = 'query A { number(say: "1") } query B { number(say: "2") }'
    assert saying.ask(document, operationName="B").data == {"number": 2}


@pytest.mark.parametrize("name", [None, "C"])
def test_no_operation_is_executed_where_none_is_meant(saying: Api, name: str | None) -> None:
    answer = saying.ask("query A { __typename } query B { __typename }", operationName=name)
    assert (answer.status, answer.kinds) == (400, ["MalformedHttpRequestException"])


INVALID = {
    "a field that does not exist": "{ nothing }",
    "an argument that does not exist": '{ number(what: "1") }',
    "an argument of another type": "{ number(say: 1) }",
    "an argument that is missing": "{ number }",
    "no fields of an object": '{ job(say: "1") }',
    "fields of what is none": '{ number(say: "1") { id } }',
    "a fragment that does not exist": '{ job(say: "1") { ...F } }',
    "a fragment in itself": '{ job(say: "1") { ...F } } fragment F on Job { child { ...F } }',
    "a variable that is not declared": "{ number(say: $say) }",
    "a directive that does not exist": "{ __typename @now }",
}


@pytest.mark.parametrize("what", INVALID)
def test_a_document_has_errors_and_no_data_for(saying: Api, what: str) -> None:
    answer = saying.ask(INVALID[what])
    assert (answer.status, answer.data) == (200, None)
    assert answer.errors
    assert all(error["path"] is None and error["locations"] for error in answer.errors)


def test_a_schema_without_mutations_has_none(bench: Workbench) -> None:
    answer = graphql.made(bench, "type Query { a: Int }").ask("mutation { set }")
    assert (answer.status, answer.data, len(answer.errors)) == (200, None, 1)


@pytest.mark.parametrize("value", [None, 1, ["a"], {"a": 1}])
def test_a_variable_of_another_type_is_an_error(saying: Api, value: object) -> None:
    answer = saying.ask("query($say: String!) { number(say: $say) }", variables={"say": value})
    assert (answer.status, answer.data) == (200, None)
    assert answer.errors[0]["path"] is None


MALFORMED = {
    "nothing": b"",
    "no JSON": b"{nope",
    "no text": b"\xff\xfe",
    "a number that is none": b'{"query": "{ __typename }", "variables": {"x": NaN}}',
    "a list": b'[{"query": "{ __typename }"}]',
    "a text": b'"{ __typename }"',
    "no query": b"{}",
    "a query that is null": b'{"query": null}',
    "a query that is a number": b'{"query": 1}',
    "an empty query": b'{"query": " "}',
    "a query that is no GraphQL": b'{"query": "{ number( }"}',
    "a query of characters that GraphQL has not": b'{"query": "{ \\u0000 }"}',
    "a query of types": b'{"query": "type Job { id: ID }"}',
    "variables that are a list": b'{"query": "{ __typename }", "variables": [1]}',
    "variables that are a text": b'{"query": "{ __typename }", "variables": "{}"}',
    "an operation name that is a number": b'{"query": "{ __typename }", "operationName": 1}',
}


@pytest.mark.parametrize("what", MALFORMED)
def test_a_request_is_refused_or_has_errors_with(saying: Api, what: str) -> None:
    body = MALFORMED[what]
    answer = saying.post(body, graphql.signature(saying, body))
    assert answer.status == 400 or (answer.status, answer.data) == (200, None)
    assert answer.errors
    assert "Traceback" not in json.dumps(answer.json)


def test_who_is_nobody_is_told_nothing_of_what_is_wrong_with_his_request(saying: Api) -> None:
    assert saying.post(b'{"query": "{ nothing }"}').status == 401
    assert saying.post(b'{"query": null}').status == 401


def test_a_subscription_is_not_served_here(bench: Workbench) -> None:
    schema = SAYING + 'type Subscription { onSet: Int @aws_subscribe(mutations: ["set"]) }'
    answer = graphql.made(bench, schema).ask("subscription { onSet }")
    assert (answer.status, answer.data, answer.kinds) == (200, {"onSet": None}, ["UnsupportedOperation"])


def test_nothing_of_a_request_is_in_the_servers_log(saying: Api) -> None:
    marked = edge.new_token() + "-in-the-request"
    saying.ask(f'query {{ text(say: "{marked}") {{ id }} }}')
    saying.ask("query($say: String!) { number(say: $say) }", variables={"say": marked})
    saying.ask("query($say: [Int]) { __typename }", variables={"say": marked})
    assert marked not in saying.bench.instance.log.read_text()
    assert marked not in json.dumps(executions.lines(saying.bench.instance.calls))
