"""Requests to a GraphQL API of AppSync, signed by IAM, whose functions tell of problems as ours do (`problems`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from cloudfront_extensions.aws.failures import aws_call, temporary_error
from cloudfront_extensions.errors import AwsRefused, AwsThrottled, AwsUnavailable, CloudFrontExtensionsError
from cloudfront_extensions.problems import TYPE_PREFIX, type_of

_SERVICE = "appsync"
_SECONDS = 20
_TEMPORARY = {type_of(error): error for error in (AwsThrottled, AwsUnavailable)}


@cache
def _session() -> Any:
    from botocore.session import get_session

    return get_session()


@cache
def _connections() -> Any:
    from botocore.httpsession import URLLib3Session

    return URLLib3Session(timeout=_SECONDS)


class FieldRefused(AwsRefused):
    """The API executed the request, and what was asked for has errors."""


def ask(url: str, document: str, variables: Mapping[str, str]) -> None:
    """Send one operation, of which only its success matters.

    Raises:
        AwsThrottled, AwsUnavailable: trying again may help.
        FieldRefused: it won't, and other operations may go through.
        AwsRefused: the API does not take such requests from us.
    """
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest

    body = json.dumps({"query": document, "variables": variables})
    request = AWSRequest("POST", url, headers={"Content-Type": "application/json"}, data=body)
    with aws_call("GraphQL", url):
        session = _session()
        SigV4Auth(session.get_credentials(), _SERVICE, session.get_config_variable("region")).add_auth(request)
        answer = _connections().send(request.prepare())
    status, errors = answer.status_code, _errors(answer)
    if status == 200 and not errors:
        return
    temporary = next(filter(None, (_temporary(error, status) for error in errors or ({},))), None)
    words = f"GraphQL for {url}: {status} {', '.join(map(_named, errors))}"
    raise (temporary or (FieldRefused if status == 200 else AwsRefused))(words)


def _errors(answer: Any) -> list[dict[str, Any]]:
    """Those that an answer tells of; one of HTTP alone tells of none."""
    try:
        document = json.loads(answer.text)
    except ValueError:
        if answer.status_code == 200:
            raise AwsUnavailable("GraphQL: the answer is no JSON") from None
        return []
    return list(document.get("errors") or ()) if isinstance(document, dict) else []


def _temporary(error: Mapping[str, Any], status: int) -> type[CloudFrontExtensionsError] | None:
    """A function that fails on purpose says in the first line of its message what problem it met. One that says nothing of
    the kind could not be invoked, or was ended by Lambda."""
    kind = str(error.get("errorType"))
    if not kind.startswith("Lambda:"):
        return temporary_error(kind, status)
    problem = _problem(error)
    return _TEMPORARY.get(problem) if problem else AwsUnavailable


def _named(error: Mapping[str, Any]) -> str:
    """Without its words, which may tell of what was asked."""
    return f"{error.get('errorType')} {_problem(error)}".strip()


def _problem(error: Mapping[str, Any]) -> str:
    first = str(error.get("message")).partition("\n")[0]
    return first if first.startswith(TYPE_PREFIX) else ""
