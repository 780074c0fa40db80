"""What API Gateway gets: each operation closed, models that let pass whatever the contract lets pass, problems as answers."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator, Draft202012Validator

from api.contract import contract, examples
from api.gateway import CONSOLE, MACHINES, PEOPLE, Audience, gateway_document
from api.lax import model, weakened
from api.routes import PROJECT
from cloudfront_extensions.operations.access import OPERATIONS
from rest.headers import EXPOSED

CONTRACT = contract()
SCHEMAS = CONTRACT["components"]["schemas"]
AUDIENCES = [PEOPLE, MACHINES]
DRAFT_4 = {
    "type", "enum", "required", "properties", "items", "additionalProperties", "pattern", "minimum", "maximum",
    "minProperties", "maxProperties",
}  # fmt: skip
UNKNOWN_TO_THE_IMPORTER = {"nullable", "const", "oneOf", "anyOf", "examples", "default", "exclusiveMinimum", "$defs"}


def document(audience: Audience) -> dict[str, Any]:
    return gateway_document(CONTRACT, audience)


def operations(audience: Audience) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, one)
        for path, methods in document(audience)["paths"].items()
        for method, one in methods.items()
        if method != "options"
    ]


def keywords(schema: Any) -> set[str]:
    if not isinstance(schema, dict):
        return set()
    nested = [*schema.get("properties", {}).values(), schema.get("items"), schema.get("additionalProperties")]
    return set(schema).union(*(keywords(one) for one in nested))


@pytest.mark.parametrize("audience", AUDIENCES, ids=lambda audience: audience.name)
class TestEachApi:
    def test_it_is_of_the_version_that_aws_imports(self, audience: Audience) -> None:
        assert document(audience)["openapi"] == "3.0.1"

    def test_every_operation_is_closed_by_itself(self, audience: Audience) -> None:
        assert "security" not in document(audience)
        assert len(operations(audience)) == len(OPERATIONS)
        assert all(one["security"] == [{audience.scheme: []}] for *_, one in operations(audience))

    def test_bodies_and_parameters_are_validated(self, audience: Audience) -> None:
        validators = document(audience)["x-amazon-apigateway-request-validators"]
        for *_, one in operations(audience):
            assert all(validators[one["x-amazon-apigateway-request-validator"]].values())

    def test_models_have_names_and_keywords_that_aws_knows(self, audience: Audience) -> None:
        models = document(audience)["components"]["schemas"]
        assert len(models) == 8
        for name, schema in models.items():
            assert re.fullmatch("[A-Za-z0-9]+", name)
            assert keywords(schema) <= DRAFT_4
            assert not keywords(schema) & UNKNOWN_TO_THE_IMPORTER
            Draft4Validator.check_schema(schema)

    def test_what_the_gateway_refuses_is_a_problem(self, audience: Audience) -> None:
        for kind, response in document(audience)["x-amazon-apigateway-gateway-responses"].items():
            template = response["responseTemplates"]["application/json"]
            problem = json.loads(template.replace("$context.error.messageString", '"has its own quotation marks"'))
            assert problem["type"].startswith("urn:cloudfront-extensions:problem:"), kind
            assert list(Draft202012Validator(SCHEMAS["Problem"]).iter_errors(problem)) == []
            assert problem["instance"] == "$context.requestId"
            assert problem.get("status") == (int(response["statusCode"]) if "statusCode" in response else None)
            headers = response["responseParameters"]
            assert headers["gatewayresponse.header.Content-Type"] == "'application/problem+json'"
            assert headers["gatewayresponse.header.X-Content-Type-Options"] == "'nosniff'"

    def test_who_is_not_signed_in_is_told_how_to(self, audience: Audience) -> None:
        told = {
            kind: response["responseParameters"].get("gatewayresponse.header.WWW-Authenticate")
            for kind, response in document(audience)["x-amazon-apigateway-gateway-responses"].items()
            if "not-signed-in" in response["responseTemplates"]["application/json"]
        }
        assert "UNAUTHORIZED" in told
        assert set(told.values()) == {f"'{audience.challenge}'"}


def test_who_is_throttled_is_told_when_to_come_again() -> None:
    throttled = document(PEOPLE)["x-amazon-apigateway-gateway-responses"]["THROTTLED"]
    assert throttled["statusCode"] == "429"
    assert throttled["responseParameters"]["gatewayresponse.header.Retry-After"] == "'1'"


def test_the_console_may_read_the_same_headers_whoever_answers() -> None:
    for response in document(PEOPLE)["x-amazon-apigateway-gateway-responses"].values():
        exposed = response["responseParameters"]["gatewayresponse.header.Access-Control-Expose-Headers"]
        assert exposed == f"'{EXPOSED}'"
    assert "Retry-After" in EXPOSED


def test_only_the_console_may_read_across_origins_and_only_as_a_person() -> None:
    people, machines = document(PEOPLE), document(MACHINES)
    assert "Access-Control" not in json.dumps(machines)
    assert not [path for path, methods in machines["paths"].items() if "options" in methods]
    for methods in people["paths"].values():
        integration = methods["options"]["x-amazon-apigateway-integration"]
        allowed = integration["responses"]["default"]["responseParameters"]
        assert allowed["method.response.header.Access-Control-Allow-Origin"] == CONSOLE
        declared = methods["options"]["responses"]["204"]["headers"]
        assert {f"method.response.header.{name}" for name in declared} == set(allowed)


@pytest.mark.parametrize("name", document(MACHINES)["components"]["schemas"])
def test_a_model_takes_every_example(name: str) -> None:
    schema = model(SCHEMAS[name], SCHEMAS)
    bodies = [
        body
        for _, _, one in operations(MACHINES)
        if name in json.dumps(one.get("requestBody", {}))
        for body in examples(one["operationId"]).values()
    ]
    workflow = {"NewJob": "domain_onboarding", "NewRollback": "config_rollback"}.get(name)
    bodies += [json.loads(path.read_text()) for path in (PROJECT / "events" / str(workflow)).glob("[!r]*.json")]
    assert bodies
    for body in bodies:
        if isinstance(body, dict):
            assert list(Draft4Validator(schema).iter_errors(body)) == []


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 70000)
    | st.sampled_from(["", "a", "failed", "canary", "x" * 70, "\U0001f600" * 40]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "note", "version", "items"]), inner)
    ),
    max_leaves=6,
)


@given(data=st.data())
def test_a_model_never_refuses_what_the_contract_takes(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(document(MACHINES)["components"]["schemas"])))
    fields = sorted(SCHEMAS[name]["properties"])
    body = data.draw(st.dictionaries(st.sampled_from(fields), JSON, max_size=len(fields)))
    contract_takes = Draft202012Validator({**SCHEMAS[name], "components": CONTRACT["components"]}).is_valid(body)
    if contract_takes:
        assert Draft4Validator(model(SCHEMAS[name], SCHEMAS)).is_valid(body)


def test_what_is_weakened_is_told_by_its_place() -> None:
    schema = {"type": "object", "properties": {"note": {"type": "string", "maxLength": 5}}, "oneOf": [{}]}
    assert weakened(schema, {}, "Note") == ["Note/oneOf", "Note/properties/note/maxLength"]
    assert model(schema, {}) == {"type": "object", "properties": {"note": {"type": "string"}}}
