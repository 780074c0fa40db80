"""AWS's errors, mapped once: try again, already done, or no.

Adapters run their calls inside `aws_call`, which turns what botocore raises into the library's own errors. A caller that
knows better what a code means in its situation (`AliasInUse` for CNAMEAlreadyExists) says so in `meanings`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cloudfront_extensions.errors import AwsRefused, AwsThrottled, AwsUnavailable, CloudFrontExtensionsError

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

THROTTLING_CODES = frozenset(
    {
        "LimitExceededRate",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "Throttling",
        "ThrottledException",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
"""Codes with which AWS asks for slower calls (botocore's standard retry mode, plus DynamoDB's and Route 53's own)."""

UNAVAILABLE_CODES = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "InternalServiceError",
        "RequestInProgressException",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
    }
)


def error_code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "Unknown"))


@contextmanager
def aws_call(
    operation: str, target: str, meanings: Mapping[str, type[CloudFrontExtensionsError]] | None = None
) -> Iterator[None]:
    """Map what a call raises. `operation` and `target` stand in the message: what was tried, on what.

    Raises:
        AwsThrottled, AwsUnavailable: trying again may help.
        AwsRefused: it won't, and `meanings` has no better word for the code.
    """
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, ParamValidationError

    try:
        yield
    except ClientError as error:
        raise _mapped(error, operation, target, meanings or {}) from error
    except ParamValidationError as error:
        raise AwsRefused(f"{operation} for {target} was not sent: {error}") from error
    except (HTTPClientError, BotoCoreError) as error:
        raise AwsUnavailable(f"{operation} for {target}: {error}") from error


def _mapped(
    error: ClientError, operation: str, target: str, meanings: Mapping[str, type[CloudFrontExtensionsError]]
) -> CloudFrontExtensionsError:
    code = error_code(error)
    words = str(error.response.get("Error", {}).get("Message") or "no message")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    text = f"{operation} for {target}: {code}: {words}"
    if code in meanings:
        return meanings[code](text)
    if code in THROTTLING_CODES or status == 429:
        return AwsThrottled(text)
    if code in UNAVAILABLE_CODES or status >= 500:
        return AwsUnavailable(text)
    return AwsRefused(text)
