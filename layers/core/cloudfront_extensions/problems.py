"""What goes wrong as both APIs answer it: problem details (RFC 9457), with a stable type for each error of `errors`.

Only what a caller can do something about is told in words. What AWS did not do for us is told without them, for AWS's words
name roles, tables and keys; those stand in the log.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NotRequired, TypedDict

from cloudfront_extensions import errors
from cloudfront_extensions.errors import CloudFrontExtensionsError, split_next_action

TYPE_PREFIX = "urn:cloudfront-extensions:problem:"
RETRY_AFTER = 5
"""Seconds, where AWS could not be asked."""
UNEXPECTED = 500


class Problem(TypedDict):
    type: str
    title: str
    status: int
    detail: str
    nextAction: str
    instance: NotRequired[str]
    """The request that it happened to, to look for in the log."""


_STATUS: Mapping[type[CloudFrontExtensionsError], int] = {
    CloudFrontExtensionsError: 422,
    # What was sent is not what the API takes.
    errors.InvalidInput: 400,
    errors.NotSignedIn: 401,
    errors.NotAllowed: 403,
    errors.NoSuchRoute: 404,
    errors.ChangedSinceRead: 412,
    errors.BodyTooLarge: 413,
    errors.UnsupportedMediaType: 415,
    # There is no such thing (yet).
    errors.CertificateNotFound: 404,
    errors.DeploymentNotFound: 404,
    errors.DistributionNotFound: 404,
    errors.ExportNotFound: 404,
    errors.ExtensionNotFound: 404,
    errors.JobNotFound: 404,
    errors.KeyBundleNotFound: 404,
    errors.PrewarmNotFound: 404,
    errors.ReportNotReady: 404,
    errors.RollbackNotFound: 404,
    errors.SnapshotNotFound: 404,
    errors.VersionNotFound: 404,
    # It is not in the state that this takes; another request may be right, or this one later.
    errors.AliasInUse: 409,
    errors.AliasRecordExists: 409,
    errors.CertificateBeingImported: 409,
    errors.ConfigChangedSincePlan: 409,
    errors.DistributionBeingRemoved: 409,
    errors.DistributionNotAdopted: 409,
    errors.InventorySuperseded: 409,
    errors.JobIsRunning: 409,
    errors.JobNotRunning: 409,
    errors.NoAnswerAwaited: 409,
    errors.RequestTokenConflict: 409,
    errors.RollbackEnded: 409,
    errors.RollbackIsRunning: 409,
    errors.RollbackStopped: 409,
    errors.SnapshotExists: 409,
    errors.ValidationRecordsNotReady: 409,
    # AWS.
    errors.AwsRefused: 502,
    errors.AwsThrottled: 503,
    errors.AwsUnavailable: 503,
}
"""The status of a class, and of those below it that have none of their own; 422: understood, but it can't be done."""

_BEHIND: Mapping[type[CloudFrontExtensionsError], tuple[str, str]] = {
    errors.AwsRefused: (
        "AWS refused a call that this takes, for a reason that trying again won't change.",
        "Look for this request in the API's log: it has AWS's words. Permissions and account limits are the usual causes.",
    ),
    errors.AwsThrottled: ("AWS asks to slow down.", "Send the request again in some seconds."),
    errors.AwsUnavailable: ("AWS could not be asked.", "Send the request again in some seconds."),
}
"""Detail and next action of what is not the caller's doing."""


def problem_of(error: BaseException, instance: str | None = None) -> Problem:
    """The problem that an error is. Of anything that this library does not raise on purpose nothing is told."""
    told = {"instance": instance} if instance else {}
    if not isinstance(error, CloudFrontExtensionsError):
        return {
            "type": f"{TYPE_PREFIX}unexpected-error",
            "title": "Unexpected error",
            "status": UNEXPECTED,
            "detail": "Something went wrong that nobody had thought of.",
            "nextAction": "Look for this request in the API's log, and report what it says.",
            **told,  # type: ignore[typeddict-item]
        }
    detail, next_action = _words(error)
    return {
        "type": type_of(type(error)),
        "title": title_of(type(error)),
        "status": status_of(type(error)),
        "detail": detail,
        "nextAction": next_action,
        **told,  # type: ignore[typeddict-item]
    }


def type_of(error: type[CloudFrontExtensionsError]) -> str:
    """As stable as the name of the class, which state machines catch and records keep."""
    return TYPE_PREFIX + "-".join(_word.lower() for _word in _name_in_words(error))


def title_of(error: type[CloudFrontExtensionsError]) -> str:
    return " ".join(_name_in_words(error)).capitalize()


def status_of(error: type[CloudFrontExtensionsError]) -> int:
    return next(_STATUS[above] for above in error.__mro__ if above in _STATUS)


def retry_after(problem: Problem) -> int | None:
    """The seconds of the header Retry-After; None: there is none."""
    return RETRY_AFTER if problem["status"] == status_of(errors.AwsUnavailable) else None


def _words(error: CloudFrontExtensionsError) -> tuple[str, str]:
    if behind := next((_BEHIND[above] for above in type(error).__mro__ if above in _BEHIND), None):
        return behind
    reason, next_action = split_next_action(str(error))
    return reason, next_action or error.next_action


def _name_in_words(error: type[CloudFrontExtensionsError]) -> list[str]:
    """`AliasInUse` → Alias In Use; `NotUtf8` → Not Utf8."""
    return re.findall(r"[A-Z][a-z0-9]*", error.__name__)
