"""What a run of workflow tests is failed for, as far as the product's calls go."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.reports.calls import NOT_CALLED_YET, CallsOfTheProduct
from tests.reports.operations_table import operations


def call(service: str, operation: str, caller: str = "OpenJobRole/OpenJob", **more: Any) -> dict[str, Any]:
    return {"service": service, "operation": operation, "caller": caller, "status": 200, **more}


def complaints(folder: Path, *calls: dict[str, Any], is_whole: bool = False) -> list[str]:
    record = folder / "calls.jsonl"
    record.write_text("".join(json.dumps(line) + "\n" for line in calls))
    plugin = CallsOfTheProduct(lambda: is_whole)
    plugin.note(record)
    return plugin.complaints()


@pytest.fixture
def known() -> list[dict[str, Any]]:
    return [call(*operation) for operation in operations() - NOT_CALLED_YET]


def test_a_whole_run_that_calls_all_operations_of_the_table_is_well(
    tmp_path: Path, known: list[dict[str, Any]]
) -> None:
    assert complaints(tmp_path, *known, is_whole=True) == []


def test_an_operation_that_the_table_does_not_know_is_named(tmp_path: Path) -> None:
    assert complaints(tmp_path, call("acm", "RenewCertificate")) == [
        "acm:RenewCertificate is called and not in docs/embedded-aws.md"
    ]


def test_requests_to_the_products_own_apis_are_no_calls_of_a_service(tmp_path: Path) -> None:
    doors = call("execute-api", "GET /jobs"), call("appsync", "GraphQL")
    assert complaints(tmp_path, *doors) == []


def test_an_operation_that_was_never_called_is_named_when_all_tests_ran(
    tmp_path: Path, known: list[dict[str, Any]]
) -> None:
    called = [one for one in known if one["operation"] != "RequestCertificate"]
    assert complaints(tmp_path, *called) == []
    assert complaints(tmp_path, *called, is_whole=True) == [
        "acm:RequestCertificate of docs/embedded-aws.md is never called"
    ]


def test_a_call_that_its_model_forbids_is_named_with_its_caller(tmp_path: Path) -> None:
    wrong = call("dynamodb", "PutItem", wire=["request: Unknown member 'colour'"])
    assert complaints(tmp_path, wrong, wrong) == [
        "2 times: OpenJobRole/OpenJob dynamodb:PutItem request: Unknown member 'colour'"
    ]


def test_calls_of_the_tests_themselves_are_their_own_affair(tmp_path: Path) -> None:
    assert complaints(tmp_path, call("iam", "CreateRole", caller="test", wire=["request: Unknown member"])) == []


def test_an_operation_that_was_not_to_be_called_yet_is_named_once_it_is(
    tmp_path: Path, known: list[dict[str, Any]]
) -> None:
    assert complaints(tmp_path, *known, call("cloudformation", "DeleteStack"), is_whole=True) == [
        "cloudformation:DeleteStack is called; take it out of NOT_CALLED_YET"
    ]
