"""What the catalogue says of each extension: read from `catalog.json`, which `python -m extensions.catalog` writes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

from cloudfront_extensions.errors import CatalogDamaged, ExtensionNotFound
from cloudfront_extensions.extensions.formats import Format


class Kind(StrEnum):
    CLOUDFRONT_FUNCTION = "cloudfront-function"
    LAMBDA_EDGE = "lambda-edge"
    TEMPLATE = "template"
    """No function: resources that are used beside a distribution, such as a web ACL."""


class Packaging(StrEnum):
    INLINE = "inline"
    """The code stands in the template."""
    ZIP = "zip"
    """The code has dependencies, and is built and uploaded before the template can be deployed."""


class ParameterType(StrEnum):
    STRING = "String"
    NUMBER = "Number"


@dataclass(frozen=True, slots=True)
class Constraints:
    """What a parameter's value must be. All but `format` and `schema` is checked by CloudFormation, too."""

    allowed_values: tuple[str, ...] = ()
    """Empty: any."""
    allowed_pattern: str | None = None
    """Of the whole value."""
    min_length: int | None = None
    max_length: int | None = None
    min_value: float | None = None
    max_value: float | None = None
    format: Format | None = None
    schema: Mapping[str, Any] | None = None
    """JSON Schema of a value that is JSON, in the subset of `json_schema`."""
    description: str | None = None
    """What is right, in words."""


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    type: ParameterType
    description: str
    default: str | None
    """None: it must be given."""
    constraints: Constraints


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file below the folder `extensions`, with what it is recognised by."""

    file: str
    hash: str
    """SHA-256, in hex."""
    bytes: int


@dataclass(frozen=True, slots=True)
class SourceFile(StoredFile):
    """The code for an event."""

    placeholders: tuple[str, ...]
    """The parameters whose values stand in the code, in base64, as often as they do."""

    def bytes_with(self, values: Mapping[str, str]) -> int:
        """Of the code with the values of its parameters in it."""
        return self.bytes + sum(
            _base64_length(len(values[name].encode())) - len(f"${{{name}}}") for name in self.placeholders
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """An extension of the catalogue."""

    name: str
    title: str
    description: str
    kind: Kind
    packaging: Packaging
    event_types: tuple[str, ...]
    """viewer-request and so on, in the order in which CloudFront runs them."""
    parameters: tuple[Parameter, ...]
    key_value_store: bool
    """Whether the stack makes a KeyValueStore, which begins empty."""
    version: str
    content_hash: str
    """Changes whenever the template or the code does."""
    template: StoredFile
    code: Mapping[str, SourceFile]
    """By event."""
    docs: str
    labels: tuple[str, ...]


Catalogue = Mapping[str, Entry]
"""Entries by name, in their order."""


def parse_catalogue(text: str) -> Catalogue:
    """Raises CatalogDamaged."""
    try:
        return {document["name"]: _entry(document) for document in json.loads(text)["extensions"]}
    except (ValueError, KeyError, TypeError) as error:
        raise CatalogDamaged(f"catalog.json: it can't be read: {error!r}") from error


def entry_of(catalogue: Catalogue, name: str) -> Entry:
    """Raises ExtensionNotFound."""
    if entry := catalogue.get(name):
        return entry
    raise ExtensionNotFound(f"extension: there is no {name!r}; the catalogue has {', '.join(sorted(catalogue))}")


def template_of(entry: Entry, folder: Path) -> str:
    """The template that the entry speaks of, from the folder in the layer. Raises CatalogDamaged."""
    path = folder / "templates" / f"{entry.template.hash}.yaml"
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise CatalogDamaged(f"{entry.name}: its template {path.name} is not there") from error
    if sha256(content).hexdigest() != entry.template.hash:
        raise CatalogDamaged(f"{entry.name}: its template {path.name} is not what its name says")
    return content.decode()


def _entry(document: Mapping[str, Any]) -> Entry:
    return Entry(
        name=document["name"],
        title=document["title"],
        description=document["description"],
        kind=Kind(document["kind"]),
        packaging=Packaging(document["packaging"]),
        event_types=tuple(document["eventTypes"]),
        parameters=tuple(parse_parameter(parameter) for parameter in document["parameters"]),
        key_value_store=document["keyValueStore"],
        version=document["version"],
        content_hash=document["contentHash"],
        template=StoredFile(**document["template"]),
        code={
            event: SourceFile(**{**file, "placeholders": tuple(file["placeholders"])})
            for event, file in document["code"].items()
        },
        docs=document["docs"],
        labels=tuple(document["labels"]),
    )


def parse_parameter(document: Mapping[str, Any]) -> Parameter:
    """Raises KeyError, ValueError, TypeError."""
    return Parameter(
        name=document["name"],
        type=ParameterType(document["type"]),
        description=document["description"],
        default=document.get("default"),
        constraints=_constraints(document["constraints"]),
    )


def _constraints(document: Mapping[str, Any]) -> Constraints:
    return Constraints(
        allowed_values=tuple(document.get("allowedValues", ())),
        allowed_pattern=document.get("allowedPattern"),
        min_length=document.get("minLength"),
        max_length=document.get("maxLength"),
        min_value=document.get("minValue"),
        max_value=document.get("maxValue"),
        format=Format(document["format"]) if "format" in document else None,
        schema=document.get("schema"),
        description=document.get("description"),
    )


def _base64_length(length: int) -> int:
    return -(-length // 3) * 4
