"""Jobs and what became of them."""

from __future__ import annotations

from cloudfront_extensions.errors.base import CloudFrontExtensionsError


class RequestTokenConflict(CloudFrontExtensionsError):
    """The request token belongs to a job with another body."""

    next_action = "Use a new request token for the changed request, or repeat the first request unchanged."


class QuotaWouldBeExceeded(CloudFrontExtensionsError):
    """A Service Quota leaves no room for what was asked."""

    next_action = "Ask AWS for a higher quota in Service Quotas, or make room, and start again."


class JobNotFound(CloudFrontExtensionsError):
    """There is no job of this id."""

    next_action = "Check the job id; it is the request token with which the job was started."


class JobIsRunning(CloudFrontExtensionsError):
    """An execution works on the job; what it makes can't be taken back meanwhile."""

    next_action = "Wait until the execution named in the reason has ended, or stop it, and start the cleanup again."


class CleanupIncomplete(CloudFrontExtensionsError):
    """A cleanup went through, but could not take back everything; the message carries the count and the report's location."""

    next_action = (
        "Read the report: what was changed by somebody else stays until a person decides; then clean up again."
    )


class ItemsFailed(CloudFrontExtensionsError):
    """A job went through, but not every one of its domains; the message carries the count and the report's location."""

    next_action = "Do what the report says for each failed domain, and start the job again with the same request token."


class JobNotRunning(CloudFrontExtensionsError):
    """No execution works on the job; there is nothing to cancel."""

    next_action = "Read the job's report for what became of it; to take back what it made, clean it up."


class ReportNotReady(CloudFrontExtensionsError):
    """A job has no report yet: it is written when the job has ended."""

    next_action = "Wait until the job has ended, and ask again."
