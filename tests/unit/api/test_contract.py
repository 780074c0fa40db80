"""The contract is what the routes and the operations say, is OpenAPI, and its examples are as it wants them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from api import contract as made
from api.files import files
from api.raised import implementation
from api.routes import PROJECT
from cloudfront_extensions.operations.access import OPERATIONS

CONTRACT: dict[str, Any] = made.contract()
WRITTEN = [
    (operation, CONTRACT["paths"][operation.path][operation.method.lower()]) for operation in OPERATIONS.values()
]
EXAMPLES = [
    pytest.param(
        operation["requestBody"]["content"]["application/json"]["schema"], example["value"], id=f"{one.name}-{case}"
    )
    for one, operation in WRITTEN
    if "requestBody" in operation
    for case, example in operation["requestBody"]["content"]["application/json"].get("examples", {}).items()
]
INPUTS = [
    pytest.param(name, json.loads(path.read_text()), id=path.stem)
    for name, workflow in (("NewJob", "domain_onboarding"), ("NewRollback", "config_rollback"))
    for path in sorted((PROJECT / "events" / workflow).glob("*.json"))
    if isinstance(json.loads(path.read_text()), dict) and "requestToken" in json.loads(path.read_text())
]


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": CONTRACT["components"]})


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_what_is_committed_is_what_the_code_says(path: Any) -> None:
    assert path.read_text() == files()[path], "run python -m api"


def test_it_has_every_operation_and_no_other() -> None:
    ids = [one["operationId"] for path in CONTRACT["paths"].values() for one in path.values()]
    assert sorted(ids) == sorted(OPERATIONS)


@pytest.mark.parametrize(("operation", "written"), WRITTEN, ids=OPERATIONS)
def test_an_operation_says_who_may_ask_and_what_it_answers(operation: Any, written: dict[str, Any]) -> None:
    assert written["security"] == [{"cognito": []}, {"sigv4": []}]
    assert written["x-least-group"] == operation.least
    assert {"400", "401", "403", "429", "500", "503"} <= set(written["responses"])
    assert any(status.startswith("2") for status in written["responses"])
    assert written["summary"].endswith(".")
    if "requestBody" in written:
        assert {"413", "415"} <= set(written["responses"])
        assert "key-exposed" in written["responses"]["400"]["description"]
        assert written["requestBody"]["content"]["application/json"]["examples"]


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_path_parameters_are_described_with_a_pattern(operation: Any) -> None:
    written = CONTRACT["paths"][operation.path][operation.method.lower()]
    named = {one["name"]: one["schema"] for one in written.get("parameters", []) if one["in"] == "path"}
    assert set(named) == {part[1:-1] for part in operation.path.split("/") if part.startswith("{")}
    assert all("pattern" in schema or schema["type"] == "integer" for schema in named.values())


@pytest.mark.parametrize("name", CONTRACT["components"]["schemas"])
def test_a_schema_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(CONTRACT["components"]["schemas"][name])


@pytest.mark.parametrize(("schema", "example"), EXAMPLES)
def test_an_example_is_as_its_schema_wants_it(schema: dict[str, Any], example: Any) -> None:
    assert list(validator(schema).iter_errors(example)) == []


@pytest.mark.parametrize(("name", "body"), INPUTS)
def test_what_a_workflow_takes_the_api_takes(name: str, body: dict[str, Any]) -> None:
    schema = {"$ref": f"#/components/schemas/{name}"}
    assert list(validator(schema).iter_errors(body)) == []
    without_token = {key: value for key, value in body.items() if key != "requestToken"}
    assert list(validator(schema).iter_errors(without_token)) == []
    assert list(validator(schema).iter_errors({**body, "colour": "red"}))


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_every_operation_is_done_by_a_function_that_says_what_it_answers(operation: Any) -> None:
    assert "return" in implementation(operation).__annotations__
