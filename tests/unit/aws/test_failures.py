"""Errors that any operation of any service may answer."""

from __future__ import annotations

import pytest
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ParamValidationError,
    ReadTimeoutError,
)
from botocore.retries.standard import ThrottledRetryableChecker, TransientRetryableChecker

from cloudfront_extensions.aws.failures import THROTTLING_CODES, UNAVAILABLE_CODES, aws_call
from cloudfront_extensions.errors import (
    AliasInUse,
    AwsRefused,
    AwsThrottled,
    AwsUnavailable,
    CloudFrontExtensionsError,
    QuotaWouldBeExceeded,
)
from tests.unit.aws.fakes import client_error

URL = "https://acm.example"

REFUSALS = (
    "AccessDenied",
    "AccessDeniedException",
    "IncompleteSignature",
    "InvalidAction",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MalformedQueryString",
    "MissingAuthenticationToken",
    "NotAuthorized",
    "OptInRequired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
    "ValidationError",
)
"""The rest of what the services' API references list as common errors."""


def raised(cause: Exception, operation: str = "GetItem", **meanings: type[CloudFrontExtensionsError]) -> Exception:
    with pytest.raises(CloudFrontExtensionsError) as caught, aws_call(operation, "a thing", meanings):
        raise cause
    assert caught.value.__cause__ is cause
    return caught.value


@pytest.mark.parametrize(
    ("error", "code"),
    [
        *((AwsThrottled, code) for code in sorted(THROTTLING_CODES)),
        *((AwsUnavailable, code) for code in sorted(UNAVAILABLE_CODES)),
        *((AwsRefused, code) for code in REFUSALS),
    ],
)
def test_a_common_error_is_known_by_its_code(error: type[Exception], code: str) -> None:
    found = raised(client_error(code, "in the words of AWS", status=400))

    assert type(found) is error
    assert str(found) == f"GetItem for a thing: {code}: in the words of AWS"


@pytest.mark.parametrize(
    ("status", "error"), [(429, AwsThrottled), (500, AwsUnavailable), (503, AwsUnavailable), (404, AwsRefused)]
)
def test_a_code_that_is_new_is_known_by_its_status(status: int, error: type[Exception]) -> None:
    assert type(raised(client_error("SomethingNew", status=status))) is error


@pytest.mark.parametrize(
    ("cause", "error"),
    [
        (ConnectionClosedError(endpoint_url=URL), AwsUnavailable),
        (ConnectTimeoutError(endpoint_url=URL), AwsUnavailable),
        (EndpointConnectionError(endpoint_url=URL), AwsUnavailable),
        (ReadTimeoutError(endpoint_url=URL), AwsUnavailable),
        (ParamValidationError(report="a name is missing"), AwsRefused),
    ],
)
def test_a_call_without_answer_may_be_tried_again_and_one_that_was_not_sent_may_not(
    cause: Exception, error: type[Exception]
) -> None:
    assert type(raised(cause)) is error


def test_what_botocore_retries_is_temporary_here_too_but_for_quotas() -> None:
    throttling = set(ThrottledRetryableChecker._THROTTLED_ERROR_CODES)
    transient = set(TransientRetryableChecker._TRANSIENT_ERROR_CODES)

    assert (throttling | transient) - THROTTLING_CODES - UNAVAILABLE_CODES == {"LimitExceededException"}


def test_the_callers_word_comes_before_the_tables_and_the_tables_before_the_common_one() -> None:
    code = "LimitExceededException"

    assert type(raised(client_error(code), "RequestCertificate", LimitExceededException=AliasInUse)) is AliasInUse
    assert type(raised(client_error(code, status=500), "RequestCertificate")) is QuotaWouldBeExceeded
    assert type(raised(client_error(code), "GetItem")) is AwsRefused
