"""The schemas of a document become models: JSON Schema draft 4, under names of letters and digits alone.

Words of OpenAPI and of later drafts that draft 4 does not have are dropped without a word, and so are those that API
Gateway's guide lists as lost on import: `minItems`, `maxItems`, `exclusiveMinimum`, `exclusiveMaximum`. A model may
therefore be laxer than its schema.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ministack.core.responses import new_uuid
from ministack.services import apigateway_v1

from localaws.server.api_gateway import documents
from localaws.server.api_gateway.documents import Json, found_on_import
from localaws.server.seams import wrap

SCHEMAS = ("#/components/schemas/", "#/definitions/")
PLAIN = frozenset(
    {
        "title",
        "description",
        "enum",
        "format",
        "maxLength",
        "maxProperties",
        "maximum",
        "minLength",
        "minProperties",
        "minimum",
        "multipleOf",
        "pattern",
        "required",
        "type",
        "uniqueItems",
    }
)
HOLDING_ONE = frozenset({"not", "items", "additionalProperties", "additionalItems"})
HOLDING_MANY = frozenset({"allOf", "anyOf", "oneOf"})
HOLDING_NAMED = frozenset({"properties", "patternProperties"})
TYPES = ("object", "array", "string", "boolean", "null", "integer", "number")


def install() -> None:
    wrap(apigateway_v1, "_create_model", if_it_is_one)


def import_models(api_id: str, document: Json) -> None:
    for name, schema in documents.schemas(document).items():
        create(api_id, name, draft_4(api_id, document, schema, name))


def model_for(api_id: str, document: Json, schema: Json) -> str:
    """The name of the model that a request body's schema refers to, or of a new one made from it."""
    reference = str(schema.get("$ref", ""))
    for prefix in SCHEMAS:
        if reference.startswith(prefix):
            documents.resolved(document, schema)
            return reference.removeprefix(prefix)
    name = f"MODEL{new_uuid()[:6]}"
    create(api_id, name, draft_4(api_id, document, schema, name))
    return name


def create(api_id: str, name: str, schema: Json) -> None:
    status, _, body = apigateway_v1._create_model(api_id, {"name": name, "schema": json.dumps(schema)})
    if status >= 400:
        raise found_on_import(f"Unable to create model for '{name}': {json.loads(body)['message']}")


def draft_4(api_id: str, document: Json, schema: Any, place: str) -> Any:
    """A schema of OpenAPI as the draft-4 schema that API Gateway makes of it; `place` says where it is, for errors."""
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": _model_url(api_id, document, schema)}
    if "type" in schema and schema["type"] not in TYPES:
        raise found_on_import(f"Unable to create model for '{place}': attribute type is not one of {', '.join(TYPES)}")
    converted = {name: value for name, value in schema.items() if name in PLAIN}
    for name, value in schema.items():
        inside = f"{place}.{name}"
        if name in HOLDING_ONE:
            converted[name] = draft_4(api_id, document, value, inside)
        elif name in HOLDING_MANY:
            converted[name] = [draft_4(api_id, document, each, inside) for each in value]
        elif name in HOLDING_NAMED:
            converted[name] = {key: draft_4(api_id, document, each, f"{inside}.{key}") for key, each in value.items()}
    return converted


def _model_url(api_id: str, document: Json, schema: Json) -> str:
    """How a model refers to another one of its API."""
    reference = str(schema["$ref"])
    for prefix in SCHEMAS:
        if reference.startswith(prefix):
            documents.resolved(document, schema)
            return f"https://apigateway.amazonaws.com/restapis/{api_id}/models/{reference.removeprefix(prefix)}"
    raise found_on_import(f"Unable to resolve reference '{reference}'")


def if_it_is_one(stock: Any) -> Any:
    def create_model(api_id: str, data: Json) -> Any:
        name = data.get("name", "")
        if not re.fullmatch(r"[A-Za-z0-9]+", name):
            return _refused(f"Model name must be alphanumeric: {name}")
        schema = data.get("schema")
        try:
            document = json.loads(schema) if isinstance(schema, str) and schema else schema
        except ValueError:
            document = None
        if schema and not isinstance(document, dict):
            return _refused(
                "Invalid model specified: Validation Result: warnings : [], errors : [Invalid model schema specified]"
            )
        return stock(api_id, data)

    return create_model


def _refused(message: str) -> Any:
    return apigateway_v1._v1_error("BadRequestException", message, 400)
