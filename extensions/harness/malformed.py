"""What is common to reading the results of both runtimes."""

from __future__ import annotations

import base64
import binascii
import http.client
from collections.abc import Mapping
from typing import Any


class MalformedResult(Exception):
    """A function's result is neither a request nor a response; the message says where."""


def mapping(value: Any, place: str) -> Mapping[str, Any]:
    """An object, or an empty one where there is nothing."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise MalformedResult(f"{place}: it is {value!r}; give an object")
    return value


def status_number(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError) as error:
        raise MalformedResult(f"status: it is {value!r}; give a number from 200 to 599") from error


def phrase(status: int) -> str:
    """The description of a status by the standard."""
    return http.client.responses.get(status, "")


def decoded(data: str, encoding: Any, place: str) -> bytes:
    """A body, given as `text` or `base64`."""
    if encoding != "base64":
        return data.encode()
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error as error:
        raise MalformedResult(f"{place}: it is no base64: {error}") from error
