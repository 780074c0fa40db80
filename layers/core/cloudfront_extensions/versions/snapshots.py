"""What people ask of snapshots and pins, what a snapshot may be called, and how one is told."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any, TypedDict

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.fields import described, is_well_formed, refuse_unknown
from cloudfront_extensions.versions.records import Snapshot, Version

LATEST = "latest"
"""The name of the live version: computed whenever it is asked for, never stored."""
LONGEST_NOTE = 1_000
LONGEST_PERSON = 256

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_DISTRIBUTION_ID = re.compile(r"[A-Z0-9]{1,32}")


class Action(StrEnum):
    CREATE = "create"
    LIST = "list"
    DESCRIBE = "describe"
    ANNOTATE = "annotate"
    DELETE = "delete"
    PIN = "pin"
    UNPIN = "unpin"


_FIELDS: Mapping[Action, tuple[frozenset[str], frozenset[str]]] = {
    Action.CREATE: (frozenset({"name"}), frozenset({"version", "note", "requestedBy"})),
    Action.LIST: (frozenset(), frozenset()),
    Action.DESCRIBE: (frozenset({"name"}), frozenset()),
    Action.ANNOTATE: (frozenset({"name", "note"}), frozenset()),
    Action.DELETE: (frozenset({"name"}), frozenset()),
    Action.PIN: (frozenset({"version"}), frozenset()),
    Action.UNPIN: (frozenset({"version"}), frozenset()),
}
"""Besides `action` and `distributionId`: the fields that an action needs, and those that it may have."""


@dataclass(frozen=True, slots=True)
class SnapshotRequest:
    action: Action
    distribution_id: str
    name: str = ""
    number: int | None = None
    """Of the version; None: the live one."""
    note: str = ""
    requested_by: str = ""


class SnapshotJson(TypedDict):
    """A snapshot as people and the API are told of it."""

    distributionId: str
    name: str
    version: int
    note: str
    createdAt: str
    createdBy: str


class PinJson(TypedDict):
    distributionId: str
    version: int
    pinned: bool


def parse_request(document: Mapping[str, Any]) -> SnapshotRequest:
    """Raises InvalidInput, which names the field."""
    action = _action(document.get("action"))
    needed, optional = _FIELDS[action]
    refuse_unknown(document, {"action", "distributionId", *needed, *optional})
    return SnapshotRequest(
        action,
        _distribution_id(document.get("distributionId")),
        name=_name(document.get("name"), storable=action is not Action.DESCRIBE) if "name" in needed else "",
        number=_number(document.get("version")) if "version" in document or "version" in needed else None,
        note=_text(document, "note", LONGEST_NOTE) if "note" in document or "note" in needed else "",
        requested_by=_text(document, "requestedBy", LONGEST_PERSON) if "requestedBy" in document else "",
    )


def snapshot_json(snapshot: Snapshot) -> SnapshotJson:
    return {
        "distributionId": snapshot.distribution_id,
        "name": snapshot.name,
        "version": snapshot.number,
        "note": snapshot.note,
        "createdAt": snapshot.created_at,
        "createdBy": snapshot.created_by,
    }


def snapshot_etag(snapshot: Snapshot) -> str:
    """Another one for each state of a snapshot, and for another snapshot that gets its name."""
    return sha256(json.dumps(snapshot_json(snapshot), sort_keys=True).encode()).hexdigest()[:32]


def pin_json(version: Version) -> PinJson:
    return {"distributionId": version.distribution_id, "version": version.number, "pinned": version.pinned}


def is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def _action(value: object) -> Action:
    try:
        return Action(value)  # type: ignore[arg-type]
    except ValueError:
        actions = ", ".join(Action)
        raise InvalidInput(f"action: {described(value)}; give one of {actions}") from None


def _distribution_id(value: object) -> str:
    if isinstance(value, str) and _DISTRIBUTION_ID.fullmatch(value):
        return value
    raise InvalidInput(f"distributionId: {described(value)}; give a distribution's id, such as E2QWRUHAPOMQZL")


def _name(value: object, *, storable: bool) -> str:
    if not isinstance(value, str) or not is_name(value):
        raise InvalidInput(f"name: {described(value)}; give 1 to 64 letters, digits, dots, underscores and hyphens")
    if storable and value == LATEST:
        raise InvalidInput(f"name: {LATEST} always stands for the live version; give another name")
    return value


def _number(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    raise InvalidInput(f"version: {described(value)}; give the number of a version, from 1 up")


def _text(document: Mapping[str, Any], name: str, longest: int) -> str:
    value = document.get(name)
    if isinstance(value, str) and len(value) <= longest and is_well_formed(value):
        return value
    too_long = isinstance(value, str) and len(value) > longest
    what = f"it has {len(str(value)):,} characters" if too_long else described(value)
    raise InvalidInput(f"{name}: {what}; give a text of at most {longest:,} characters")
