"""Faults of requests to APIs of one's own, as their clients see them: struck by their routes, refused in the API's words."""

from __future__ import annotations

import http.client
import itertools
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from botocore.exceptions import ClientError

from localaws.executions import lines
from localaws.faults import Fault, faults
from tests.integration.localaws.api_gateway import rest
from tests.integration.localaws.appsync import graphql
from tests.integration.localaws.workbench import Json, Workbench

numbers = itertools.count()
MAKES_A_BUCKET = """
    import boto3
    from botocore.config import Config

    def handler(event, context):
        name = (event.get("pathParameters") or event["arguments"])["name"]
        boto3.client("s3", config=Config(s3={"addressing_style": "path"})).create_bucket(Bucket=name)
        return {"statusCode": 200, "body": name}
"""
SCHEMA = """
    type Query { made(name: ID!): Made }
    type Mutation { make(name: ID!): Made }
    type Made { body: ID }
"""
THROTTLED = {
    "responseParameters": {"gatewayresponse.header.Retry-After": "'1'"},
    "responseTemplates": {"application/json": '{"title": "$context.error.message", "route": "$context.resourcePath"}'},
}


@dataclass(frozen=True)
class Api:
    """One whose operation makes a bucket."""

    service: str
    operation: str
    make: Callable[[str], int]
    """Asks for a bucket of this name; returns the status of the answer."""


@pytest.fixture(scope="module")
def function(bench: Workbench) -> str:
    return bench.function(MAKES_A_BUCKET)


@pytest.fixture(scope="module")
def rest_api(bench: Workbench, function: str) -> rest.Api:
    operation = rest.invoking(function)
    paths = {"/buckets/{name}": {"put": operation, "get": operation}}
    return rest.serving(bench, function, paths, **{"x-amazon-apigateway-gateway-responses": {"THROTTLED": THROTTLED}})


@pytest.fixture(scope="module")
def graphql_api(bench: Workbench, function: str) -> graphql.Api:
    api = graphql.made(bench, SCHEMA)
    api.resolve(function, "Query.made", "Mutation.make")
    return api


@pytest.fixture(params=["execute-api", "appsync"])
def api(request: pytest.FixtureRequest, rest_api: rest.Api, graphql_api: graphql.Api) -> Api:
    def asked(name: str) -> int:
        return graphql_api.ask("mutation($name: ID!) { make(name: $name) { body } }", variables={"name": name}).status

    if request.param == "appsync":
        return Api("appsync", "GraphQL", asked)
    return Api("execute-api", "PUT /buckets/{name}", lambda name: rest_api.call("PUT", f"/buckets/{name}").status)


def new_bucket() -> str:
    return f"asked-{next(numbers)}-bucket"


def exists(bench: Workbench, bucket: str) -> bool:
    try:
        bench.client("s3").head_bucket(Bucket=bucket)
    except ClientError:
        return False
    return True


def struck(bench: Workbench, rules: list[int]) -> Json:
    """The one call in the record that one of these rules has struck."""
    (call,) = [call for call in lines(bench.instance.calls) if call.get("fault", {}).get("rule") in rules]
    return call


@pytest.mark.parametrize(
    ("kind", "status", "is_done"),
    [("throttle", 429, False), ("unavailable", None, False), ("unavailable-after", None, True)],
)
def test_a_refusal_is_one_of_the_api_and_the_next_request_is_answered(
    bench: Workbench, api: Api, kind: str, status: int | None, is_done: bool
) -> None:
    name = new_bucket()
    unavailable = {"execute-api": 503, "appsync": 500}[api.service]
    with faults(bench.instance, Fault(kind, service=api.service, operation=api.operation, times=1)) as injected:
        assert api.make(name) == (status or unavailable)
        assert exists(bench, name) == is_done
        assert api.make(new_bucket()) == 200
    assert (injected.matched(), injected.struck()) == ([2], [1])


