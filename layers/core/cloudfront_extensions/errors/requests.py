"""Requests to the APIs."""

from __future__ import annotations

from cloudfront_extensions.errors.base import CloudFrontExtensionsError, InvalidInput


class InvalidCursor(InvalidInput):
    """A cursor is not one that this list answered with these filters."""

    next_action = "Ask for the first page, without a cursor, and go on with what that answers."


class NotSignedIn(CloudFrontExtensionsError):
    """A request does not say who asks: no token of this application's user pool, and no signature of IAM."""

    next_action = "Sign in and send the ID token, or sign the request with IAM credentials."


class NotAllowed(CloudFrontExtensionsError):
    """Somebody asked for what their groups do not let them do."""

    next_action = "Ask an administrator for the group that this takes; after that, sign in again."


class AnswerTooLarge(CloudFrontExtensionsError):
    """What was asked for has more bytes than an API answers at once."""

    next_action = "Take the files that the job's report links to."


class ChangedSinceRead(CloudFrontExtensionsError):
    """A document is no longer as it was when the caller read it: its ETag is not the one that If-Match names."""

    next_action = "Read it again, decide anew, and send the new ETag."


class NoSuchRoute(CloudFrontExtensionsError):
    """The API has nothing at this path."""

    next_action = "Look up the path in the API's description."


class BodyTooLarge(CloudFrontExtensionsError):
    """A request's body has more bytes than the API reads."""

    next_action = "Put a large batch into a file in S3, and name that file by source."


class UnsupportedMediaType(CloudFrontExtensionsError):
    """A request's body is not JSON, or does not say so."""

    next_action = "Send JSON, with the header Content-Type: application/json."
