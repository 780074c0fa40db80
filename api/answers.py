"""JSON Schema (2020-12) of what operations answer, from their TypedDicts; a member's docstring is its description."""

from __future__ import annotations

import ast
import inspect
import itertools
import sys
import textwrap
import types
import typing
from enum import Enum
from typing import (
    Any,
    Literal,
    NotRequired,
    Required,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

Schema = dict[str, Any]

_PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    Any: {},
    object: {},
}


class Answers:
    """Collects the named schemas that those of the operations refer to."""

    def __init__(self) -> None:
        self.schemas: dict[str, Schema] = {}

    def schema(self, annotation: Any) -> Schema:
        return self._schema(annotation, {})

    def _schema(self, annotation: Any, bound: dict[Any, Any]) -> Schema:
        annotation = bound.get(annotation, annotation) if isinstance(annotation, TypeVar) else annotation
        if annotation in _PLAIN:
            return dict(_PLAIN[annotation])
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin in (Union, types.UnionType):
            return _either([self._schema(one, bound) for one in arguments])
        if origin in (NotRequired, Required):
            return self._schema(arguments[0], bound)
        if origin is Literal:
            return {"enum": list(arguments)}
        if origin in (list, tuple) or annotation in (list, tuple):
            return {"type": "array", "items": self._schema(arguments[0], bound) if arguments else {}}
        if is_typeddict(origin or annotation):
            return self._reference(origin or annotation, arguments, bound)
        if inspect.isclass(origin or annotation) and issubclass(origin or annotation, typing.Mapping):
            return {"type": "object", "additionalProperties": self._schema(arguments[1], bound) if arguments else True}
        if inspect.isclass(annotation) and issubclass(annotation, Enum):
            return {"type": "string", "enum": [str(member.value) for member in annotation]}
        raise TypeError(f"no schema is known for {annotation!r}")

    def _reference(self, document: Any, arguments: tuple[Any, ...], bound: dict[Any, Any]) -> Schema:
        resolved = tuple(bound.get(one, one) for one in arguments)
        name = "".join(_name(one) for one in resolved) + _name(document)
        if name not in self.schemas:
            self.schemas[name] = {}
            parameters = dict(zip(getattr(document, "__parameters__", ()), resolved, strict=True))
            self.schemas[name] = self._object(document, parameters)
        return {"$ref": f"#/components/schemas/{name}"}

    def _object(self, document: Any, bound: dict[Any, Any]) -> Schema:
        descriptions = _descriptions(document)
        properties, required = {}, []
        for member, annotation in get_type_hints(document, include_extras=True).items():
            described = {"description": descriptions[member]} if member in descriptions else {}
            properties[member] = {**self._schema(annotation, bound), **described}
            # Python itself does not see NotRequired where annotations are texts.
            if get_origin(annotation) is not NotRequired:
                required.append(member)
        schema: Schema = {"type": "object", "properties": properties, "required": sorted(required)}
        if document.__doc__ and not document.__doc__.startswith("dict("):
            schema["description"] = inspect.cleandoc(document.__doc__).replace("\n", " ")
        return schema


def _name(document: Any) -> str:
    return str(document.__name__).removesuffix("Document").removesuffix("Json")


def _either(schemas: list[Schema]) -> Schema:
    """`type: [string, "null"]` where that says it, else `anyOf`."""
    if all(set(schema) == {"type"} for schema in schemas):
        return {"type": [schema["type"] for schema in schemas]}
    return {"anyOf": schemas}


def _descriptions(document: Any) -> dict[str, str]:
    """The text below each member, of the class and of those it inherits from, which Python itself forgets of a TypedDict."""
    try:
        source = inspect.getsource(document)
    except OSError:
        # Made by a call, for a member whose name is a word of Python's.
        return {}
    found: dict[str, str] = {}
    definition = ast.parse(textwrap.dedent(source)).body[0]
    for base in definition.bases:  # type: ignore[attr-defined]
        above = getattr(sys.modules[document.__module__], getattr(base, "id", ""), None)
        if is_typeddict(above):
            found |= _descriptions(above)
    for pair in itertools.pairwise(definition.body):  # type: ignore[attr-defined]
        match pair:
            case ast.AnnAssign(target=ast.Name(member)), ast.Expr(ast.Constant(str(text))):
                found[member] = " ".join(text.split()).replace("None", "null")
    return found
