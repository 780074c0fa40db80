"""The parameters of a template, and whether a value is one that CloudFormation would take."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

Declarations = Mapping[str, Mapping[str, Any]]
"""What a template declares of each parameter: Type, Default, AllowedPattern and so on."""


class InvalidParameter(Exception):
    """A parameter's value is missing or not allowed; the message names the parameter and what it must be."""


def checked(declarations: Declarations, given: Mapping[str, str], path: str) -> dict[str, str]:
    """Every declared parameter with its value, given or default. Raises InvalidParameter."""
    for name in given:
        if name not in declarations:
            known = ", ".join(sorted(declarations)) or "none"
            raise InvalidParameter(f"{path}: there is no parameter {name}; there are {known}")
    values = {}
    for name, declaration in declarations.items():
        value = given.get(name, declaration.get("Default"))
        if value is None:
            raise InvalidParameter(f"{path}: {name} has no default; give a value{_wanted(declaration)}")
        values[name] = str(value)
        for broken in _broken_constraints(declaration, values[name]):
            raise InvalidParameter(f"{path}: {name} is {values[name]!r}, but {broken}{_wanted(declaration)}")
    return values


def _broken_constraints(declaration: Mapping[str, Any], value: str) -> Iterator[str]:
    allowed = [str(one) for one in declaration.get("AllowedValues", ())]
    if allowed and value not in allowed:
        yield f"AllowedValues are {', '.join(allowed)}"
    if (pattern := declaration.get("AllowedPattern")) and not re.fullmatch(pattern, value):
        yield f"AllowedPattern is {pattern}"
    if len(value) < int(declaration.get("MinLength", 0)):
        yield f"MinLength is {declaration['MinLength']}"
    if "MaxLength" in declaration and len(value) > int(declaration["MaxLength"]):
        yield f"MaxLength is {declaration['MaxLength']}"
    if declaration.get("Type") == "Number":
        yield from _broken_bounds(declaration, value)


def _broken_bounds(declaration: Mapping[str, Any], value: str) -> Iterator[str]:
    try:
        number = Decimal(value)
    except InvalidOperation:
        yield "its Type is Number"
        return
    if "MinValue" in declaration and not number >= Decimal(str(declaration["MinValue"])):
        yield f"MinValue is {declaration['MinValue']}"
    if "MaxValue" in declaration and not number <= Decimal(str(declaration["MaxValue"])):
        yield f"MaxValue is {declaration['MaxValue']}"


def _wanted(declaration: Mapping[str, Any]) -> str:
    words = declaration.get("ConstraintDescription") or declaration.get("Description")
    return f": {words}" if words else ""
