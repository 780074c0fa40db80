"""Requests are held against the models and parameters of the document, by its validators."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.localaws.api_gateway.rest import (
    JSON_BODY,
    Answer,
    Api,
    document,
    errors_of,
    imported,
    invoking,
    serving,
)
from tests.integration.localaws.workbench import Json, Workbench

VALIDATORS = {
    "all": {"validateRequestBody": True, "validateRequestParameters": True},
    "parameters": {"validateRequestBody": False, "validateRequestParameters": True},
}
NAME = {"type": "string", "minLength": 2}
SCHEMAS: Json = {
    "Job": {
        "type": "object",
        "required": ["name"],
        "additionalProperties": False,
        "properties": {
            "name": NAME,
            "items": {"type": "array", "minItems": 2, "items": {"$ref": "#/components/schemas/Item"}},
        },
    },
    "Item": {"type": "object", "required": ["domain"], "properties": {"domain": NAME}},
}
MODE = {"name": "mode", "in": "query", "required": True, "schema": {"type": "string", "enum": ["a"]}}
KEY = {"name": "Idempotency-Key", "in": "header", "required": True, "schema": {"type": "string"}}
LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer"}}


def body_of(reference: Json) -> Json:
    return {"required": True, "content": {"application/json": {"schema": reference}}}


@pytest.fixture(scope="module")
def api(bench: Workbench, echo: str) -> Api:
    job = {"requestBody": body_of({"$ref": "#/components/schemas/Job"})}
    inline = {"requestBody": body_of({"type": "object", "required": ["inline"]})}
    paths = {
        "/jobs": {"post": {**invoking(echo), **job}},
        "/inline": {"post": {**invoking(echo), **inline}},
        "/asked": {"parameters": [MODE], "get": {**invoking(echo), "parameters": [KEY, LIMIT]}},
        "/unchecked": {"post": {**invoking(echo), **job, "x-amazon-apigateway-request-validator": "parameters"}},
    }
    more: Any = {
        "components": {"schemas": SCHEMAS},
        "x-amazon-apigateway-request-validators": VALIDATORS,
        "x-amazon-apigateway-request-validator": "all",
    }
    return serving(bench, echo, paths, **more)


def post(api: Api, path: str, body: Any, content_type: str = "application/json") -> Answer:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return api.call("POST", path, sent, {"content-type": content_type})


@pytest.mark.parametrize("body", [{"name": "ab"}, {"name": "ab", "items": [{"domain": "a.example"}]}])
def test_a_body_that_fits_its_model_reaches_the_function(api: Api, body: Json) -> None:
    assert json.loads(post(api, "/jobs", body).json["body"]) == body


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        {},
        {"name": 1},
        {"name": "a"},
        {"name": "ab", "more": 1},
        {"name": "ab", "items": [{"domain": 1}]},
        [],
    ],
)
def test_a_body_that_does_not_is_refused(api: Api, body: Any) -> None:
    answer = post(api, "/jobs", body)
    assert (answer.status, answer.json) == (400, {"message": "Invalid request body"})
    assert answer.headers["x-amzn-errortype"] == "BadRequestException"


def test_a_schema_inside_an_operation_is_a_model_too(api: Api) -> None:
    assert post(api, "/inline", {"inline": 1}).status == 200
    assert post(api, "/inline", {}).status == 400


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity"])
def test_what_json_does_not_know_is_no_number(api: Api, number: bytes) -> None:
    assert post(api, "/inline", b'{"inline": ' + number + b"}").status == 400


def test_how_many_items_there_may_be_is_lost_on_import(api: Api) -> None:
    assert post(api, "/jobs", {"name": "ab", "items": []}).status == 200


def test_a_content_type_without_a_model_is_not_held_against_any(api: Api) -> None:
    assert post(api, "/jobs", b"hello", "text/plain").status == 200
    assert post(api, "/jobs", b"hello", "application/json; charset=utf-8").status == 400


def test_an_operation_chooses_its_validator(api: Api) -> None:
    assert post(api, "/unchecked", {}).status == 200


def test_parameters_that_are_required_must_be_there(api: Api) -> None:
    answer = api.get("/asked", Idempotency_Key="1")
    assert (answer.status, answer.json) == (400, {"message": "Missing required request parameters: [mode]"})
    assert api.get("/asked?mode=a").json == {"message": "Missing required request parameters: [Idempotency-Key]"}
    assert api.get("/asked?mode=a", Idempotency_Key="1").status == 200


def test_a_blank_parameter_is_a_missing_one(api: Api) -> None:
    assert api.get("/asked?mode=", Idempotency_Key="1").status == 400


def test_of_a_parameter_only_its_presence_counts(api: Api) -> None:
    assert api.get("/asked?mode=b&limit=many", Idempotency_Key="1").status == 200


@pytest.mark.parametrize(
    ("schemas", "complaint"),
    [
        ({"new_job": {"type": "object"}}, "Model name must be alphanumeric: new_job"),
        ({"Job": {"type": ["string", "null"]}}, "attribute type"),
        ({"Job": {"$ref": "#/components/schemas/Nothing"}}, "Unable to resolve reference"),
        ({"Job": {"properties": {"a": {"$ref": "other.yaml#/A"}}}}, "Unable to resolve reference"),
    ],
)
def test_a_schema_that_is_no_model_is_refused(bench: Workbench, schemas: Json, complaint: str) -> None:
    with pytest.raises(ClientError) as caught:
        imported(bench, document({}, components={"schemas": schemas}))
    assert complaint in errors_of(caught)


def test_words_that_draft_4_does_not_have_are_dropped(bench: Workbench) -> None:
    schema = {"type": "string", "nullable": True, "example": "x", "minLength": 1, "const": "x", "exclusiveMinimum": 0}
    api = imported(bench, document({}, components={"schemas": {"Job": schema}}))
    model = bench.client("apigateway").get_model(restApiId=api.id, modelName="Job")
    assert json.loads(model["schema"]) == {"type": "string", "minLength": 1}


def test_a_model_made_by_a_call_must_be_one_too(bench: Workbench) -> None:
    api = imported(bench, document({}))
    gateway = bench.client("apigateway")
    for name, schema in (("new-job", "{}"), ("Job", "{not json")):
        with pytest.raises(ClientError, match="BadRequestException"):
            gateway.create_model(restApiId=api.id, name=name, contentType="application/json", schema=schema)


def test_an_unknown_validator_is_refused(bench: Workbench, echo: str) -> None:
    operation = {**invoking(echo), "x-amazon-apigateway-request-validator": "none such"}
    with pytest.raises(ClientError, match="Invalid Request Validator name"):
        imported(bench, document({"/jobs": {"get": operation}}))


def test_the_body_of_a_refusal_is_as_the_document_says(bench: Workbench, echo: str) -> None:
    template = (
        '{"detail": $context.error.messageString, "type": "$context.error.responseType", "path": "$context.path", '
        '"instance": "$context.requestId", "route": "$context.httpMethod $context.resourcePath", "none": "$context.none"}'
    )
    more: Any = {
        "components": {"schemas": SCHEMAS},
        "x-amazon-apigateway-request-validators": VALIDATORS,
        "x-amazon-apigateway-request-validator": "all",
        "x-amazon-apigateway-gateway-responses": {
            "BAD_REQUEST_BODY": {"statusCode": "422", "responseTemplates": {"application/json": template}}
        },
    }
    job = {**invoking(echo), "requestBody": body_of({"$ref": "#/components/schemas/Job"})}
    answer = serving(bench, echo, {"/jobs": {"post": job}}, **more).call("POST", "/jobs", b"{}", JSON_BODY)
    assert answer.status == 422
    assert answer.json == {
        "detail": "Invalid request body",
        "type": "BAD_REQUEST_BODY",
        "path": "/v1/jobs",
        "instance": answer.headers["x-amzn-requestid"],
        "route": "POST /jobs",
        "none": "",
    }
