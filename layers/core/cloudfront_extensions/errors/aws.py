"""What AWS did not do, and why."""

from __future__ import annotations

from cloudfront_extensions.errors.base import CloudFrontExtensionsError


class AwsThrottled(CloudFrontExtensionsError):
    """AWS asks to slow down."""

    next_action = "Start the job again with the same request token; AWS was asked too often."
    retryable = True


class AwsUnavailable(CloudFrontExtensionsError):
    """AWS could not be asked: a service error, a time-out or no connection."""

    next_action = "Start the job again with the same request token; AWS did not answer."
    retryable = True


class AwsRefused(CloudFrontExtensionsError):
    """AWS refused a call for a reason that trying again won't change; the message names call, code and AWS's words."""

    next_action = "Read AWS's words in the reason; permissions and account limits are the usual causes."
