"""What botocore's model of a value forbids about it, in the words that AWS uses for constraints.

Values are what JSON makes of a body, by the names that go over the wire. Other protocols' bodies are brought into that form
(`bodies`); what can't be, such as a number that isn't one, stays text and is a violation here.
"""

from __future__ import annotations

import base64
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

TIME_FORMATS = {
    "iso8601": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"),
    "rfc822": re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"),
}
EPOCH_SECONDS = "unixTimestamp"
"""A number; the format of times in JSON."""
TYPES: dict[str, Any] = {
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "string": (str,),
    "character": (str,),
    "blob": (str,),
    "list": (list,),
    "map": (dict,),
    "structure": (dict,),
}


def violations(shape: Any, value: Any, where: str, times: str = EPOCH_SECONDS) -> Iterator[str]:
    """`where` is a dotted path to the value, `times` the protocol's format of timestamps."""
    if shape.type_name == "timestamp":
        yield from _time_violations(shape, value, where, times)
    elif not isinstance(value, TYPES[shape.type_name]) or isinstance(value, bool) != (shape.type_name == "boolean"):
        yield f"{_complaint(where)} be of type {shape.type_name}"
    elif shape.type_name in ("structure", "list", "map"):
        yield from _violations_inside(shape, value, where, times)
    elif shape.type_name in ("string", "character"):
        yield from _text_violations(shape, value, where)
    elif shape.type_name == "blob":
        yield from _blob_violations(shape, value, where)
    elif shape.type_name != "boolean":
        yield from _range_violations(shape, value, "value", where)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a structure, with what is asked of it again and again."""

    shape: Any
    place: str
    """Its name in complaints."""
    is_required: bool


@functools.cache
def members(structure: Any) -> dict[str, Member]:
    """By their names in a body, which need not be the model's own."""
    required = structure.required_members
    return {
        wire_name(shape, name): Member(shape, name[:1].lower() + name[1:], name in required)
        for name, shape in structure.members.items()
    }


def wire_name(member: Any, name: str) -> str:
    """The name of a structure's member in a body; `name` is the model's own."""
    return str(member.serialization.get("name", name))


def below(where: str, place: str) -> str:
    return f"{where}.{place}" if where else place


def unpacked(value: str) -> bytes | None:
    """The bytes that are written as base64; None when they are not."""
    try:
        return base64.b64decode(value, validate=True)
    except ValueError:
        return None


def _violations_inside(shape: Any, value: Any, where: str, times: str) -> Iterator[str]:
    if shape.type_name == "structure":
        yield from _structure_violations(shape, value, where, times)
        return
    yield from _range_violations(shape, len(value), "length", where)
    if shape.type_name == "list":
        for number, item in enumerate(value, start=1):
            yield from violations(shape.member, item, f"{where}.{number}.member", times)
        return
    for key, item in value.items():
        yield from violations(shape.key, key, f"{where}.key", times)
        if item is not None:
            yield from violations(shape.value, item, f"{where}.value", times)


def _structure_violations(shape: Any, value: dict[str, Any], where: str, times: str) -> Iterator[str]:
    known = members(shape)
    for name in sorted(value.keys() - known.keys()):
        yield f"Unknown member '{below(where, name[:1].lower() + name[1:])}'"
    for name, member in known.items():
        if (found := value.get(name)) is not None:
            yield from violations(member.shape, found, below(where, member.place), times)
        elif member.is_required:
            yield f"Value null at '{below(where, member.place)}' failed to satisfy constraint: Member must not be null"


def _range_violations(shape: Any, size: float, measure: str, where: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low:
        yield f"{_complaint(where)} have {measure} greater than or equal to {low}"
    if high is not None and size > high:
        yield f"{_complaint(where)} have {measure} less than or equal to {high}"


def _text_violations(shape: Any, value: str, where: str) -> Iterator[str]:
    yield from _range_violations(shape, len(value), "length", where)
    pattern = shape.metadata.get("pattern")
    if pattern and (compiled := _compiled(pattern)) and not compiled.fullmatch(value):
        yield f"{_complaint(where)} satisfy the pattern {pattern}"
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        yield f"{_complaint(where)} satisfy enum value set: {allowed}"


def _blob_violations(shape: Any, value: str, where: str) -> Iterator[str]:
    content = unpacked(value)
    if content is None:
        yield f"{_complaint(where)} be base64"
    else:
        yield from _range_violations(shape, len(content), "length", where)


def _time_violations(shape: Any, value: Any, where: str, times: str) -> Iterator[str]:
    wanted = shape.serialization.get("timestampFormat", times)
    if wanted == EPOCH_SECONDS:
        fits = isinstance(value, int | float) and not isinstance(value, bool)
    else:
        fits = isinstance(value, str) and TIME_FORMATS[wanted].fullmatch(value) is not None
    if not fits:
        yield f"{_complaint(where)} be a timestamp in the format {wanted}"


def _complaint(where: str) -> str:
    return f"Value at '{where}' failed to satisfy constraint: Member must"


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """The model's patterns are Java's; of what Python lacks they mostly use the classes of letters, separators and numbers.

    None for the few that use others: they are not checked.
    """
    for java, python in ((r"\p{L}", r"\w"), (r"\p{N}", r"\d"), (r"\p{Z}", r"\s"), (r"\p{IsDigit}", r"\d")):
        pattern = pattern.replace(java, python)
    try:
        return re.compile(pattern)
    except re.error:
        return None
