"""An API's schema is checked when it is given, also when a stack names it by its place in S3, and is built once.

MiniStack takes every text for a schema, and none at all from S3. As on AWS, a schema that can't be is FAILED with what is
wrong with it, which fails a stack, and the one before it stays in force.
"""

from __future__ import annotations

import base64
import binascii
import functools
from collections.abc import Callable, Iterator
from typing import Any

from graphql import GraphQLError, GraphQLSchema, GraphQLSyntaxError, build_schema, parse, validate_schema
from graphql.language import ScalarTypeDefinitionNode
from ministack.core.appsync_graphql import APPSYNC_PRELUDE
from ministack.services import appsync, s3
from ministack.services.cloudformation import provisioners

from localaws.server.appsync import directives, scalars
from localaws.server.seams import wrap
from localaws.server.settings import Settings

RESOURCE_TYPE = "AWS::AppSync::GraphQLSchema"
NOT_SDL = "Failed to parse schema document - ensure it's a valid SDL-formatted document."

Json = dict[str, Any]


class BrokenSchemaError(Exception):
    """What is wrong with a schema, in words."""


def install(settings: Settings) -> None:
    wrap(appsync, "_start_schema_creation", checked)
    handlers = provisioners._RESOURCE_HANDLERS[RESOURCE_TYPE]
    handlers["create"] = checked_in_stacks(handlers["create"])


def checked(stock: Callable[..., Any]) -> Callable[..., Any]:
    def start_schema_creation(api_id: str, body: Json) -> Any:
        try:
            built(_decoded(body.get("definition", "")))
        except BrokenSchemaError as error:
            if api_id not in appsync._apis:
                return stock(api_id, body)
            before = appsync._schemas.get(api_id) or {}
            failed = {"definition": before.get("definition", ""), "status": "FAILED", "details": str(error)}
            appsync._schemas[api_id] = failed
            return appsync._json(200, {"status": "PROCESSING"})
        return stock(api_id, body)

    return start_schema_creation


def checked_in_stacks(stock: Callable[..., Any]) -> Callable[..., Any]:
    def create(logical_id: str, properties: Json, stack_name: str) -> Any:
        definition = properties.get("Definition") or from_s3(properties.get("DefinitionS3Location", ""))
        try:
            built(definition)
        except BrokenSchemaError as error:
            raise ValueError(f"Schema Creation Status is FAILED with details: {error}") from None
        return stock(logical_id, {**properties, "Definition": definition}, stack_name)

    return create


def from_s3(location: str) -> str:
    """The text of `s3://bucket/key`. Raises ValueError where there is none."""
    bucket, _, key = location.removeprefix("s3://").partition("/")
    content = s3._get_object_data(bucket, key) if bucket and key else None
    if content is None:
        raise ValueError(f"The schema can't be read from {location!r}: there is no such object.")
    return bytes(content).decode()


def of_api(api_id: str) -> GraphQLSchema | None:
    """The schema that is in force."""
    definition = (appsync._schemas.get(api_id) or {}).get("definition")
    return built(definition) if definition else None


@functools.lru_cache(maxsize=32)
def built(definition: str) -> GraphQLSchema:
    """Raises BrokenSchemaError."""
    try:
        document = parse(definition)
        if own := [one.name.value for one in document.definitions if isinstance(one, ScalarTypeDefinitionNode)]:
            raise BrokenSchemaError(f"AppSync has no scalars but its own: {', '.join(own)}")
        schema = build_schema(APPSYNC_PRELUDE + definition)
    except GraphQLSyntaxError as error:
        raise BrokenSchemaError(f"{NOT_SDL} {error.message}") from None
    except (GraphQLError, TypeError) as error:
        raise BrokenSchemaError(str(getattr(error, "message", error))) from None
    wrong = [error.message for error in validate_schema(schema)] or [*wrong_subscriptions(schema)]
    if wrong:
        raise BrokenSchemaError("; ".join(wrong))
    scalars.add_to(schema)
    return schema


def wrong_subscriptions(schema: GraphQLSchema) -> Iterator[str]:
    """A subscription tells of mutations that exist and answer what it answers."""
    mutations = schema.mutation_type.fields if schema.mutation_type else {}
    fields = schema.subscription_type.fields if schema.subscription_type else {}
    for name, field in fields.items():
        for mutation in directives.mutations_told_by(field):
            if mutation not in mutations:
                yield f"The subscription {name} names a mutation that does not exist: {mutation}"
            elif mutations[mutation].type != field.type:
                yield f"The subscription {name} and the mutation {mutation} answer different types"


def _decoded(definition: str) -> str:
    """StartSchemaCreation sends a blob."""
    try:
        return base64.b64decode(definition, validate=True).decode()
    except (binascii.Error, ValueError):
        return definition
