"""A function fails with the class name of its exception."""

from __future__ import annotations

import json

import pytest

from tests.integration.localaws.workbench import INVOKE, Json, Workbench

FAILING = """
    class CertificateFailed(Exception):
        pass

    calls = 0

    def handler(event, context):
        global calls
        calls += 1
        if event.get("exit"):
            raise SystemExit(3)
        if event.get("fail"):
            raise CertificateFailed("no records for shop.example.com")
        return {"calls": calls, "value": object() if event.get("unserializable") else None}
"""


@pytest.fixture(scope="module")
def failing(bench: Workbench) -> str:
    return bench.function(FAILING)


def invoke(bench: Workbench, function: str, event: Json) -> tuple[str | None, Json]:
    answer = bench.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
    return answer.get("FunctionError"), json.loads(answer["Payload"].read())


def test_an_exception_is_reported_by_class_message_and_stack(bench: Workbench, failing: str) -> None:
    kind, error = invoke(bench, failing, {"fail": True})
    assert (kind, error["errorType"]) == ("Unhandled", "CertificateFailed")
    assert error["errorMessage"] == "no records for shop.example.com"
    assert 'in handler\n    raise CertificateFailed("no records' in error["stackTrace"][-1]


def test_the_process_stays_warm_after_an_exception(bench: Workbench) -> None:
    function = bench.function(FAILING)
    invoke(bench, function, {"fail": True})
    assert invoke(bench, function, {}) == (None, {"calls": 2, "value": None})


@pytest.mark.parametrize(
    ("event", "error_type"),
    [({"exit": True}, "Runtime.ExitError"), ({"unserializable": True}, "Runtime.MarshalError")],
)
def test_lambdas_own_errors_keep_lambdas_names(bench: Workbench, failing: str, event: Json, error_type: str) -> None:
    kind, error = invoke(bench, failing, event)
    assert (kind, error["errorType"]) == ("Unhandled", error_type)


@pytest.mark.parametrize(
    ("code", "error_type"),
    [
        ("import no_such_package", "Runtime.ImportModuleError"),
        ("def handler(:", "Runtime.UserCodeSyntaxError"),
        ("handle = None", "Runtime.HandlerNotFound"),
        ("raise KeyError('TABLE')", "KeyError"),
    ],
)
def test_a_function_that_cannot_be_loaded_says_why(bench: Workbench, code: str, error_type: str) -> None:
    assert invoke(bench, bench.function(code), {})[1]["errorType"] == error_type


def test_catch_matches_the_class_name(bench: Workbench, failing: str) -> None:
    states = {
        "Fail": {
            "Type": "Task",
            "Resource": INVOKE,
            "Parameters": {"FunctionName": failing, "Payload": {"fail": True}},
            "Catch": [{"ErrorEquals": ["CertificateFailed"], "Next": "Caught"}],
            "End": True,
        },
        "Caught": {"Type": "Pass", "End": True},
    }
    caught = bench.run(states)["output"]
    assert caught["Error"] == "CertificateFailed"
    assert json.loads(caught["Cause"])["errorMessage"] == "no records for shop.example.com"


def test_ministack_alone_has_one_name_for_every_exception(stock: Workbench) -> None:
    assert invoke(stock, stock.function(FAILING), {"fail": True})[1]["errorType"] == "Runtime.HandlerError"
