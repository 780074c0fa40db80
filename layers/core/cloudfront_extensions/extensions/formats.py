"""Formats of parameters that CloudFormation can't check: what a text must be beyond its length and pattern.

A list is one text with commas. An empty one is a list of nothing.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from cloudfront_extensions.certificates.names import shown
from cloudfront_extensions.errors import InvalidDomainName
from cloudfront_extensions.fields import host_name

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A token by RFC 9110, 5.6.2."""
_PATH = re.compile(r"/[!-\"$->@-~]*")
"""Printable ASCII without space, `#` and `?`: what a browser sends as a path; `*` may stand for anything."""
_NOT_IN_URL = re.compile(r"[^!-~]")


class Format(StrEnum):
    CIDR_LIST = "cidr-list"
    COUNTRY_LIST = "country-list"
    HEADER_LIST = "header-list"
    HOST_LIST = "host-list"
    JSON_ARRAY = "json-array"
    JSON_OBJECT = "json-object"
    PATH_LIST = "path-list"
    REGEX = "regex"
    URL = "url"

    @property
    def is_list(self) -> bool:
        return self in _ENTRIES

    @property
    def is_json(self) -> bool:
        return self in _JSON_TYPES


def complaints(value: str, format_: Format, place: str) -> Iterator[str]:
    """What is wrong with a value, each beginning with its place and ending with what to give instead."""
    if complaint_about := _ENTRIES.get(format_):
        for number, entry in enumerate(value.split(",") if value else ()):
            if complaint := complaint_about(entry.strip()):
                yield f"{place}, entry {number + 1}: {complaint}"
    elif format_.is_json:
        yield from _about_json(value, _JSON_TYPES[format_], place)
    elif value and (complaint := _WHOLE[format_](value)):
        yield f"{place}: {complaint}"


@cache
def countries() -> frozenset[str]:
    """The countries and territories of ISO 3166-1 as CloudFront-Viewer-Country names them: by their alpha-2 codes."""
    return frozenset(files(__package__).joinpath("countries.txt").read_text(encoding="utf-8").split())


def parsed_json(value: str) -> Any:
    """A parameter's JSON. Raises ValueError, also for what only Python reads: NaN, and nesting without end."""
    try:
        return json.loads(value, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _about_json(value: str, type_: type, place: str) -> Iterator[str]:
    try:
        document = parsed_json(value)
    except ValueError as error:
        yield f"{place}: it is no JSON ({error}); give {_JSON_WORDS[type_]}"
        return
    if not isinstance(document, type_):
        yield f"{place}: it is JSON, but something else; give {_JSON_WORDS[type_]}"


def _about_network(entry: str) -> str | None:
    try:
        ipaddress.ip_network(entry.partition("%")[0])
    except ValueError as error:
        return f"{error}; give an address or a network such as 203.0.113.0/24 or 2001:db8::/32"
    return f"{shown(entry)} has a zone; give it without %" if "%" in entry else None


def _about_country(entry: str) -> str | None:
    if entry in countries():
        return None
    return f"{shown(entry)} is no country; give its code of ISO 3166-1, two capital letters such as DE"


def _about_header(entry: str) -> str | None:
    if _HEADER_NAME.fullmatch(entry):
        return None
    return f"{shown(entry)} is no name of a header; give letters, digits and hyphens, such as x-tenant"


def _about_host(entry: str) -> str | None:
    try:
        normal = host_name(entry, "host")
    except InvalidDomainName:
        normal = ""
    if normal == entry:
        return None
    advice = f"write it as {normal}" if normal else "give one such as shop.example.com or *.example.com"
    return f"{shown(entry)} is no host name as browsers send it; {advice}"


def _about_path(entry: str) -> str | None:
    if _PATH.fullmatch(entry):
        return None
    return f"{shown(entry)} is no path; give one that begins with / and has no space, ? or #, such as /images/*"


def _about_regex(value: str) -> str | None:
    try:
        re.compile(value)
    except (re.error, RecursionError, OverflowError) as error:
        return f"{shown(value)} is no regular expression: {error}; give one that Python's re takes"
    return None


def _about_url(value: str) -> str | None:
    try:
        parts = urlsplit(value)
        if parts.scheme == "https" and parts.hostname and parts.port != 0 and not _NOT_IN_URL.search(value):
            return None
    except ValueError:
        pass
    return f"{shown(value)} is no URL; give one with https://, a host and a path"


def _refuse_constant(constant: str) -> None:
    raise ValueError(f"there is no {constant} in JSON")


_ENTRIES: Mapping[Format, Callable[[str], str | None]] = {
    Format.CIDR_LIST: _about_network,
    Format.COUNTRY_LIST: _about_country,
    Format.HEADER_LIST: _about_header,
    Format.HOST_LIST: _about_host,
    Format.PATH_LIST: _about_path,
}
_WHOLE: Mapping[Format, Callable[[str], str | None]] = {Format.REGEX: _about_regex, Format.URL: _about_url}
_JSON_TYPES: Mapping[Format, type] = {Format.JSON_ARRAY: list, Format.JSON_OBJECT: dict}
_JSON_WORDS: Mapping[type, str] = {list: "a list, such as []", dict: "an object, such as {}"}
