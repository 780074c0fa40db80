"""Errors in the form in which AppSync answers them: of a whole request, of its document, of one field."""

from __future__ import annotations

import sys
import traceback
from typing import Any

from graphql import GraphQLError
from ministack.services import appsync

Json = dict[str, Any]
Refusal = tuple[int, dict[str, str], bytes]
"""Status, headers and body of a request that is refused as a whole."""
UNEXPECTED = "An internal failure occurred while processing the operation."


class FieldFailed(Exception):
    """A field has no value, for a reason that its caller may know. `kind` is the errorType."""

    def __init__(self, kind: str | None, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class RequestRefused(Exception):
    """The request is answered without being executed."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status, self.kind = status, kind

    @property
    def answer(self) -> Refusal:
        refusal: Refusal = appsync._graphql_error(self.status, self.kind, str(self))
        return refusal


def malformed(message: str) -> RequestRefused:
    return RequestRefused(400, "MalformedHttpRequestException", message)


def unauthorized(message: str) -> RequestRefused:
    return RequestRefused(401, "UnauthorizedException", message)


def of_document(error: GraphQLError) -> Json:
    """An error of validation, or of the variables, without graphql-core's guesses: they would tell of a hidden schema."""
    message = error.message.partition(" Did you mean ")[0]
    return {"path": None, "locations": locations_of(error), "message": f"Validation error: {message}"}


def of_field(error: GraphQLError) -> Json:
    cause = error.original_error
    kind, message = None, error.message
    if isinstance(cause, FieldFailed):
        kind = cause.kind
    elif cause is not None and not isinstance(cause, GraphQLError):
        traceback.print_exception(cause, file=sys.stderr)
        kind, message = "InternalFailure", UNEXPECTED
    return {
        "path": error.path,
        "data": None,
        "errorType": kind,
        "errorInfo": None,
        "locations": locations_of(error),
        "message": message,
    }


def locations_of(error: GraphQLError) -> list[Json] | None:
    if not error.locations:
        return None
    return [{"line": one.line, "column": one.column, "sourceName": None} for one in error.locations]
