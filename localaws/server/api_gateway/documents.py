"""An OpenAPI document as API Gateway takes it: Swagger 2.0 or OpenAPI 3.0, JSON or YAML, with the extensions known here.

What API Gateway would refuse is refused; so is what it can do and this embedded AWS can't. What it passes over in silence
(`servers`, tags, other people's extensions, **`security` of the whole document**) is passed over here too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

Json = dict[str, Any]

METHODS = ("get", "post", "put", "delete", "patch", "head", "options")
ANY_METHOD = "x-amazon-apigateway-any-method"
EXTENSION = "x-amazon-"
KNOWN_EXTENSIONS = {
    "of a document": {
        "x-amazon-apigateway-api-key-source",
        "x-amazon-apigateway-binary-media-types",
        "x-amazon-apigateway-documentation",
        "x-amazon-apigateway-gateway-responses",
        "x-amazon-apigateway-importexport-version",
        "x-amazon-apigateway-minimum-compression-size",
        "x-amazon-apigateway-policy",
        "x-amazon-apigateway-request-validator",
        "x-amazon-apigateway-request-validators",
    },
    "of a path": {ANY_METHOD},
    "of an operation": {
        "x-amazon-apigateway-auth",
        "x-amazon-apigateway-integration",
        "x-amazon-apigateway-request-validator",
    },
    "of a security scheme": {"x-amazon-apigateway-authorizer", "x-amazon-apigateway-authtype"},
}
SEGMENT = re.compile(r"[A-Za-z0-9._,:-]+|\{[A-Za-z0-9._-]+\+?\}")


class InvalidDocument(Exception):
    """The document can't be imported; the message is API Gateway's, where it is known."""


def found_on_import(error: str) -> InvalidDocument:
    """An error in a part of a document that could be read as a whole."""
    return InvalidDocument(f"Errors found during import:\n\t{error}")


def parsed(text: bytes) -> Json:
    """The document in a text of JSON or YAML."""
    try:
        document = json.loads(text) if text.lstrip().startswith(b"{") else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError):
        document = None
    if not isinstance(document, dict):
        raise InvalidDocument("Invalid OpenAPI input.")
    return document


def checked(document: Json) -> Json:
    """The document itself. Raises InvalidDocument for another version, and for extensions that nobody here knows."""
    is_swagger = str(document.get("swagger")) == "2.0"
    if not is_swagger and not re.fullmatch(r"3\.0\.\d+", str(document.get("openapi"))):
        raise InvalidDocument("Invalid OpenAPI input.")
    _only_known(document, "of a document")
    for path, item in paths(document):
        for segment in filter(None, path.split("/")):
            if not SEGMENT.fullmatch(segment):
                raise found_on_import(
                    f"Unable to create resource at path '{path}': Resource's path part only allow a-zA-Z0-9._-: "
                    "or a valid greedy path variable and curly braces at the beginning and the end."
                )
        _only_known(item, "of a path")
        for _, operation in operations(item):
            _only_known(operation, "of an operation")
    for scheme in security_schemes(document).values():
        _only_known(scheme, "of a security scheme")
    return document


def paths(document: Json) -> Iterator[tuple[str, Json]]:
    yield from (document.get("paths") or {}).items()


def operations(path_item: Json) -> Iterator[tuple[str, Json]]:
    """The operations of a path by API Gateway's names of their methods."""
    for name, operation in path_item.items():
        if name.lower() in METHODS:
            yield name.upper(), operation
        elif name == ANY_METHOD:
            yield "ANY", operation


def security_schemes(document: Json) -> dict[str, Json]:
    found = document.get("securityDefinitions") or (document.get("components") or {}).get("securitySchemes")
    return dict(found or {})


def schemas(document: Json) -> dict[str, Json]:
    return dict(document.get("definitions") or (document.get("components") or {}).get("schemas") or {})


def resolved(document: Json, part: Json) -> Json:
    """What a part of the document stands for, if it is a reference to another part."""
    reference = part.get("$ref")
    if reference is None:
        return part
    target: Any = document
    for name in str(reference).removeprefix("#/").split("/"):
        target = target.get(name) if isinstance(target, dict) else None
    if not isinstance(target, dict):
        raise found_on_import(f"Unable to resolve reference '{reference}'")
    return resolved(document, target)


def _only_known(part: Json, place: str) -> None:
    if unknown := {name for name in part if name.startswith(EXTENSION)} - KNOWN_EXTENSIONS[place]:
        raise found_on_import(f"This embedded AWS does not know the extensions {sorted(unknown)} {place}")
