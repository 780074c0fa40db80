"""Fields are resolved by functions, directly; what else AppSync has is refused when it is made."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import WaiterError

from tests.integration.localaws import edge
from tests.integration.localaws.appsync import graphql
from tests.integration.localaws.appsync.graphql import Api
from tests.integration.localaws.workbench import Json, Workbench

CODE = "export function request(ctx) { return {}; } export function response(ctx) { return ctx.result; }"
SOURCES: dict[str, Json] = {
    "a table": {"type": "AMAZON_DYNAMODB", "dynamodbConfig": {"tableName": "t", "awsRegion": "us-east-1"}},
    "an address": {"type": "HTTP", "httpConfig": {"endpoint": "https://example.com"}},
    "nothing at all": {"type": "NONE"},
    "a bus": {
        "type": "AMAZON_EVENTBRIDGE",
        "eventBridgeConfig": {"eventBusArn": "arn:aws:events:us-east-1:1:event-bus/b"},
    },
    "no function": {"type": "AWS_LAMBDA"},
}
RESOLVERS: dict[str, Json] = {
    "code": {"code": CODE, "runtime": {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}},
    "a request template": {"requestMappingTemplate": "{}"},
    "a response template": {"responseMappingTemplate": "{}"},
    "a pipeline": {"kind": "PIPELINE", "pipelineConfig": {"functions": ["a"]}},
    "batches": {"maxBatchSize": 10},
    "a cache": {"cachingConfig": {"ttl": 60}},
}


@pytest.fixture(scope="module")
def api(bench: Workbench, sayer: str) -> Api:
    api = graphql.made(bench, "type Query { a: Int b: Int }")
    api.resolve(sayer, "Query.a")
    return api


def source_of(bench: Workbench, api: Api) -> str:
    return str(bench.client("appsync").list_data_sources(apiId=api.id)["dataSources"][0]["name"])


@pytest.mark.parametrize("what", SOURCES)
def test_a_data_source_is_not_made_of(bench: Workbench, api: Api, what: str) -> None:
    with edge.refused("BadRequestException"):
        bench.client("appsync").create_data_source(apiId=api.id, name="other", **SOURCES[what])


def test_a_data_source_of_a_function_needs_a_role(bench: Workbench, api: Api, sayer: str) -> None:
    config: Any = {"lambdaFunctionArn": sayer}
    with edge.refused("BadRequestException"):
        bench.client("appsync").create_data_source(apiId=api.id, name="x", type="AWS_LAMBDA", lambdaConfig=config)


@pytest.mark.parametrize("what", RESOLVERS)
def test_a_field_is_not_resolved_by_or_with(bench: Workbench, api: Api, what: str) -> None:
    resolver = {"typeName": "Query", "fieldName": "b", "dataSourceName": source_of(bench, api), **RESOLVERS[what]}
    with edge.refused("BadRequestException"):
        bench.client("appsync").create_resolver(apiId=api.id, **resolver)


@pytest.mark.parametrize(("type_name", "field"), [("Query", "c"), ("Job", "a")])
def test_a_resolver_is_for_a_field_that_exists(bench: Workbench, api: Api, type_name: str, field: str) -> None:
    given = {"apiId": api.id, "typeName": type_name, "fieldName": field, "dataSourceName": source_of(bench, api)}
    with edge.refused("NotFoundException"):
        bench.client("appsync").create_resolver(**given)


def test_a_resolver_is_of_a_data_source_that_exists(bench: Workbench, api: Api) -> None:
    with edge.refused("NotFoundException"):
        bench.client("appsync").create_resolver(apiId=api.id, typeName="Query", fieldName="b", dataSourceName="none")


OPERATIONS: dict[str, Json] = {
    "create_function": {"name": "f", "dataSourceName": "s", "functionVersion": "2018-05-29"},
    "create_api_cache": {"ttl": 60, "apiCachingBehavior": "FULL_REQUEST_CACHING", "type": "SMALL"},
    "create_api_key": {},
    "create_type": {"definition": "type Job { id: ID }", "format": "SDL"},
    "put_graphql_api_environment_variables": {"environmentVariables": {"stage": "test"}},
}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_for_what_is_not_embedded_is_refused(bench: Workbench, api: Api, operation: str) -> None:
    with edge.refused("BadRequestException"):
        getattr(bench.client("appsync"), operation)(apiId=api.id, **OPERATIONS[operation])


def test_code_is_not_tried_out(bench: Workbench) -> None:
    runtime = {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}
    with edge.refused("BadRequestException"):
        bench.client("appsync").evaluate_code(runtime=runtime, code=CODE, context="{}", function="request")


@pytest.mark.parametrize("resource_type", ["FunctionConfiguration", "ApiKey"])
def test_a_stack_with_what_is_not_embedded_fails(bench: Workbench, api: Api, resource_type: str) -> None:
    resource = {"Type": f"AWS::AppSync::{resource_type}", "Properties": {"ApiId": api.id}}
    with pytest.raises(WaiterError):
        bench.stack(json.dumps({"Resources": {"NotHere": resource}}))


def test_ministack_alone_takes_resolvers_of_nothing(stock: Workbench) -> None:
    api = stock.client("appsync").create_graphql_api(name="a", authenticationType="AWS_IAM")["graphqlApi"]["apiId"]
    given = {"apiId": api, "typeName": "Query", "fieldName": "none", "dataSourceName": "none"}
    assert stock.client("appsync").create_resolver(**given)["resolver"]["fieldName"] == "none"
