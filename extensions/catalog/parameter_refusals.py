"""What is refused of the parameters of an extension."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cloudfront_extensions.extensions import json_schema, parameters
from cloudfront_extensions.extensions.catalogue import Parameter, ParameterType, parse_parameter
from cloudfront_extensions.extensions.formats import Format
from extensions.catalog.entries import parameter_document
from extensions.catalog.folders import Extension
from extensions.catalog.refusal import Refusal

_CARRIES_SECRET = re.compile(r"secret|password|key", re.IGNORECASE)
_NAMES_SOMETHING = re.compile(r"(Arn|Name|Prefix|Seconds)$")
"""A parameter that says where a secret lies, or how long it is kept, carries none."""


def refusals(extension: Extension) -> Iterator[Refusal]:
    template = extension.template
    for section in ("Formats", "Schemas"):
        for name in template.section("Metadata", "CloudFrontExtensions", section).keys() - template.section(
            "Parameters"
        ):
            line = template.line("Metadata", "CloudFrontExtensions", section, name)
            yield Refusal(template.path, line, f"{section}: there is no parameter {name}")
    for name, document in template.section("Parameters").items():
        line = template.line("Parameters", name)
        yield from (
            Refusal(template.path, line, f"{name}: {wrong}") for wrong in _of_parameter(extension, name, document)
        )


def _of_parameter(extension: Extension, name: str, document: Mapping[str, Any]) -> Iterator[str]:
    if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name):
        yield "its name is not in PascalCase"
    if not document.get("Description"):
        yield "it has no Description"
    if document.get("NoEcho") or (_CARRIES_SECRET.search(name) and not _NAMES_SOMETHING.search(name)):
        yield "a secret is no parameter: take a KeyValueStore, or the ARN of a secret in Secrets Manager"
    if document.get("Type") not in tuple(ParameterType):
        yield f"its Type is {document.get('Type')}; use {' or '.join(ParameterType)}"
        return
    if (format_ := _format(extension, name)) is not None and format_ not in tuple(Format):
        yield f"there is no format {format_}; use one of {', '.join(Format)}"
        return
    yield from _of_value(parse_parameter(parameter_document(extension, name)))


def _of_value(parameter: Parameter) -> Iterator[str]:
    constraints = parameter.constraints
    if (constraints.allowed_pattern or constraints.format) and not constraints.description:
        yield "it has an AllowedPattern or a format, and no ConstraintDescription says what to give"
    if constraints.schema is not None:
        yield from json_schema.unknown_keywords(constraints.schema, "its schema")
        if constraints.format is None or not constraints.format.is_json:
            yield "it has a schema; its format must be json-array or json-object"
            return
    try:
        re.compile(constraints.allowed_pattern or "")
    except re.error as error:
        yield f"its AllowedPattern is no regular expression: {error}"
        return
    if parameter.default is not None:
        yield from parameters.complaints(parameter, parameter.default, "its Default")


def _format(extension: Extension, name: str) -> object:
    return extension.template.section("Metadata", "CloudFrontExtensions", "Formats").get(name)
