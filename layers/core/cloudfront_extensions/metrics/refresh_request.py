"""What the workflow metrics_refresh is asked: nothing, as a rule; else which sources, or which folders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.fields import described, refuse_unknown
from cloudfront_extensions.metrics.sources import Folder, Source, folder_of

MOST_FOLDERS = 48
"""Folders that can be asked for by name: the hours of two days of one source."""

_FIELDS = frozenset({"sources", "folders"})
_FOLDER_FIELDS = frozenset({"source", "hour"})
_NAMES = ", ".join(Source)


class RefreshRequest(NamedTuple):
    sources: tuple[Source, ...]
    """Whose folders are refreshed, as far as files have arrived in them."""
    folders: tuple[Folder, ...]
    """These alone, whether anything has arrived in them or not; empty: all in which files have arrived."""


def parse_request(document: Mapping[str, Any]) -> RefreshRequest:
    """The request with every default written out. Raises InvalidInput."""
    refuse_unknown(document, _FIELDS)
    if "folders" in document and "sources" in document:
        raise InvalidInput("sources: folders name their sources themselves; give one of the two")
    return RefreshRequest(
        tuple(_source(one, f"sources[{n}]") for n, one in enumerate(_list(document, "sources", len(Source)) or Source)),
        tuple(_folder(one, f"folders[{n}]") for n, one in enumerate(_list(document, "folders", MOST_FOLDERS))),
    )


def _list(document: Mapping[str, Any], name: str, most: int) -> list[Any]:
    """Empty where the field is not there."""
    if name not in document:
        return []
    value = document[name]
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        told = f"it has {len(value)} entries" if isinstance(value, list) else described(value)
        raise InvalidInput(f"{name}: {told}; give a list of 1 to {most}")
    return value


def _source(value: object, field: str) -> Source:
    if isinstance(value, str) and value in tuple(Source):
        return Source(value)
    raise InvalidInput(f"{field}: {described(value)}; give one of {_NAMES}")


def _folder(value: object, field: str) -> Folder:
    if not isinstance(value, dict):
        raise InvalidInput(f"{field}: {described(value)}; give an object with source and hour")
    refuse_unknown(value, _FOLDER_FIELDS, f"{field}.")
    source, hour = _source(value.get("source"), f"{field}.source"), value.get("hour")
    # An hour is one when a file of it could be found again.
    found = folder_of(f"{Source.LEGACY}/hour={hour}/file") if isinstance(hour, str) else None
    if found is None:
        raise InvalidInput(f"{field}.hour: {described(hour)}; give an hour (UTC) such as 2026-11-22-14")
    return Folder(source, found.hour)
