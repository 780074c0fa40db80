"""JSON Schema, draft 2020-12, as far as parameters of extensions need it.

A closed subset of our own rather than a library: it names every complaint by its place, adds no package to the layer, and a
schema that goes beyond it is refused when the catalogue is built (`unknown_keywords`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any

Schema = Mapping[str, Any]

_SHOWN = 60
"""Characters of a wrong value that a message repeats."""
_ANNOTATIONS = frozenset({"$schema", "$comment", "title", "description", "default", "examples"})
_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: not isinstance(value, bool) and (isinstance(value, int) or _is_whole(value)),
}


def complaints(value: Any, schema: Schema, place: str) -> Iterator[str]:
    """What is wrong with a value, each beginning with where: `Rules[2].status`."""
    if "type" in schema and not any(_TYPES[name](value) for name in _list_of(schema["type"])):
        yield f"{place}: {_shown(value)} is of the wrong type; give {' or '.join(_list_of(schema['type']))}"
        return
    for keyword, argument in schema.items():
        if check := _CHECKS.get(keyword):
            yield from check(value, argument, place, schema)


def unknown_keywords(schema: object, place: str) -> Iterator[str]:
    """Where a schema says what `complaints` would not look at."""
    if not isinstance(schema, dict):
        yield f"{place}: give a schema as an object"
        return
    for keyword, argument in schema.items():
        if keyword not in _CHECKS and keyword not in _ANNOTATIONS and keyword != "type":
            yield f"{place}.{keyword}: this keyword is not read; use {', '.join(sorted([*_CHECKS, 'type']))}"
        elif keyword == "type":
            yield from (f"{place}.type: there is no type {name!r}" for name in _list_of(argument) if name not in _TYPES)
        elif keyword == "properties":
            for name, below in argument.items():
                yield from unknown_keywords(below, f"{place}.properties.{name}")
        elif keyword in ("items", "propertyNames") or (
            keyword == "additionalProperties" and argument not in (True, False)
        ):
            yield from unknown_keywords(argument, f"{place}.{keyword}")
        elif keyword in ("anyOf", "oneOf"):
            for number, below in enumerate(argument):
                yield from unknown_keywords(below, f"{place}.{keyword}[{number}]")


def _properties(value: Any, properties: Mapping[str, Schema], place: str, schema: Schema) -> Iterator[str]:
    if isinstance(value, dict):
        for name in value.keys() & properties:
            yield from complaints(value[name], properties[name], f"{place}.{name}")


def _additional(value: Any, additional: Schema | bool, place: str, schema: Schema) -> Iterator[str]:
    if not isinstance(value, dict) or additional is True:
        return
    known = schema.get("properties", {})
    for name in value.keys() - known:
        if additional is False:
            yield f"{place}.{name}: there is no such field; the fields are {', '.join(sorted(known))}"
        else:
            yield from complaints(value[name], additional, f"{place}.{name}")


def _required(value: Any, names: list[str], place: str, schema: Schema) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (f"{place}.{name}: it is missing" for name in names if name not in value)


def _names(value: Any, names: Schema, place: str, schema: Schema) -> Iterator[str]:
    if isinstance(value, dict):
        yield from chain.from_iterable(complaints(name, names, f"{place}, the field {_shown(name)}") for name in value)


def _items(value: Any, items: Schema, place: str, schema: Schema) -> Iterator[str]:
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from complaints(one, items, f"{place}[{number}]")


def _unique(value: Any, wanted: bool, place: str, schema: Schema) -> Iterator[str]:
    if wanted and isinstance(value, list) and len({_written(one) for one in value}) < len(value):
        yield f"{place}: something is in it twice; leave one out"


def _enumerated(value: Any, allowed: list[Any], place: str, schema: Schema) -> Iterator[str]:
    if _written(value) not in {_written(one) for one in allowed}:
        yield f"{place}: {_shown(value)} is not possible; give one of {', '.join(map(_shown, allowed))}"


def _constant(value: Any, constant: Any, place: str, schema: Schema) -> Iterator[str]:
    yield from _enumerated(value, [constant], place, schema)


def _pattern(value: Any, pattern: str, place: str, schema: Schema) -> Iterator[str]:
    if isinstance(value, str) and not re.search(pattern, value):
        yield f"{place}: {_shown(value)} does not look right; give what matches {pattern}"


def _any_of(value: Any, schemas: list[Schema], place: str, schema: Schema) -> Iterator[str]:
    found = [list(complaints(value, one, place)) for one in schemas]
    if all(found):
        yield f"{place}: {_shown(value)} is none of what is possible ({'; or '.join(one[0] for one in found)})"


def _one_of(value: Any, schemas: list[Schema], place: str, schema: Schema) -> Iterator[str]:
    yield from _any_of(value, schemas, place, schema)
    if sum(not any(complaints(value, one, place)) for one in schemas) > 1:
        yield f"{place}: {_shown(value)} is more than one of what is possible; say which"


def _size(type_: type, unit: str, *, least: bool) -> Callable[[Any, int, str, Schema], Iterator[str]]:
    def check(value: Any, bound: int, place: str, schema: Schema) -> Iterator[str]:
        if isinstance(value, type_) and (len(value) < bound if least else len(value) > bound):  # type: ignore[arg-type]
            yield f"{place}: {len(value)} {unit}; give at {'least' if least else 'most'} {bound}"  # type: ignore[arg-type]

    return check


def _minimum(value: Any, least: float, place: str, schema: Schema) -> Iterator[str]:
    if _TYPES["number"](value) and value < least:
        yield f"{place}: {_shown(value)} is too small; give at least {least}"


def _maximum(value: Any, most: float, place: str, schema: Schema) -> Iterator[str]:
    if _TYPES["number"](value) and value > most:
        yield f"{place}: {_shown(value)} is too large; give at most {most}"


_CHECKS: Mapping[str, Callable[[Any, Any, str, Schema], Iterator[str]]] = {
    "additionalProperties": _additional,
    "anyOf": _any_of,
    "const": _constant,
    "enum": _enumerated,
    "items": _items,
    "maximum": _maximum,
    "maxItems": _size(list, "entries", least=False),
    "maxLength": _size(str, "characters", least=False),
    "maxProperties": _size(dict, "fields", least=False),
    "minimum": _minimum,
    "minItems": _size(list, "entries", least=True),
    "minLength": _size(str, "characters", least=True),
    "minProperties": _size(dict, "fields", least=True),
    "oneOf": _one_of,
    "pattern": _pattern,
    "properties": _properties,
    "propertyNames": _names,
    "required": _required,
    "uniqueItems": _unique,
}


def _is_whole(value: Any) -> bool:
    return isinstance(value, float) and value.is_integer()


def _written(value: Any) -> str:
    """Equal for what JSON Schema calls equal, and hashable."""
    return json.dumps(int(value) if _is_whole(value) else value, sort_keys=True)


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _list_of(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names
