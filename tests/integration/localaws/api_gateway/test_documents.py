"""A document is imported whole, and refused where API Gateway refuses it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.localaws.api_gateway.rest import document, errors_of, imported, invoking, serving
from tests.integration.localaws.workbench import Json, Workbench

CORS = {
    "type": "mock",
    "requestTemplates": {"application/json": '{"statusCode": 204}'},
    "responses": {
        "default": {
            "statusCode": "204",
            "responseParameters": {
                "method.response.header.Access-Control-Allow-Origin": "'https://console.example.com'"
            },
        }
    },
}
ALLOWED_ORIGIN = {"Access-Control-Allow-Origin": {"schema": {"type": "string"}}}
COGNITO = {
    "type": "apiKey",
    "name": "Authorization",
    "in": "header",
    "x-amazon-apigateway-authtype": "cognito_user_pools",
    "x-amazon-apigateway-authorizer": {
        "type": "cognito_user_pools",
        "providerARNs": ["arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_none"],
    },
}


def refusal(bench: Workbench, specification: Json) -> str:
    with pytest.raises(ClientError) as caught:
        imported(bench, specification)
    assert caught.value.response["Error"]["Code"] == "BadRequestException"
    return errors_of(caught)


@pytest.mark.parametrize("version", [{"openapi": "3.1.0"}, {"openapi": "4.0"}, {"openapi": None, "swagger": "1.2"}])
def test_another_version_than_2_0_and_3_0_is_refused(bench: Workbench, version: Json) -> None:
    assert refusal(bench, {**document({}), **version}) == "Invalid OpenAPI input."


def test_what_is_no_document_is_refused(bench: Workbench) -> None:
    with pytest.raises(ClientError, match="Invalid OpenAPI input"):
        bench.client("apigateway").import_rest_api(body=b"{not json")


def test_a_document_may_be_yaml(bench: Workbench) -> None:
    text = b"openapi: 3.0.1\ninfo: {title: in yaml, version: '1'}\npaths: {}\n"
    assert bench.client("apigateway").import_rest_api(body=text)["name"] == "in yaml"


def test_ministack_alone_takes_openapi_3_1(stock: Workbench) -> None:
    specification = json.dumps({**document({}), "openapi": "3.1.0"}).encode()
    assert stock.client("apigateway").import_rest_api(body=specification)["id"]


def test_an_extension_that_nobody_knows_is_refused(bench: Workbench, echo: str) -> None:
    specification = document({"/jobs": {"get": {**invoking(echo), "x-amazon-apigateway-surprise": True}}})
    assert "x-amazon-apigateway-surprise" in refusal(bench, specification)


def test_extensions_of_others_are_passed_over(bench: Workbench, echo: str) -> None:
    api = serving(bench, echo, {"/jobs": {"x-note": 1, "get": {**invoking(echo), "x-groups": ["viewer"]}}})
    assert api.get("/jobs").status == 200


def test_security_of_the_whole_document_guards_nothing(bench: Workbench, echo: str) -> None:
    guarded = {**invoking(echo), "security": [{"people": []}]}
    components = {"securitySchemes": {"people": COGNITO}}
    paths = {"/open": {"get": invoking(echo)}, "/guarded": {"get": guarded}}
    api = serving(bench, echo, paths, components=components, security=[{"people": []}])
    assert (api.get("/open").status, api.get("/guarded").status) == (200, 401)


def test_a_security_scheme_that_is_not_there_is_refused(bench: Workbench, echo: str) -> None:
    specification = document({"/jobs": {"get": {**invoking(echo), "security": [{"nobody": []}]}}})
    assert "'nobody'" in refusal(bench, specification)


def test_any_method_serves_every_method(bench: Workbench, echo: str) -> None:
    api = serving(bench, echo, {"/any": {"x-amazon-apigateway-any-method": invoking(echo)}})
    assert api.event("DELETE", "/any")["httpMethod"] == "DELETE"


def test_a_preflight_is_answered_by_a_mock_with_its_headers(bench: Workbench) -> None:
    responses = {"204": {"description": "may", "headers": ALLOWED_ORIGIN}}
    api = imported(
        bench, document({"/jobs": {"options": {"responses": responses, "x-amazon-apigateway-integration": CORS}}})
    )
    answer = api.call("OPTIONS", "/jobs", headers={"origin": "https://console.example.com"})
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "https://console.example.com"


def test_a_header_of_a_mock_that_its_response_does_not_declare_is_refused(bench: Workbench) -> None:
    responses = {"204": {"description": "may"}}
    specification = document({"/jobs": {"options": {"responses": responses, "x-amazon-apigateway-integration": CORS}}})
    assert "Invalid mapping expression parameter specified" in refusal(bench, specification)


def test_a_mock_without_a_template_fails(bench: Workbench) -> None:
    integration = {name: value for name, value in CORS.items() if name != "requestTemplates"}
    responses = {"204": {"description": "may", "headers": ALLOWED_ORIGIN}}
    operation = {"responses": responses, "x-amazon-apigateway-integration": integration}
    assert imported(bench, document({"/jobs": {"options": operation}})).call("OPTIONS", "/jobs").status == 500


def test_ministack_alone_gives_a_preflight_no_headers(stock: Workbench) -> None:
    template = {
        "Resources": {
            "Api": {
                "Type": "AWS::ApiGateway::RestApi",
                "Properties": {
                    "Name": "stock",
                    "Body": document({"/jobs": {"options": {"x-amazon-apigateway-integration": CORS}}}),
                },
            }
        }
    }
    stock.stack(json.dumps(template))
    gateway = stock.client("apigateway")
    (api_id,) = [one["id"] for one in gateway.get_rest_apis()["items"] if one["name"] == "stock"]
    (jobs,) = [one for one in gateway.get_resources(restApiId=api_id)["items"] if one["path"] == "/jobs"]
    assert jobs["resourceMethods"]["OPTIONS"]["methodIntegration"].get("integrationResponses", {}) == {}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"timeoutInMillis": 49}, "between 50 ms and 29000 ms"),
        ({"timeoutInMillis": 29_001}, "between 50 ms and 29000 ms"),
        ({"httpMethod": "GET"}, "invoked by POST"),
        ({"uri": "arn:aws:lambda:us-east-1:000000000000:function:f"}, "Invalid ARN"),
        ({"type": "http"}, "'HTTP'"),
        ({"credentials": "arn:aws:iam::000000000000:role/r"}, "credentials"),
    ],
)
def test_an_integration_that_can_not_be_is_refused(bench: Workbench, echo: str, change: Json, complaint: str) -> None:
    assert complaint in refusal(bench, document({"/jobs": {"get": invoking(echo, **change)}}))


@pytest.mark.parametrize(
    ("paths", "complaint"),
    [
        ({"/a b": {}}, "Resource's path part only allow"),
        ({"/job-{id}": {}}, "Resource's path part only allow"),
        ({"/jobs/{id}": {}, "/jobs/{name}/items": {}}, "A sibling ({id}) of this resource"),
    ],
)
def test_a_path_that_can_not_be_is_refused(bench: Workbench, paths: Json, complaint: str) -> None:
    assert complaint in refusal(bench, document(paths))


def test_a_parameter_in_a_cookie_is_refused(bench: Workbench, echo: str) -> None:
    cookie = {"name": "session", "in": "cookie", "schema": {"type": "string"}}
    assert "'cookie'" in refusal(bench, document({"/jobs": {"get": {**invoking(echo), "parameters": [cookie]}}}))


def test_settings_of_the_document_are_those_of_the_api(bench: Workbench) -> None:
    settings: Any = {
        "x-amazon-apigateway-binary-media-types": ["application/zip"],
        "x-amazon-apigateway-api-key-source": "HEADER",
    }
    api = imported(bench, document({}, **settings))
    assert bench.client("apigateway").get_rest_api(restApiId=api.id)["binaryMediaTypes"] == ["application/zip"]


def test_gateway_responses_of_the_document_are_in_force(bench: Workbench) -> None:
    response = {
        "statusCode": 404,
        "responseParameters": {"gatewayresponse.header.Content-Type": "'application/problem+json'"},
        "responseTemplates": {"application/json": '{"title": "no such route"}'},
    }
    more = {"x-amazon-apigateway-gateway-responses": {"MISSING_AUTHENTICATION_TOKEN": response}}
    answer = imported(bench, document({}, **more)).get("/nowhere")
    assert (answer.status, answer.json) == (404, {"title": "no such route"})
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_gateway_response_of_no_known_type_is_refused(bench: Workbench) -> None:
    more = {"x-amazon-apigateway-gateway-responses": {"TEAPOT": {"statusCode": 418}}}
    assert "Invalid gateway response type: TEAPOT" in refusal(bench, document({}, **more))
