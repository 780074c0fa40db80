"""A JSON Schema of the contract as a model of API Gateway: draft 4, plain keywords, never stricter.

What draft 4 can't say, and what AWS's importer loses or counts otherwise, is left out: the function checks it. Lengths are
left out because Java counts UTF-16 units where JSON Schema counts characters.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

KEPT = ("pattern", "minimum", "maximum", "minProperties", "maxProperties")
"""Keywords that mean the same in both."""


def model(schema: Schema, schemas: dict[str, Schema]) -> Schema:
    """The model of a schema, whose references are looked up in `schemas` and written out."""
    schema = _resolved(schema, schemas)
    made: Schema = {key: schema[key] for key in KEPT if key in schema}
    if isinstance(schema.get("type"), str):
        made["type"] = schema["type"]
    if "const" in schema:
        made["enum"] = [schema["const"]]
    if "enum" in schema and None not in schema["enum"]:
        made["enum"] = schema["enum"]
    if schema.get("required"):
        made["required"] = schema["required"]
    if "properties" in schema:
        made["properties"] = {name: model(one, schemas) for name, one in schema["properties"].items()}
    if "items" in schema:
        made["items"] = model(schema["items"], schemas)
    match schema.get("additionalProperties"):
        case False:
            made["additionalProperties"] = False
        case dict() as one:
            made["additionalProperties"] = model(one, schemas)
    return made


def weakened(schema: Schema, schemas: dict[str, Schema], at: str = "") -> list[str]:
    """Where, and by which keyword, a model lets more pass than the schema: JSON pointers."""
    schema = _resolved(schema, schemas)
    said = {key for key in schema if key not in _ANNOTATIONS}
    lost = [f"{at}/{key}" for key in sorted(said - set(model(schema, schemas)) - {"const"})]
    nested = [(f"{at}/properties/{name}", one) for name, one in schema.get("properties", {}).items()]
    nested += [
        (f"{at}/{key}", schema[key]) for key in ("items", "additionalProperties") if isinstance(schema.get(key), dict)
    ]
    return lost + [pointer for place, one in nested for pointer in weakened(one, schemas, place)]


_ANNOTATIONS = frozenset({"description", "default", "title", "format", "example", "examples"})


def _resolved(schema: Schema, schemas: dict[str, Schema]) -> Schema:
    if "$ref" not in schema:
        return schema
    beside = {key: value for key, value in schema.items() if key != "$ref"}
    return {**_resolved(schemas[schema["$ref"].rsplit("/", 1)[1]], schemas), **beside}