@pytest.mark.parametrize(("kind", "is_done"), [("lost-before", False), ("lost-after", True)])
def test_a_connection_breaks_without_a_word(bench: Workbench, api: Api, kind: str, is_done: bool) -> None:
    name = new_bucket()
    with faults(bench.instance, Fault(kind, service=api.service)) as injected:
        with pytest.raises(http.client.RemoteDisconnected):
            api.make(name)
        call = struck(bench, injected.numbers)
    assert exists(bench, name) == is_done
    assert (call["service"], call["operation"], call["errorCode"]) == (api.service, api.operation, "ConnectionLost")


def test_a_slow_request_is_answered(bench: Workbench, api: Api) -> None:
    with faults(bench.instance, Fault("slow", seconds=0.1, service=api.service)) as injected:
        assert api.make(new_bucket()) == 200
    assert injected.struck() == [1]


class TestRest:
    def test_a_throttled_request_is_told_by_the_gateway_response(self, bench: Workbench, rest_api: rest.Api) -> None:
        with faults(bench.instance, Fault("throttle", operation="GET /buckets/{name}")) as injected:
            answer = rest_api.get("/buckets/one")
            call = struck(bench, injected.numbers)
        assert (answer.status, answer.headers["retry-after"]) == (429, "1")
        assert answer.json == {"title": "Too Many Requests", "route": "/buckets/{name}"}
        assert (call["status"], call["errorCode"], call["fault"]["kind"]) == (429, "THROTTLED", "throttle")

    def test_another_operation_is_not_struck(self, bench: Workbench, rest_api: rest.Api) -> None:
        with faults(bench.instance, Fault("throttle", operation="GET /buckets/{name}")) as injected:
            assert rest_api.call("PUT", f"/buckets/{new_bucket()}").status == 200
        assert injected.matched() == [0]

    def test_any_gateway_response_can_be_ordered_by_its_type(self, bench: Workbench, rest_api: rest.Api) -> None:
        with faults(bench.instance, Fault("error", code="INTEGRATION_TIMEOUT", service="execute-api")):
            assert rest_api.get("/buckets/one").status == 504

    def test_a_gateway_response_that_says_its_own_status_keeps_it(self, bench: Workbench, function: str) -> None:
        own = {"x-amazon-apigateway-gateway-responses": {"DEFAULT_5XX": {"statusCode": "502"}}}
        api = rest.serving(bench, function, {"/a": {"get": rest.invoking(function)}}, **own)
        with faults(bench.instance, Fault("unavailable", service="execute-api")):
            assert api.get("/a").status == 502

    def test_nobody_is_asked_who_he_is(self, bench: Workbench, function: str) -> None:
        guarded = {**rest.invoking(function), "security": [{rest.IAM_SCHEME: []}]}
        scheme = {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"}
        components = {"securitySchemes": {rest.IAM_SCHEME: scheme}}
        api = rest.serving(bench, function, {"/a": {"get": guarded}}, components=components)
        assert api.get("/a").status == 403
        with faults(bench.instance, Fault("throttle", service="execute-api", operation="GET /a")):
            assert api.get("/a").status == 429

    def test_a_request_that_finds_no_stage_is_not_struck(self, bench: Workbench, rest_api: rest.Api) -> None:
        with faults(bench.instance, Fault("throttle", service="execute-api")) as injected:
            answer = rest.send(bench.instance, "GET", f"/restapis/{rest_api.id}/elsewhere/_user_request_/buckets/one")
        assert (answer.status, injected.matched()) == (403, [0])


class TestGraphql:
    @pytest.mark.parametrize(
        ("fault", "status", "kind"),
        [
            (Fault("throttle"), 429, "TooManyRequestsException"),
            (Fault("unavailable"), 500, "InternalFailureException"),
            (Fault("error", code="UnauthorizedException"), 401, "UnauthorizedException"),
        ],
    )
    def test_a_refusal_is_an_error_of_the_request(
        self, bench: Workbench, graphql_api: graphql.Api, fault: Fault, status: int, kind: str
    ) -> None:
        with faults(bench.instance, fault) as injected:
            answer = graphql_api.ask('{ made(name: "one") { body } }')
            call = struck(bench, injected.numbers)
        assert (answer.status, answer.kinds) == (status, [kind])
        assert (call["operation"], call["errorCode"]) == ("GraphQL", kind)
