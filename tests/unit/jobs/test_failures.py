from __future__ import annotations

import json
from typing import Any

import pytest

from cloudfront_extensions import errors
from cloudfront_extensions.errors import (
    AwsThrottled,
    AwsUnavailable,
    CertificateFailed,
    CloudFrontExtensionsError,
    InvalidInput,
    with_next_action,
)
from cloudfront_extensions.jobs.failures import LONGEST_REASON, failure_of, recorded_error
from cloudfront_extensions.jobs.records import CertificateStage, CertificateStatus


def lambda_failure(error: str, message: str) -> dict[str, Any]:
    cause = {
        "errorMessage": message,
        "errorType": error,
        "requestId": "8a2f6f0e",
        "stackTrace": ['  File "/var/task/app.py", line 14, in handler\n    secret_line_of_code()\n'],
    }
    return {"Error": error, "Cause": json.dumps(cause)}


def nested(failure: dict[str, Any], status: str = "FAILED") -> dict[str, Any]:
    """What startExecution.sync:2 fails with: the child's DescribeExecution."""
    child = {"ExecutionArn": "arn:child", "Status": status, "Input": "{}", **failure}
    return {"Error": "States.TaskFailed", "Cause": json.dumps(child)}


LIBRARY_ERRORS = [
    error for error in vars(errors).values() if isinstance(error, type) and issubclass(error, CloudFrontExtensionsError)
]


@pytest.mark.parametrize("error", LIBRARY_ERRORS)
def test_an_error_of_the_library_brings_its_next_action_and_status(error: type[CloudFrontExtensionsError]) -> None:
    failure = failure_of(lambda_failure(error.__name__, "what happened"))

    assert failure.error == error.__name__
    assert failure.reason == "what happened"
    assert failure.next_action == error.next_action
    assert failure.status == ("UNKNOWN" if error.retryable else "FAILED")
    assert failure.is_specific


def test_the_next_action_in_a_message_comes_before_the_classs_own() -> None:
    failure = failure_of(
        lambda_failure("CertificateFailed", with_next_action("CAA forbids it", "Change the CAA record."))
    )

    assert (failure.reason, failure.next_action) == ("CAA forbids it", "Change the CAA record.")


def test_a_nested_failure_is_read_down_to_what_failed_first() -> None:
    innermost = lambda_failure("AliasInUse", "alias shop.example.com is used by E1")

    assert failure_of(nested(nested(innermost))) == failure_of(innermost)


@pytest.mark.parametrize("status", ["ABORTED", "TIMED_OUT"])
def test_a_nested_execution_that_was_stopped_leaves_its_outcome_unknown(status: str) -> None:
    failure = failure_of(nested({}, status))

    assert failure.error == "States.TaskFailed"
    assert failure.status == "UNKNOWN"
    assert failure.reason == f"execution arn:child ended {status}"
    assert not failure.is_specific


@pytest.mark.parametrize(
    ("error", "status", "next_action"),
    [
        ("States.Timeout", "UNKNOWN", AwsUnavailable.next_action),
        ("Lambda.Unknown", "UNKNOWN", AwsUnavailable.next_action),
        ("Lambda.ServiceException", "UNKNOWN", AwsUnavailable.next_action),
        ("Sandbox.Timedout", "UNKNOWN", AwsUnavailable.next_action),
        ("Runtime.ExitError", "UNKNOWN", AwsUnavailable.next_action),
        ("StepFunctions.InternalServerException", "UNKNOWN", AwsUnavailable.next_action),
        ("Lambda.TooManyRequestsException", "UNKNOWN", AwsThrottled.next_action),
        ("StepFunctions.ThrottlingException", "UNKNOWN", AwsThrottled.next_action),
        ("KeyError", "FAILED", CloudFrontExtensionsError.next_action),
        ("States.DataLimitExceeded", "FAILED", CloudFrontExtensionsError.next_action),
        ("Runtime.ImportModuleError", "FAILED", CloudFrontExtensionsError.next_action),
        ("States.TaskFailed", "FAILED", CloudFrontExtensionsError.next_action),
    ],
)
def test_other_errors_are_unknown_where_trying_again_may_help(error: str, status: str, next_action: str) -> None:
    failure = failure_of({"Error": error, "Cause": "as AWS says it"})

    assert (failure.status, failure.next_action, failure.reason) == (status, next_action, "as AWS says it")
    assert not failure.is_specific


@pytest.mark.parametrize(
    "output",
    [
        lambda_failure("KeyError", "'jobId'"),
        nested(lambda_failure("KeyError", "'jobId'")),
        {"Error": "KeyError", "Cause": lambda_failure("KeyError", "x" * 40)["Cause"][:-20]},
        {"Error": "KeyError", "Cause": json.dumps({"stackTrace": ["secret_line_of_code()"]})},
    ],
)
def test_no_reason_holds_a_stack_trace(output: dict[str, Any]) -> None:
    reason = failure_of(output).reason

    assert reason
    assert "secret_line_of_code" not in reason
    assert "stackTrace" not in reason


def test_a_long_reason_is_cut() -> None:
    reason = failure_of(lambda_failure("AwsRefused", "x" * 50_000)).reason

    assert len(reason) == LONGEST_REASON
    assert reason.endswith("…")


@pytest.mark.parametrize(
    "output", [{}, {"Error": None, "Cause": None}, {"Error": "E"}, {"Error": "E", "Cause": "[1, 2"}]
)
def test_an_incomplete_output_still_has_a_reason(output: dict[str, Any]) -> None:
    failure = failure_of(output)

    assert failure.error
    assert failure.reason
    assert failure.status == "FAILED"


def test_a_contradicting_request_is_no_failure_of_the_item() -> None:
    assert not failure_of(lambda_failure("RequestTokenConflict", "other names")).is_of_the_item
    assert failure_of(lambda_failure("InvalidInput", "domainName")).is_of_the_item


def test_a_recorded_failure_is_raised_as_it_was() -> None:
    stage = CertificateStage(CertificateStatus.FAILED, "InvalidInput", "domainName is missing", "Name it.")

    error = recorded_error(stage)

    assert type(error) is InvalidInput
    assert failure_of(lambda_failure("InvalidInput", str(error))).reason == "domainName is missing"
    assert failure_of(lambda_failure("InvalidInput", str(error))).next_action == "Name it."


@pytest.mark.parametrize("name", ["KeyError", "annotations", None])
def test_a_recorded_failure_of_another_kind_is_raised_as_a_failed_certificate(name: str | None) -> None:
    assert type(recorded_error(CertificateStage(CertificateStatus.FAILED, name, "why"))) is CertificateFailed
