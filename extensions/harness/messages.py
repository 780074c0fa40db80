"""A request and a response in the plain shape, which both runtimes of the edge are converted from and to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Cookie:
    value: str
    attributes: str = ""
    """Of a response's cookie: what follows the value, such as `Path=/; Secure`."""


Headers = Mapping[str, tuple[str, ...]]
"""The values of each header, by its name in lower case."""
Cookies = Mapping[str, tuple[Cookie, ...]]
"""By name; a name that is repeated has several."""


@dataclass(frozen=True, slots=True)
class Request:
    method: str = "GET"
    uri: str = "/"
    query: str = ""
    """As it is written in the URL, without the question mark."""
    headers: Headers = field(default_factory=dict)
    """Without `cookie`."""
    cookies: Cookies = field(default_factory=dict)
    body: bytes | None = None
    origin: Mapping[str, Any] | None = None
    """As Lambda@Edge has it at origin events: one of `custom` and `s3`."""


@dataclass(frozen=True, slots=True)
class Response:
    status: int = 200
    headers: Headers = field(default_factory=dict)
    """Without `set-cookie`."""
    cookies: Cookies = field(default_factory=dict)
    body: bytes | None = None
