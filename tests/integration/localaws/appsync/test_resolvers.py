"""A function resolves a field: it is given AppSync's event, answers any JSON, and its failures are errors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from localaws import executions
from tests.integration.localaws.appsync import graphql
from tests.integration.localaws.appsync.graphql import Api
from tests.integration.localaws.workbench import Json, Workbench

EVENTS = """
    type Query { echo(n: Int = 7, status: Status, filter: Filter, at: AWSDateTime, raw: AWSJSON): AWSJSON parent: Parent }
    type Mutation { echo: AWSJSON }
    type Parent { id: ID child(n: Int): AWSJSON }
    input Filter { domain: String!, most: Int = 3 }
    enum Status { RUNNING DONE }
"""


@pytest.fixture(scope="module")
def events(bench: Workbench, echo: str) -> Api:
    api = graphql.made(bench, EVENTS)
    api.resolve(echo, "Query.echo", "Mutation.echo", "Parent.child")
    api.resolve(bench.function('def handler(event, context):\n    return {"id": "p", "more": [1]}'), "Query.parent")
    return api


def event_of(answer: graphql.Answer) -> Json:
    event: Json = json.loads(answer.data["echo"])
    return event


def test_a_function_is_given_what_aws_gives_it(events: Api) -> None:
    query = "query Q($n: Int) { echo(n: $n) }"
    event = event_of(events.ask(query, variables={"n": 2, "unused": [1]}, operationName="Q"))
    assert set(event) == {"arguments", "identity", "source", "request", "prev", "info", "stash"}
    assert (event["arguments"], event["source"], event["prev"], event["stash"]) == ({"n": 2}, None, None, {})
    assert event["info"] == {
        "selectionSetList": [],
        "selectionSetGraphQL": "",
        "parentTypeName": "Query",
        "fieldName": "echo",
        "variables": {"n": 2, "unused": [1]},
    }
    assert event["request"]["domainName"] is None


def test_a_function_is_given_the_headers_in_small_letters_and_no_cookies(events: Api) -> None:
    body = json.dumps({"query": "{ echo }"}).encode()
    request = graphql.signature(events, body, {"Cookie": "session=1", "X-Shop": "north"})
    headers = event_of(events.post(body, request))["request"]["headers"]
    assert headers["x-shop"] == "north"
    assert "authorization" in headers
    assert "cookie" not in headers


@pytest.mark.parametrize(
    ("given", "arguments"),
    [
        ("echo", {"n": 7}),
        ("echo(n: null)", {"n": None}),
        ("echo(n: 1, status: DONE)", {"n": 1, "status": "DONE"}),
        ('echo(n: 1, filter: {domain: "a"})', {"n": 1, "filter": {"domain": "a", "most": 3}}),
        ('echo(n: 1, at: "2026-01-02T03:04:05Z")', {"n": 1, "at": "2026-01-02T03:04:05Z"}),
        ('echo(n: 1, raw: "{\\"a\\": [1]}")', {"n": 1, "raw": {"a": [1]}}),
    ],
)
def test_arguments_are_given_as_their_types_say(events: Api, given: str, arguments: Json) -> None:
    assert event_of(events.ask(f"{{ {given} }}"))["arguments"] == arguments


def test_an_argument_may_have_any_name(bench: Workbench, echo: str) -> None:
    api = graphql.made(bench, "type Query { echo(info: Int, source: Int, self: Int): AWSJSON }")
    api.resolve(echo, "Query.echo")
    event = event_of(api.ask("{ echo(info: 1, source: 2, self: 3) }"))
    assert event["arguments"] == {"info": 1, "source": 2, "self": 3}


def test_a_field_below_is_given_its_parent_as_its_function_answered_it(events: Api) -> None:
    event = json.loads(events.ask("{ parent { child(n: 5) } }").data["parent"]["child"])
    assert event["source"] == {"id": "p", "more": [1]}
    assert (event["info"]["parentTypeName"], event["arguments"]) == ("Parent", {"n": 5})


@pytest.mark.parametrize(
    ("field", "selected", "value"),
    [
        ("job", "{ id status }", {"id": "1", "status": "DONE"}),
        ("job", "{ id }", None),
        ("jobs", "{ id }", [{"id": "1"}, {"id": "2"}]),
        ("jobs", "{ id }", []),
        ("number", "", 7),
        ("number", "", 0),
        ("text", "", "tea"),
        ("text", "", ""),
        ("text", "", '{"a": 1}'),
        ("text", "", None),
    ],
)
def test_a_function_may_answer_any_json(saying: Api, field: str, selected: str, value: Any) -> None:
    answer = saying.said(value, field, selected)
    assert (answer.errors, answer.data) == ([], {field: value})


@pytest.mark.parametrize(
    ("field", "selected", "value", "said"),
    [
        ("jobs", "{ id }", {"id": "1"}, "expected type LIST"),
        ("job", "{ id }", "a text", "expected type OBJECT"),
        ("job", "{ id }", ["a list"], "expected type OBJECT"),
        ("job", "{ id status }", {"id": "1", "status": "GONE"}, "GONE"),
        ("number", "", "seven", "seven"),
        ("number", "", 2**40, str(2**40)),
    ],
)
def test_what_is_not_of_the_fields_type_is_an_error(
    saying: Api, field: str, selected: str, value: Any, said: str
) -> None:
    answer = saying.said(value, field, selected)
    assert said in answer.errors[0]["message"]
    assert answer.errors[0]["path"][0] == field


def test_a_field_without_a_value_that_must_have_one_takes_its_parent_with_it(saying: Api) -> None:
    answer = saying.said({"note": "no id"}, selected="{ id note }")
    assert answer.data == {"job": None}
    assert answer.errors[0]["path"] == ["job", "id"]


def failing(bench: Workbench, code: str, schema: str = "type Query { a: Int b: Int }", **settings: Any) -> Api:
    api = graphql.made(bench, schema)
    api.resolve(bench.function(code, **settings), "Query.a")
    return api


def test_a_function_that_raises_is_an_error_with_its_message_and_nothing_of_its_inside(bench: Workbench) -> None:
    code = """
        class NotFound(Exception):
            pass

        def handler(event, context):
            inside = "a local"
            raise NotFound("no such job")
    """
    answer = failing(bench, code).ask("{ b a }")
    assert answer.status == 200
    assert answer.data == {"a": None, "b": None}
    assert answer.errors == [
        {
            "path": ["a"],
            "data": None,
            "errorType": "Lambda:Unhandled",
            "errorInfo": None,
            "locations": [{"line": 1, "column": 5, "sourceName": None}],
            "message": "no such job",
        }
    ]
    line = executions.lines(bench.instance.calls)[-1]
    assert line["errorTypes"] == ["Lambda:Unhandled"]
    assert line["functionMilliseconds"] > 0


def test_ministack_alone_takes_a_failure_for_data(stock: Workbench) -> None:
    created = stock.client("appsync").create_graphql_api(name="a", authenticationType="AWS_IAM")["graphqlApi"]
    api = Api(stock, created["apiId"], created["uris"]["GRAPHQL"])
    api.give_schema("type Query { a: Job } type Job { id: ID }")
    api.resolve(
        stock.function("def handler(event, context):\n    raise RuntimeError"), "Query.a", role=graphql.ANY_ROLE
    )
    assert api.ask("{ a { id } }").json == {"data": {"a": {"id": None}}}


@pytest.mark.parametrize(
    ("code", "settings"),
    [
        ("import os\ndef handler(event, context):\n    os._exit(1)", {}),
        ("import time\ndef handler(event, context):\n    time.sleep(60)", {"Timeout": 1}),
        ("import missing\ndef handler(event, context):\n    return 1", {}),
        ("def handler(event, context):\n    return 'x' * 7_000_000", {}),
        ("def handler(event, context):\n    return {1, 2}", {}),
    ],
    ids=["dies", "takes too long", "can not be loaded", "answers too much", "answers no JSON"],
)
def test_a_function_is_an_error_that(bench: Workbench, code: str, settings: Json) -> None:
    answer = failing(bench, code, **settings).ask("{ a }")
    assert (answer.status, answer.data, answer.kinds) == (200, {"a": None}, ["Lambda:Unhandled"])
    assert "Traceback" not in json.dumps(answer.json)
    assert ".py" not in json.dumps(answer.json)


def test_a_function_that_is_gone_is_an_error(bench: Workbench) -> None:
    function = bench.function("def handler(event, context):\n    return 1")
    api = graphql.made(bench, "type Query { a: Int }")
    api.resolve(function, "Query.a")
    bench.client("lambda").delete_function(FunctionName=function)
    assert api.ask("{ a }").kinds == ["Lambda:ResourceNotFoundException"]


def invoking(bench: Workbench, sayer: str, role: str) -> Api:
    api = graphql.made(bench, graphql.SAYING)
    api.resolve(sayer, "Query.number", role=role)
    return api


def test_a_data_source_invokes_with_its_role_and_that_is_on_record(bench: Workbench, sayer: str) -> None:
    role = graphql.source_role(bench, sayer)
    assert invoking(bench, sayer, role).said(1, "number", "").data == {"number": 1}
    allowed = [line for line in executions.lines(bench.instance.permissions) if line["allowed"]]
    principal = f"{role.rpartition('/')[2]}/APPSYNC_ASSUME_ROLE"
    assert [(line["action"], line["resource"]) for line in allowed if line["principal"] == principal] == [
        ("lambda:InvokeFunction", sayer)
    ]


def test_a_data_source_whose_role_may_not_invoke_the_function_is_refused(bench: Workbench, sayer: str) -> None:
    role = bench.role("", service=["appsync.amazonaws.com"])
    answer = invoking(bench, sayer, role).said(1, "number", "")
    assert (answer.data, answer.kinds) == ({"number": None}, ["Lambda:AccessDeniedException"])
    assert executions.lines(bench.instance.permissions)[-1]["missing"]["Action"] == "lambda:InvokeFunction"


@pytest.mark.parametrize("service", [["lambda.amazonaws.com"], None], ids=["another service's", "nobody's"])
def test_a_data_source_whose_role_appsync_can_not_assume_is_refused(
    bench: Workbench, sayer: str, service: list[str] | None
) -> None:
    allowed = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    role = bench.role("", allowed, service=service) if service else "arn:aws:iam::000000000000:role/not-there"
    answer = invoking(bench, sayer, role).said(1, "number", "")
    assert answer.kinds == ["Lambda:AccessDeniedException"]
    assert executions.lines(bench.instance.permissions)[-1]["principal"] == "appsync.amazonaws.com"
