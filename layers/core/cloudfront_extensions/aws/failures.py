"""AWS's errors, mapped once: try again, already done, or no.

Adapters run their calls inside `aws_call`, which turns what botocore raises into the library's own errors: by the caller's
`meanings`, where only its situation tells what a code means; by the table of ACM's and CloudFront's errors; by the codes
below, which any operation may answer; else it is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cloudfront_extensions.aws.error_table import ERRORS
from cloudfront_extensions.errors import AwsRefused, AwsThrottled, AwsUnavailable, CloudFrontExtensionsError

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError

THROTTLING_CODES = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "KMSThrottling",
        "KMSThrottlingException",
        "KmsThrottlingException",
        "LimitExceededRate",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
"""Codes with which AWS asks for slower calls: those of botocore's standard retry mode, and those that services add.

LimitExceededException is not one of them: ACM's means a quota, which no waiting gives back.
"""

UNAVAILABLE_CODES = frozenset(
    {
        # The service's side failed.
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "InternalServiceError",
        "InternalServiceException",
        "ServiceException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        # The request took too long, or met another one.
        "OperationAborted",
        "ReplicatedWriteConflictException",
        "RequestInProgressException",
        "RequestTimeout",
        "RequestTimeoutException",
        "TransactionConflictException",
        # Signed too long ago, or with credentials that have been renewed since: the next try signs anew.
        "ExpiredToken",
        "ExpiredTokenException",
        "RequestExpired",
        "RequestTimeTooSkewed",
        # A list took too long to read; the next try begins it again.
        "PaginationTokenExpiredException",
    }
)
"""Codes of a call that another try may get through."""

TOO_MANY_REQUESTS = 429
SERVER_ERROR = 500


def error_code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "Unknown"))


def temporary_error(code: str, status: int) -> type[CloudFrontExtensionsError] | None:
    """What an error is that any operation may answer, by its code or else its HTTP status; None: it is not temporary."""
    if code in THROTTLING_CODES or status == TOO_MANY_REQUESTS:
        return AwsThrottled
    if code in UNAVAILABLE_CODES or status >= SERVER_ERROR:
        return AwsUnavailable
    return None


@contextmanager
def aws_call(
    operation: str,
    target: str,
    meanings: Mapping[str, type[CloudFrontExtensionsError]] | None = None,
    *,
    secret: bool = False,
) -> Iterator[None]:
    """Map what a call raises. `operation` and `target` stand in the message: what was tried, on what.

    Of a call that carries a secret the message has the code alone, for AWS's words and botocore's may quote what was sent.

    Raises:
        AwsThrottled, AwsUnavailable: trying again may help.
        AwsRefused: it won't, and nothing has a better word for the code.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        raise _mapped(error, operation, target, meanings or {}, secret) from (None if secret else error)
    except BotoCoreError as error:
        raise _not_answered(error, f"{operation} for {target}", secret) from (None if secret else error)


def _mapped(
    error: ClientError,
    operation: str,
    target: str,
    meanings: Mapping[str, type[CloudFrontExtensionsError]],
    secret: bool,
) -> CloudFrontExtensionsError:
    code = error_code(error)
    words = str(error.response.get("Error", {}).get("Message") or "no message")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    text = f"{operation} for {target}: {code}" if secret else f"{operation} for {target}: {code}: {words}"
    if code in meanings:
        return meanings[code](text)
    if row := ERRORS.get(operation, {}).get(code):
        return row.error(text)
    return (temporary_error(code, status) or AwsRefused)(text)


def _not_answered(error: BotoCoreError, call: str, secret: bool) -> CloudFrontExtensionsError:
    from botocore.exceptions import ParamValidationError

    words = type(error).__name__ if secret else str(error)
    if isinstance(error, ParamValidationError):
        return AwsRefused(f"{call} was not sent: {words}")
    return AwsUnavailable(f"{call}: {words}")
