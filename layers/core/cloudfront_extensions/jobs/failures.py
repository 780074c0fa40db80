"""What a failure in Step Functions' form says of an item: which error, why, and what a person does about it.

An error may know better than its class what to do (`errors.with_next_action`); that comes first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from cloudfront_extensions import errors
from cloudfront_extensions.errors import (
    AwsThrottled,
    AwsUnavailable,
    CertificateFailed,
    CloudFrontExtensionsError,
    InvalidKeyBundle,
    RequestTokenConflict,
    split_next_action,
    with_next_action,
)
from cloudfront_extensions.jobs.records import CertificateStage, CertificateStatus

LONGEST_REASON = 2_000
"""Characters; the report shows reasons whole."""

_NESTED = "States.TaskFailed"
_DEEPEST_NESTING = 8
_COULD_NOT_ASK = ("Lambda.", "Sandbox.", "Runtime.ExitError", "States.Timeout", "States.HeartbeatTimeout")
_SLOW_DOWN = ("throttl", "toomanyrequests", "servicequotaexceeded", "ratelimit")


class ErrorOutput(TypedDict):
    """Step Functions' form of a failure."""

    Error: str
    Cause: str


@dataclass(frozen=True, slots=True)
class Failure:
    error: str
    """Name of the error, of `errors` where it is one of ours."""
    reason: str
    next_action: str
    is_retryable: bool
    """AWS could not be asked: the stage is UNKNOWN, not FAILED."""

    @property
    def status(self) -> str:
        """The stage's status, the same word for certificates and distributions."""
        return "UNKNOWN" if self.is_retryable else "FAILED"

    def as_output(self) -> ErrorOutput:
        """The failure as an execution ends with it: in words, with what to do."""
        return ErrorOutput(Error=self.error, Cause=with_next_action(self.reason, self.next_action))

    def as_finding(self) -> dict[str, str]:
        """The failure as a dry run tells it of an item."""
        return {"status": self.status, "error": self.error, "reason": self.reason, "nextAction": self.next_action}

    @property
    def is_specific(self) -> bool:
        """Whether the error is one that this library raises on purpose, rather than a trace of it in Step Functions."""
        return error_class(self.error) is not None

    @property
    def is_of_the_item(self) -> bool:
        """A request that contradicts an item's record says nothing about the item."""
        return self.error != RequestTokenConflict.__name__


def error_class(name: str) -> type[CloudFrontExtensionsError] | None:
    found = getattr(errors, name, None)
    return found if isinstance(found, type) and issubclass(found, CloudFrontExtensionsError) else None


def failure_of(output: Mapping[str, Any]) -> Failure:
    """Read Step Functions' error output {"Error", "Cause"}, down through nested executions to what failed first."""
    error, cause, document = _innermost(output)
    reason, next_action = split_next_action(_message(error, cause, document))
    cls = error_class(error)
    retryable = cls.retryable if cls else _is_retryable(error, document)
    return Failure(error, _cut(reason), next_action or _next_action(error, cls, retryable), retryable)


def recorded_error(stage: CertificateStage) -> CloudFrontExtensionsError:
    """The error that a stage FAILED with, to be raised again."""
    cls = error_class(stage.error or "") or CertificateFailed
    reason = stage.reason or "the certificate failed before; its reason is not on record"
    return cls(with_next_action(reason, stage.next_action) if stage.next_action else reason)


def fault_of_bundle(stage: CertificateStage) -> InvalidKeyBundle | None:
    """The error on record, where trying again gets the same answer: the bundle itself was bad, and is destroyed."""
    error = recorded_error(stage) if stage.status is CertificateStatus.FAILED else None
    return error if isinstance(error, InvalidKeyBundle) else None


def _innermost(output: Mapping[str, Any]) -> tuple[str, str, Mapping[str, Any]]:
    """Error, cause, and the cause's own JSON ({} where it is plain text), of the deepest failure.

    A nested execution (startExecution.sync:2) fails as States.TaskFailed, with its DescribeExecution as the cause.
    """
    error, cause = _text(output.get("Error")) or "Unknown", _text(output.get("Cause"))
    document = _json(cause)
    for _ in range(_DEEPEST_NESTING):
        if error != _NESTED or not _text(document.get("Error")):
            break
        error, cause = _text(document["Error"]), _text(document.get("Cause"))
        document = _json(cause)
    return error, cause, document


def _message(error: str, cause: str, document: Mapping[str, Any]) -> str:
    """What a person reads, never a stack trace; Lambda's cause is JSON with errorMessage, errorType, stackTrace."""
    if not document:
        is_cut_off_json = cause.startswith("{")
        return f"{error}, without a message" if is_cut_off_json or not cause else cause
    if "errorMessage" in document:
        return _text(document["errorMessage"]) or f"{error}, without a message"
    if "ExecutionArn" in document:
        return f"execution {document['ExecutionArn']} ended {document.get('Status', 'without success')}"
    return f"{error}, without a message"


def _is_retryable(error: str, document: Mapping[str, Any]) -> bool:
    stopped = error == _NESTED and document.get("Status") in ("ABORTED", "TIMED_OUT")
    return stopped or error.startswith(_COULD_NOT_ASK) or _asks_to_slow_down(error) or "InternalServer" in error


def _asks_to_slow_down(error: str) -> bool:
    return any(word in error.lower() for word in _SLOW_DOWN)


def _next_action(error: str, cls: type[CloudFrontExtensionsError] | None, retryable: bool) -> str:
    if cls:
        return cls.next_action
    if retryable:
        return AwsThrottled.next_action if _asks_to_slow_down(error) else AwsUnavailable.next_action
    return CloudFrontExtensionsError.next_action


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_REASON else text[: LONGEST_REASON - 1] + "…"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _json(text: str) -> Mapping[str, Any]:
    try:
        document = json.loads(text)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
