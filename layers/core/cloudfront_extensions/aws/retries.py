"""Calls tried again at once, a few times: throttling passes, and a task of many calls must not begin anew for each.

botocore's own modes are left aside. "standard" keeps a retry quota for each client, which half of all calls being throttled
uses up after some 300 of them, in a function that stays warm; then it retries no more. It also repeats ACM's
LimitExceededException, which is a quota. Here the error table says what is worth another try, as it does for the workflows.
"""

from __future__ import annotations

import random
import time
from typing import Any

from cloudfront_extensions.aws.failures import temporary_error
from cloudfront_extensions.errors import AwsThrottled, CloudFrontExtensionsError

MOST_ATTEMPTS = 10
"""With half of all calls throttled, one in a thousand fails for good: a task of 400 calls gets through."""

FIRST_DELAY = 0.2
LONGEST_DELAY = 4.0
"""In seconds. All the delays of a call together are 11 s on average and 22 s at most."""


IN_TURN = frozenset({"ImportCertificate"})
"""Operations that are queued for (`turns`): whoever is throttled queues again, instead of pushing in."""
NOT_REPEATABLE = frozenset({"ChangeResourceRecordSets"}) | IN_TURN
"""Operations that make a second thing when they are repeated, for which no token or name protects, or that are refused
when they are repeated, as if somebody else had done it: unless AWS says that it did nothing, the task has to look first."""


def delay(attempts: int) -> float:
    """Seconds to wait after so many attempts: anything up to a bound that doubles (full jitter)."""
    bound: float = min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** (attempts - 1))
    return bound * random.random()  # noqa: S311 - spreads calls, guards nothing


def pause(attempts: int) -> None:
    """Wait before the rest of a call that AWS did in part."""
    time.sleep(delay(attempts))


def delay_before_retry(
    attempts: int,
    response: tuple[Any, dict[str, Any]] | None,
    caught_exception: Exception | None,
    operation: Any = None,
    **_: Any,
) -> float | None:
    """Answers botocore's event `needs-retry`: seconds to wait before the call is tried again; None: it is not."""
    if attempts >= MOST_ATTEMPTS or not _is_temporary(response, caught_exception):
        return None
    name = operation.name if operation is not None else None
    if name in IN_TURN or (name in NOT_REPEATABLE and not _is_throttled(response)):
        return None
    return delay(attempts)


def _is_throttled(response: tuple[Any, dict[str, Any]] | None) -> bool:
    return response is not None and _temporary_error(response) is AwsThrottled


def _is_temporary(response: tuple[Any, dict[str, Any]] | None, caught_exception: Exception | None) -> bool:
    """An answer that did not come in time is left to the task's retry: waiting for it again takes all the task's time."""
    from botocore.exceptions import ConnectionError as NoConnection
    from botocore.exceptions import HTTPClientError, ReadTimeoutError

    if response is None:
        return isinstance(caught_exception, (NoConnection, HTTPClientError)) and not isinstance(
            caught_exception, ReadTimeoutError
        )
    return _temporary_error(response) is not None


def _temporary_error(response: tuple[Any, dict[str, Any]]) -> type[CloudFrontExtensionsError] | None:
    http, parsed = response
    return temporary_error(str(parsed.get("Error", {}).get("Code", "")), http.status_code)
