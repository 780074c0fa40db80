"""A GraphQL request, from its JSON to its answer: who asks, whether the document is one, its fields, and their errors.

In the place of MiniStack's own execution, which calls it in a thread after it has checked a signature. Fields of a query
are resolved at the same time, those of a mutation one after another; every field is held against its directives and the
API's limits. In `calls.jsonl` a request is operation GraphQL of appsync, with the fields of the root type that it asked for
the milliseconds of their functions and the number of its errors, but never its text, its variables or its operation's name.
"""

from __future__ import annotations

import asyncio
import json
import sys
import traceback
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    execute,
    get_operation_ast,
    is_composite_type,
    is_list_type,
    is_non_null_type,
    parse,
    validate,
)
from ministack.services import appsync

from localaws.server import front_door
from localaws.server.appsync import callers, directives, limits, news, resolvers, schemas
from localaws.server.appsync.callers import Caller
from localaws.server.appsync.errors import (
    UNEXPECTED,
    FieldFailed,
    RequestRefused,
    malformed,
    of_document,
    of_field,
    unauthorized,
)
from localaws.server.settings import Settings

NOT_JSON = "Invalid JSON payload in GraphQLAuth POST request."
NO_DOCUMENT = "Unable to parse GraphQL query."

Json = dict[str, Any]
HttpAnswer = tuple[int, dict[str, str], bytes]


@dataclass(slots=True)
class Request:
    """One that is being executed, and what is noted of it on the way."""

    api: Mapping[str, Any]
    caller: Caller
    headers: Mapping[str, str]
    variables: Json
    counter: limits.Counter
    fields: dict[str, str] = field(default_factory=dict)
    """Of the root type, by their keys in the answer, as they are resolved."""
    denied_by_policy: int = 0
    function_seconds: float = 0.0


def install(settings: Settings) -> None:
    appsync._execute_graphql = answered
    appsync._graphql_request = decoded


