"""Every error of the layer is a problem with a status of its own situation and a type that stays."""

from __future__ import annotations

import inspect

import pytest

from cloudfront_extensions import errors, problems
from cloudfront_extensions.errors import (
    AwsRefused,
    AwsThrottled,
    AwsUnavailable,
    BatchRefused,
    CertificateFailed,
    CloudFrontExtensionsError,
    DuplicateName,
    InvalidCursor,
    JobIsRunning,
    JobNotFound,
    NotUtf8,
    PlanRefused,
    with_next_action,
)
from cloudfront_extensions.problems import problem_of, retry_after, status_of, title_of, type_of

ERRORS = [
    error
    for _, error in inspect.getmembers(errors, inspect.isclass)
    if issubclass(error, CloudFrontExtensionsError) and error is not CloudFrontExtensionsError
]
BEHIND = {AwsRefused: 502, AwsThrottled: 503, AwsUnavailable: 503}


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_is_the_callers_or_aws_s_and_never_unexpected(error: type[CloudFrontExtensionsError]) -> None:
    problem = problem_of(error("what happened"), "request-7")

    assert problem["status"] == BEHIND.get(error) or 400 <= problem["status"] < 500
    assert problem["type"].startswith("urn:cloudfront-extensions:problem:")
    assert problem["type"] != problem_of(ValueError())["type"]
    assert all(problem[member] for member in ("title", "detail", "nextAction"))  # type: ignore[literal-required]
    assert problem["instance"] == "request-7"
    assert (retry_after(problem) is not None) == (problem["status"] == 503)


def test_types_tell_all_errors_apart() -> None:
    assert len({type_of(error) for error in ERRORS}) == len(ERRORS)


@pytest.mark.parametrize(
    ("error", "kind", "title", "status"),
    [
        (JobNotFound, "job-not-found", "Job not found", 404),
        (NotUtf8, "not-utf8", "Not utf8", 400),
        (DuplicateName, "duplicate-name", "Duplicate name", 400),
        (InvalidCursor, "invalid-cursor", "Invalid cursor", 400),
        (JobIsRunning, "job-is-running", "Job is running", 409),
        (CertificateFailed, "certificate-failed", "Certificate failed", 422),
        (PlanRefused, "plan-refused", "Plan refused", 422),
        (BatchRefused, "batch-refused", "Batch refused", 400),
        (AwsThrottled, "aws-throttled", "Aws throttled", 503),
    ],
)
def test_types_titles_and_statuses_stay_as_they_are(
    error: type[CloudFrontExtensionsError], kind: str, title: str, status: int
) -> None:
    assert type_of(error) == f"urn:cloudfront-extensions:problem:{kind}"
    assert title_of(error) == title
    assert status_of(error) == status


@pytest.mark.parametrize("error", [error for error in ERRORS if error.__name__.endswith("NotFound")])
def test_what_is_not_found_by_its_own_name_is_404(error: type[CloudFrontExtensionsError]) -> None:
    named_by_a_body = {
        errors.BehaviorNotFound,
        errors.HostedZoneNotFound,
        errors.ReferenceNotFound,
        errors.SourceConfigNotFound,
    }
    assert status_of(error) == (422 if error in named_by_a_body else 404)


def test_detail_and_next_action_are_the_errors_own() -> None:
    assert problem_of(JobNotFound("there is no job spring")) == {
        "type": "urn:cloudfront-extensions:problem:job-not-found",
        "title": "Job not found",
        "status": 404,
        "detail": "there is no job spring",
        "nextAction": JobNotFound.next_action,
    }


def test_a_message_may_carry_the_next_action_of_its_very_case() -> None:
    problem = problem_of(JobNotFound(with_next_action("there is no job spring", "Ask Anna.")))
    assert (problem["detail"], problem["nextAction"]) == ("there is no job spring", "Ask Anna.")


@pytest.mark.parametrize("error", [AwsRefused, AwsThrottled, AwsUnavailable, KeyError, RuntimeError, OSError])
def test_of_the_inside_nothing_is_told(error: type[Exception]) -> None:
    inside = "GetItem for job#spring: AccessDenied: arn:aws:sts::123456789012:assumed-role/api is not authorized"
    assert "arn:" not in str(problem_of(error(inside)))
    assert "spring" not in str(problem_of(error(inside)))


def test_what_is_not_the_layers_own_is_a_500() -> None:
    assert problem_of(RuntimeError("x"))["status"] == 500
    assert problems.UNEXPECTED == 500
