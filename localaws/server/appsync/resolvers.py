"""A field is resolved by a function: the event that AppSync sends, the role that it invokes with, and what comes of it.

MiniStack sends an event without the caller and the selected fields, asks no role, passes objects only, and takes a failure
for data. Events are as in "Resolver context" of AppSync's guide. A function's failure becomes the error
`Lambda:Unhandled` with the function's message, which reaches the client as it is.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from graphql import GraphQLResolveInfo
from ministack.services import lambda_svc

from localaws.server.appsync.callers import Caller
from localaws.server.appsync.errors import FieldFailed
from localaws.server.appsync.selections import selection_set_graphql, selection_set_list
from localaws.server.functions import synchronous
from localaws.server.permissions import enforcement, record, trust
from localaws.server.permissions.required import Permission

APPSYNC = "appsync.amazonaws.com"
SESSION = "APPSYNC_ASSUME_ROLE"
"""As which AppSync invokes with a data source's role."""
NOT_IN_EVENTS = {"cookie"}

Json = dict[str, Any]


def event_of(
    info: GraphQLResolveInfo,
    source: Json | None,
    arguments: Json,
    caller: Caller,
    headers: Mapping[str, str],
    variables: Json,
) -> Json:
    """What a direct resolver's function is given."""
    return {
        "arguments": arguments,
        "identity": caller.identity,
        "source": source,
        "request": {
            "headers": {name: value for name, value in headers.items() if name not in NOT_IN_EVENTS},
            "domainName": None,
        },
        "prev": None,
        "info": {
            "selectionSetList": selection_set_list(info),
            "selectionSetGraphQL": selection_set_graphql(info),
            "parentTypeName": info.parent_type.name,
            "fieldName": info.field_name,
            "variables": variables,
        },
        "stash": {},
    }


async def invoked(data_source: Mapping[str, Any], event: Json) -> tuple[Json, float]:
    """How the function ended, for `answer_of`, and the seconds that it took. Raises FieldFailed."""
    function_arn = data_source["lambdaConfig"]["lambdaFunctionArn"]
    check_role(data_source.get("serviceRoleArn", ""), function_arn)
    function, configuration, name = lambda_svc._get_func_record_for_ref(function_arn)
    if not function or not configuration:
        raise FieldFailed("Lambda:ResourceNotFoundException", f"Function not found: {name}")
    invocation, started = await synchronous.begun(function, configuration, event)
    return await invocation, time.monotonic() - started


def check_role(role_arn: str, function_arn: str) -> None:
    """The role of a data source lets AppSync assume it, and may invoke the function."""
    invoking = Permission("lambda:InvokeFunction", function_arn)
    if not trust.may_assume(role_arn, APPSYNC):
        because = f"the trust policy of {role_arn} does not let AppSync assume it, to invoke {function_arn}"
        record.record_refusal_of_service(APPSYNC, Permission("sts:AssumeRole", role_arn), {}, because)
        raise FieldFailed("Lambda:AccessDeniedException", f"Unable to assume role {role_arn}.")
    if not enforcement.is_allowed(role_arn, SESSION, invoking):
        account, role = role_arn.split(":")[4], role_arn.rpartition("/")[2]
        principal = f"arn:aws:sts::{account}:assumed-role/{role}/{SESSION}"
        raise FieldFailed(
            "Lambda:AccessDeniedException",
            f"User: {principal} is not authorized to perform: {invoking.action} on resource: {function_arn}",
        )


def answer_of(result: Mapping[str, Any]) -> Any:
    """What a function answered. Raises FieldFailed for one that failed."""
    body = result.get("body")
    if result.get("error"):
        message = body.get("errorMessage") if isinstance(body, dict) else None
        raise FieldFailed("Lambda:Unhandled", message or "Unhandled")
    return body
