"""What somebody gives for the parameters of an extension: checked, and written as CloudFormation takes it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.extensions import formats, json_schema
from cloudfront_extensions.extensions.catalogue import Constraints, Entry, Kind, Parameter, ParameterType
from cloudfront_extensions.extensions.formats import Format
from cloudfront_extensions.fields import described, is_well_formed

MAXIMUM_VALUE_BYTES = 4096
"""Of a template's parameter (quotas of CloudFormation)."""
MAXIMUM_FUNCTION_BYTES = 10_240
"""Of the code of a CloudFront Function, with the values of its parameters in it (quotas of CloudFront)."""


@dataclass(frozen=True, slots=True)
class ParameterChange:
    """A parameter that is asked for otherwise than it is deployed. None: it is not there."""

    name: str
    before: str | None
    after: str | None


def checked_parameters(entry: Entry, given: Mapping[str, object]) -> dict[str, str]:
    """Every parameter of the extension with its value, given or default, as a stack takes it.

    A number, a switch, a list or a structure may be given as JSON has it instead of as text. Raises InvalidInput, which names
    everything that is wrong, one a line.
    """
    known = {parameter.name for parameter in entry.parameters}
    wrong = [
        f"parameters.{name}: {entry.name} has no such parameter; it has {', '.join(sorted(known)) or 'none'}"
        for name in sorted(given.keys() - known)
    ]
    values: dict[str, str] = {}
    for parameter in entry.parameters:
        value = given.get(parameter.name, parameter.default)
        text = _as_text(value, parameter.constraints.format)
        if text is None:
            wrong.append(f"parameters.{parameter.name}: {described(value)}; give {_wanted(parameter)}")
        else:
            wrong += complaints(parameter, text, f"parameters.{parameter.name}")
            values[parameter.name] = text
    wrong = wrong or list(_about_size(entry, values))
    if wrong:
        raise InvalidInput("\n".join(wrong))
    return values


def parameter_changes(deployed: Mapping[str, str], asked: Mapping[str, str]) -> tuple[ParameterChange, ...]:
    """In what the parameters of a deployment differ from those that are asked for, by name."""
    return tuple(
        ParameterChange(name, deployed.get(name), asked.get(name))
        for name in sorted(deployed.keys() | asked.keys())
        if deployed.get(name) != asked.get(name)
    )


def complaints(parameter: Parameter, value: str, place: str) -> Iterator[str]:
    """What is wrong with a value, each beginning with its place: first what CloudFormation would say, then what it can't."""
    of_cloudformation = [f"{place}: {complaint}" for complaint in _of_cloudformation(parameter, value)]
    yield from of_cloudformation
    format_ = parameter.constraints.format
    if of_cloudformation or format_ is None or (not value and parameter.default == ""):
        return
    of_format = list(formats.complaints(value, format_, place))
    yield from of_format
    if parameter.constraints.schema is not None and not of_format:
        yield from json_schema.complaints(formats.parsed_json(value), parameter.constraints.schema, place)


def _of_cloudformation(parameter: Parameter, value: str) -> Iterator[str]:
    constraints = parameter.constraints
    if not is_well_formed(value):
        yield "it has half of a surrogate pair; give text"
    elif len(value.encode()) > MAXIMUM_VALUE_BYTES:
        yield f"it has more than {MAXIMUM_VALUE_BYTES:,} bytes, and CloudFormation takes no more; give less"
    elif constraints.allowed_values and value not in constraints.allowed_values:
        yield f"{described(value)} is not possible; give one of {', '.join(constraints.allowed_values)}"
    elif parameter.type is ParameterType.NUMBER:
        yield from _of_number(constraints, value)
    elif constraints.allowed_pattern is not None and not re.fullmatch(constraints.allowed_pattern, value):
        yield f"{described(value)} does not look right; give {_wanted(parameter)}"
    elif constraints.max_length is not None and len(value) > constraints.max_length:
        yield f"it has {len(value)} characters; give at most {constraints.max_length}"
    elif constraints.min_length is not None and len(value) < constraints.min_length:
        yield f"it has {len(value)} characters; give at least {constraints.min_length}"


def _of_number(constraints: Constraints, value: str) -> Iterator[str]:
    try:
        number = Decimal(value)
    except InvalidOperation:
        yield f"{described(value)} is no number; give a number"
        return
    if not number.is_finite():
        yield f"{described(value)} is no number; give a number"
    elif constraints.min_value is not None and number < Decimal(str(constraints.min_value)):
        yield f"{value} is too small; give at least {constraints.min_value:g}"
    elif constraints.max_value is not None and number > Decimal(str(constraints.max_value)):
        yield f"{value} is too large; give at most {constraints.max_value:g}"


def _about_size(entry: Entry, values: Mapping[str, str]) -> Iterator[str]:
    if entry.kind is not Kind.CLOUDFRONT_FUNCTION:
        return
    for event, code in entry.code.items():
        if (size := code.bytes_with(values)) > MAXIMUM_FUNCTION_BYTES:
            longest = max(code.placeholders, key=lambda name: len(values[name]))
            yield (
                f"parameters.{longest}: with it the code for {event} has {size:,} bytes, and CloudFront takes "
                f"{MAXIMUM_FUNCTION_BYTES:,}; give a shorter one"
            )


def _as_text(value: object, format_: Format | None) -> str | None:
    """None for what no parameter is: nothing, or a structure where text is wanted."""
    if isinstance(value, str):
        is_list = format_ is not None and format_.is_list
        return ",".join(entry.strip() for entry in value.split(",")) if is_list else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if format_ is not None and format_.is_list and isinstance(value, list):
        return ",".join(str(entry).strip() for entry in value)
    if format_ is not None and format_.is_json and isinstance(value, dict | list):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return None


def _wanted(parameter: Parameter) -> str:
    """What to give, in the words of the template."""
    words = parameter.constraints.description or parameter.description
    return f"what the parameter wants: {words.rstrip('.')}"
