"""The root of all errors, the error of any wrong field, and what an error says of what to do."""

from __future__ import annotations

from typing import ClassVar


class CloudFrontExtensionsError(Exception):
    """Base of all errors that this library raises on purpose."""

    next_action: ClassVar[str] = "Read the reason, put it right, and start the job again with the same request token."
    retryable: ClassVar[bool] = False


class InvalidInput(CloudFrontExtensionsError):
    """The input of a workflow does not say what is wanted; the message names the field."""

    next_action = "Correct the named field and start again."


_NEXT_ACTION_MARK = "\nNext: "


def with_next_action(message: str, next_action: str) -> str:
    """An error's message that says what to do in this very case, where the error's class says it too generally.

    It stays readable as it is, and comes through Lambda's and Step Functions' error output whole.
    """
    return f"{message}{_NEXT_ACTION_MARK}{next_action}"


def split_next_action(message: str) -> tuple[str, str | None]:
    """Message and next action of `with_next_action`; None where the message says none."""
    reason, _, next_action = message.partition(_NEXT_ACTION_MARK)
    return reason, next_action or None
