"""What callers see of a function that fails, is late, answers nonsense or may not be invoked: nothing of its inside."""

from __future__ import annotations

import json
from typing import Any

import pytest

from localaws import executions, permissions
from tests.integration.localaws.api_gateway.rest import (
    ACCOUNT,
    Answer,
    Api,
    document,
    imported,
    invoking,
    let_in,
    serving,
)
from tests.integration.localaws.edge import eventually
from tests.integration.localaws.workbench import Workbench

FAILED = {"message": "Internal server error"}
ANSWERING = """
    import json

    def handler(event, context):
        given = json.loads(event["body"])
        if given == "raise":
            raise ValueError("the inside")
        return given
"""
SLEEPING = """
    import time

    def handler(event, context):
        time.sleep(1)
        print("slept on")
        return {"statusCode": 200}
"""


@pytest.fixture(scope="module")
def api(bench: Workbench) -> Api:
    """Its function answers with what it is sent."""
    function = bench.function(ANSWERING)
    return serving(bench, function, {"/": {"post": invoking(function)}})


def answered(api: Api, wanted: Any) -> Answer:
    return api.call("POST", "/", json.dumps(wanted).encode())


def test_a_function_says_status_headers_and_body(api: Api) -> None:
    headers = {"Content-Type": "text/csv", "X-Count": 3}
    answer = answered(api, {"statusCode": 201, "headers": headers, "body": "a,b"})
    assert (answer.status, answer.body) == (201, b"a,b")
    assert (answer.headers["content-type"], answer.headers["x-count"]) == ("text/csv", "3")


def test_headers_that_the_gateway_keeps_for_itself_are_remapped(api: Api) -> None:
    headers = answered(api, {"statusCode": 401, "headers": {"WWW-Authenticate": "Bearer"}}).headers
    assert headers["x-amzn-remapped-www-authenticate"] == "Bearer"
    assert "www-authenticate" not in headers


def test_an_answer_needs_no_body(api: Api) -> None:
    assert (answered(api, {"statusCode": 204}).status, answered(api, {"statusCode": "200", "body": None}).status) == (
        204,
        200,
    )


def test_a_function_that_raises_tells_nothing(api: Api) -> None:
    answer = answered(api, "raise")
    assert (answer.status, answer.json) == (502, FAILED)
    assert answer.headers["x-amzn-errortype"] == "InternalServerErrorException"


@pytest.mark.parametrize(
    "wanted",
    [
        "text",
        None,
        [],
        {},
        {"hello": 1},
        {"body": "no status"},
        {"statusCode": "many"},
        {"statusCode": 200, "body": {"not": "text"}},
        {"statusCode": 200, "more": 1},
        {"statusCode": 200, "headers": ["a"]},
        {"statusCode": 200, "headers": {"a": ["b"]}},
        {"statusCode": 200, "multiValueHeaders": {"a": "b"}},
    ],
)
def test_an_answer_of_another_form_is_a_bad_gateway(api: Api, wanted: Any) -> None:
    answer = answered(api, wanted)
    assert (answer.status, answer.json) == (502, FAILED)


def test_a_customised_answer_to_failures_keeps_their_status(bench: Workbench) -> None:
    function = bench.function(ANSWERING)
    more: Any = {
        "x-amazon-apigateway-gateway-responses": {
            "DEFAULT_5XX": {"responseTemplates": {"application/json": '{"title": "failed"}'}}
        }
    }
    answer = answered(serving(bench, function, {"/": {"post": invoking(function)}}, **more), "raise")
    assert (answer.status, answer.json) == (502, {"title": "failed"})


def test_an_integration_that_takes_too_long_is_given_up_and_its_function_runs_on(bench: Workbench) -> None:
    function = bench.function(SLEEPING, name="sleeping-behind-an-api", Timeout=10)
    answer = serving(bench, function, {"/": {"get": invoking(function, timeoutInMillis=100)}}).get("/")
    assert (answer.status, answer.json) == (504, {"message": "Endpoint request timed out"})
    eventually(
        lambda: [
            one for one in executions.lines(bench.instance.calls) if one.get("resource") == "sleeping-behind-an-api"
        ]
    )


def test_a_function_must_let_the_method_in(bench: Workbench, echo: str) -> None:
    api = imported(bench, document({"/jobs": {"get": invoking(echo)}, "/other": {"get": invoking(echo)}}))
    assert (api.get("/jobs").status, api.get("/jobs").json) == (500, FAILED)
    let_in(bench, api, echo, "*/GET/jobs")
    assert (api.get("/jobs").status, api.get("/other").status) == (200, 500)
    refused = [one for one in permissions.decisions(bench.instance) if f":{api.id}/v1/GET/other" in str(one)]
    assert refused[-1]["missing"]["Principal"] == {"Service": "apigateway.amazonaws.com"}
    assert refused[-1]["missing"]["Condition"] == {
        "ArnLike": {"AWS:SourceArn": f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{api.id}/v1/GET/other"}
    }


def test_a_function_that_lets_in_another_api_lets_in_no_other(bench: Workbench) -> None:
    function = bench.function(ANSWERING)
    serving(bench, function, {"/": {"post": invoking(function)}})
    other = imported(bench, document({"/": {"post": invoking(function)}}))
    assert answered(other, {"statusCode": 200}).status == 500


def test_a_function_that_is_not_there_is_an_internal_error(bench: Workbench, echo: str) -> None:
    missing = f"{echo}-gone"
    assert imported(bench, document({"/": {"get": invoking(missing)}})).get("/").status == 500


def test_a_function_that_lambda_does_not_run_is_an_internal_error(bench: Workbench) -> None:
    function = bench.function(ANSWERING)
    name = function.rpartition(":")[2]
    bench.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    answer = answered(serving(bench, function, {"/": {"post": invoking(function)}}), {"statusCode": 200})
    assert (answer.status, answer.json) == (500, FAILED)


def test_what_is_too_long_is_refused_by_the_gateway_or_by_lambda(api: Api) -> None:
    for megabytes in (7, 11):
        answer = api.call("POST", "/", b"x" * megabytes * 1024 * 1024)
        assert (answer.status, answer.json) == (413, {"message": "Request Too Long"})


def test_an_answer_that_is_too_large_for_lambda_is_a_bad_gateway(bench: Workbench) -> None:
    code = """
        def handler(event, context):
            return {"statusCode": 200, "body": "x" * 7 * 1024 * 1024}
    """
    function = bench.function(code)
    answer = serving(bench, function, {"/": {"get": invoking(function)}}).get("/")
    assert (answer.status, answer.json) == (502, FAILED)


def test_ministack_alone_tells_the_error_of_a_function(stock: Workbench) -> None:
    function = stock.function(ANSWERING, runtime="python3.11")
    gateway = stock.client("apigateway")
    api = Api(stock, gateway.create_rest_api(name="stock")["id"])
    (root,) = gateway.get_resources(restApiId=api.id)["items"]
    place = {"restApiId": api.id, "resourceId": root["id"], "httpMethod": "POST"}
    gateway.put_method(**place, authorizationType="NONE")
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"
    gateway.put_integration(**place, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    api.deploy()
    assert b"the inside" in answered(api, "raise").body