def decoded(body: bytes) -> Json | None:
    """The JSON object of a request. None for anything else: also for what nests too deep to be read, and for text that
    can't be written down again."""
    try:
        request = json.loads(body or b"{}", parse_constant=not_json)
        json.dumps(request, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return request if isinstance(request, dict) else None


def not_json(constant: str) -> None:
    """NaN and the infinities, which Python reads."""
    raise ValueError(constant)


def answered(
    api_id: str, data: Json, request_headers: Mapping[str, str] | None = None, authorize: object = None
) -> HttpAnswer:
    """`authorize` is there when the request has a signature that is right."""
    headers = {name.lower(): value for name, value in (request_headers or {}).items()}
    try:
        return asyncio.run(answer_to(api_id, data, headers, has_signed=authorize is not None))
    except RequestRefused as refused:
        return noted(refused).answer
    except Exception as error:  # noqa: BLE001 - the edge: nothing of the inside may reach a client
        traceback.print_exception(error, file=sys.stderr)
        return noted(RequestRefused(500, "InternalFailureException", UNEXPECTED)).answer


async def answer_to(api_id: str, data: Json, headers: Mapping[str, str], *, has_signed: bool) -> HttpAnswer:
    call = front_door.current()
    limits.check_size(call.body if call else b"")
    api = appsync._apis.get(api_id)
    if api is None:
        raise RequestRefused(404, "ResourceNotFoundException", "Unable to find the Api.")
    caller = callers.caller(api, headers, has_signed=has_signed)
    note(caller=caller.name)
    schema = schemas.of_api(api_id)
    if schema is None:
        raise RequestRefused(400, "GraphQLSchemaException", "No schema definition exists.")
    query, variables, operation_name = members_of(data)
    document = parsed(query)
    if errors := validate(schema, document, limits.rules_for(api)):
        return answer(None, [of_document(error) for error in errors])
    operation = operation_of(document, operation_name)
    request = Request(api, caller, headers, variables, limits.Counter(int(api.get("resolverCountLimit") or 0)))
    result = execute(
        schema,
        document,
        context_value=request,
        variable_values=variables,
        operation_name=operation_name,
        field_resolver=resolved,
    )
    if isinstance(result, Awaitable):
        result = await result
    note(fields=list(request.fields.values()), functionMilliseconds=round(request.function_seconds * 1000, 1))
    check_policy(request, schema.get_root_type(operation.operation))
    errors = result.errors or []
    news.tell(schema, request.fields, result.data, len(errors))
    return answer(result.data, [of_field(error) if error.path else of_document(error) for error in errors])


def members_of(data: Json) -> tuple[str, Json, str | None]:
    query, variables, operation_name = data.get("query"), data.get("variables"), data.get("operationName")
    if query is None:
        raise malformed("Invalid request, `query` can't be null.")
    if (
        not isinstance(query, str)
        or not isinstance(variables, dict | None)
        or not isinstance(operation_name, str | None)
    ):
        raise malformed(NOT_JSON)
    if not query.strip():
        raise malformed("Invalid request, `query` can't be empty.")
    return query, variables or {}, operation_name or None


def parsed(query: str) -> DocumentNode:
    try:
        limits.check_document(query)
        return parse(query)
    except GraphQLSyntaxError:
        raise malformed(NO_DOCUMENT) from None


def operation_of(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operation = get_operation_ast(document, name)
    if operation is None:
        raise malformed("The request names no operation of its document.")
    return operation


def check_policy(request: Request, root: GraphQLObjectType | None) -> None:
    """A principal that may have none of the root fields is refused as a whole. One that asks for nothing but the schema
    needs leave for `__typename`."""
    if request.fields:
        is_refused = request.denied_by_policy == len(request.fields)
    else:
        is_refused = root is not None and not request.caller.policy_allows(root.name, "__typename")
    if is_refused:
        raise unauthorized("Permission denied")


def resolved(source: Any, info: GraphQLResolveInfo, /, **arguments: Any) -> Any:
    """The value of a field, or the work that leads to it."""
    request: Request = info.context
    parent, name = info.parent_type, info.field_name
    if info.path.prev is None:
        request.fields[str(info.path.key)] = f"{parent.name}.{name}"
    check_access(request, parent, info)
    if info.operation.operation == OperationType.SUBSCRIPTION:
        raise FieldFailed("UnsupportedOperation", "Subscriptions are served by WebSocket only.")
    limits.check_depth(request.api, info.path)
    resolver = (appsync._resolvers.get(request.api["apiId"]) or {}).get(parent.name, {}).get(name)
    if resolver is None:
        return of_type(info, source.get(name) if isinstance(source, dict) else None)
    request.counter.one_more()
    return by_function(request, resolver["dataSourceName"], source, info, arguments)


def check_access(request: Request, parent: GraphQLObjectType, info: GraphQLResolveInfo) -> None:
    is_root = info.path.prev is None
    is_denied = is_root and not request.caller.policy_allows(parent.name, info.field_name)
    request.denied_by_policy += is_denied
    if is_denied or not directives.is_open(request.caller, request.api, parent, parent.fields[info.field_name]):
        raise FieldFailed("Unauthorized", f"Not Authorized to access {info.field_name} on type {parent.name}")


async def by_function(
    request: Request, data_source_name: str, source: Any, info: GraphQLResolveInfo, arguments: Json
) -> Any:
    data_source = (appsync._data_sources.get(request.api["apiId"]) or {}).get(data_source_name)
    if data_source is None:
        raise FieldFailed("UnknownDataSource", f"No data source found named {data_source_name}")
    event = resolvers.event_of(info, source, arguments, request.caller, request.headers, request.variables)
    result, seconds = await resolvers.invoked(data_source, event)
    request.function_seconds += seconds
    return of_type(info, resolvers.answer_of(result))


def of_type(info: GraphQLResolveInfo, value: Any) -> Any:
    """A value that is a list or an object where its field is one."""
    wanted = info.return_type.of_type if is_non_null_type(info.return_type) else info.return_type
    if value is None:
        return None
    for is_kind, python_type, said in ((is_list_type, list, "LIST"), (is_composite_type, dict, "OBJECT")):
        if is_kind(wanted) and not isinstance(value, python_type):
            path = "/".join(map(str, info.path.as_list()))
            raise FieldFailed(None, f"Can't resolve value (/{path}) : type mismatch error, expected type {said}")
    return value


def answer(data: Any, errors: list[Json]) -> HttpAnswer:
    if errors:
        kinds = sorted({str(error["errorType"]) for error in errors if error.get("errorType")})
        note(errors=len(errors), errorTypes=kinds)
    body = {"data": data, **({"errors": errors} if errors else {})}
    return 200, {"Content-Type": "application/json"}, json.dumps(body).encode()


def noted(refused: RequestRefused) -> RequestRefused:
    note(errorCode=refused.kind)
    return refused


def note(**said: Any) -> None:
    """Into the line of this request in the record of calls."""
    if call := front_door.current():
        call.notes.update(said)
