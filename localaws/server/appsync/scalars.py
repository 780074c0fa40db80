"""AppSync's own scalars, which MiniStack declares and never looks at.

A value that is none is refused on its way in, as an argument or variable, and on its way out, as a function's answer.
Source: "Scalar types in GraphQL" in AppSync's guide.
"""

from __future__ import annotations

import datetime
import ipaddress
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from graphql import GraphQLError, GraphQLSchema

Check = Callable[[str], object]
"""Raises ValueError for a text that is no value of the scalar."""

DATE = re.compile(r"(?P<date>\d{4}-\d{2}-\d{2})(?P<offset>Z|[+-]\d{2}:\d{2}(:\d{2})?)?")
TIME = re.compile(r"(?P<time>\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?)(?P<offset>Z|[+-]\d{2}:\d{2}(:\d{2})?)?")
EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")
PHONE = re.compile(r"\+?[\d\s().-]*\d[\d\s().-]*")
LARGEST_TIMESTAMP = 2**63 - 1


def add_to(schema: GraphQLSchema) -> None:
    """Give the declared scalars of a schema their values."""
    for name, check in TEXTS.items():
        coerce = text_of(name, check)
        schema.type_map[name].parse_value = schema.type_map[name].serialize = coerce
    timestamp, document = schema.type_map["AWSTimestamp"], schema.type_map["AWSJSON"]
    timestamp.parse_value = timestamp.serialize = seconds
    document.parse_value, document.serialize = parsed_json, json_text


def text_of(name: str, check: Check) -> Callable[[Any], str]:
    def coerce(value: Any) -> str:
        try:
            if not isinstance(value, str):
                raise ValueError
            check(value)
        except ValueError:
            raise not_a(name, value) from None
        return value

    return coerce


def not_a(name: str, value: Any) -> GraphQLError:
    return GraphQLError(f"Unable to serialize `{value}` as a valid {name.removeprefix('AWS')} Object.")


def date(text: str) -> None:
    found = _whole(DATE, text)
    datetime.date.fromisoformat(found["date"])
    offset(found["offset"])


def time(text: str) -> None:
    found = _whole(TIME, text)
    datetime.time.fromisoformat(found["time"][:15])
    offset(found["offset"])


def date_time(text: str) -> None:
    day, _, moment = text.partition("T")
    if _whole(DATE, day)["offset"] or not _whole(TIME, moment)["offset"]:
        raise ValueError
    date(day)
    time(moment)


def offset(text: str | None) -> None:
    if text and text != "Z" and max(map(int, text[1:].split(":")[1:])) > 59:
        raise ValueError


def email(text: str) -> None:
    _whole(EMAIL, text)


def url(text: str) -> None:
    if not urlsplit(text).scheme or not urlsplit(text).netloc:
        raise ValueError


def phone(text: str) -> None:
    _whole(PHONE, text)


def address(text: str) -> None:
    ipaddress.ip_interface(text)


def _whole(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    found = pattern.fullmatch(text)
    if found is None:
        raise ValueError
    return found


TEXTS: dict[str, Check] = {
    "AWSDate": date,
    "AWSTime": time,
    "AWSDateTime": date_time,
    "AWSEmail": email,
    "AWSURL": url,
    "AWSPhone": phone,
    "AWSIPAddress": address,
}


def seconds(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST_TIMESTAMP:
        raise not_a("AWSTimestamp", value)
    return value


def parsed_json(value: Any) -> Any:
    """What a function is given for an argument: what the text says."""
    try:
        if not isinstance(value, str):
            raise ValueError
        return json.loads(value)
    except (ValueError, RecursionError):
        raise GraphQLError("Unable to parse the value as valid JSON.") from None


def json_text(value: Any) -> str:
    """A function may answer the text itself, which is passed on as it is, or what it is to say."""
    if not isinstance(value, str):
        return json.dumps(value)
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        raise not_a("AWSJSON", value) from None
    return value
