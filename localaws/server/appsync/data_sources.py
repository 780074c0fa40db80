"""Which data sources and resolvers are embedded: functions that resolve fields directly. All others are refused.

MiniStack takes and half executes what is not embedded here (pipelines, code, mapping templates, tables, batches, caches), and
lets a resolver be for a field and of a data source that do not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import appsync
from ministack.services.cloudformation import provisioners

from localaws.server.appsync import schemas
from localaws.server.seams import wrap
from localaws.server.settings import Settings

NOT_EMBEDDED = {
    "code": "code",
    "runtime": "a runtime",
    "requestMappingTemplate": "a mapping template",
    "responseMappingTemplate": "a mapping template",
    "pipelineConfig": "a pipeline",
    "cachingConfig": "a cache",
    "syncConfig": "conflict detection",
    "maxBatchSize": "batches",
}
OPERATIONS = {
    "_create_function": "pipelines",
    "_create_api_cache": "caches",
    "_create_api_key": "keys",
    "_create_type": "types beside its schema",
    "_evaluate_code": "code",
    "_put_environment_variables": "variables for code",
}
RESOURCE_TYPES = {"AWS::AppSync::FunctionConfiguration": "pipelines", "AWS::AppSync::ApiKey": "keys"}

Json = dict[str, Any]


def install(settings: Settings) -> None:
    wrap(appsync, "_create_data_source", of_functions_only)
    wrap(appsync, "_create_resolver", direct_only)
    for operation, what in OPERATIONS.items():
        wrap(appsync, operation, refused(what))
    for resource_type, what in RESOURCE_TYPES.items():
        provisioners._RESOURCE_HANDLERS[resource_type]["create"] = refused_in_stacks(what)


def of_functions_only(stock: Callable[..., Any]) -> Callable[..., Any]:
    def create_data_source(api_id: str, body: Json) -> Any:
        kind = body.get("type", "NONE")
        if kind != "AWS_LAMBDA":
            return not_embedded(f"data sources of type {kind}")
        if not (body.get("lambdaConfig") or {}).get("lambdaFunctionArn"):
            return bad_request("Invalid Lambda function ARN.")
        if not body.get("serviceRoleArn"):
            return bad_request("A data source of type AWS_LAMBDA needs a service role.")
        return stock(api_id, body)

    return create_data_source


def direct_only(stock: Callable[..., Any]) -> Callable[..., Any]:
    def create_resolver(api_id: str, type_name: str, body: Json) -> Any:
        if body.get("kind", "UNIT") != "UNIT":
            return not_embedded("pipelines")
        if with_more := [said for name, said in NOT_EMBEDDED.items() if body.get(name)]:
            return not_embedded(f"resolvers with {' and '.join(dict.fromkeys(with_more))}")
        if body.get("dataSourceName") not in (appsync._data_sources.get(api_id) or {}):
            return not_found(f"No data source found named {body.get('dataSourceName')}")
        if not has_field(api_id, type_name, str(body.get("fieldName"))):
            return not_found(f"No field named {body.get('fieldName')} found on type {type_name}")
        return stock(api_id, type_name, body)

    return create_resolver


def has_field(api_id: str, type_name: str, field_name: str) -> bool:
    schema = schemas.of_api(api_id)
    found = schema.type_map.get(type_name) if schema else None
    return field_name in getattr(found, "fields", {})


def refused(what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def instead_of(stock: Callable[..., Any]) -> Callable[..., Any]:
        def operation(*request: Any) -> Any:
            return not_embedded(what)

        return operation

    return instead_of


def refused_in_stacks(what: str) -> Callable[..., Any]:
    def create(logical_id: str, properties: Json, stack_name: str) -> Any:
        raise ValueError(said_of(what))

    return create


def said_of(what: str) -> str:
    return f"the embedded AWS has no {what} of AppSync"


def not_embedded(what: str) -> Any:
    return bad_request(said_of(what))


def bad_request(message: str) -> Any:
    return error_response_json("BadRequestException", message, 400)


def not_found(message: str) -> Any:
    return error_response_json("NotFoundException", message, 404)
