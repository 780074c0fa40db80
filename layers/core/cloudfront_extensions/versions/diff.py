"""What changes from one configuration to another, told in CloudFront's terms.

Two configurations that mean the same (`content.canonical`) have no changes between them. Elements that a key tells apart are
compared with each other wherever they stand; a cache behavior that takes another precedence is no other behavior.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cloudfront_extensions.versions.content import (
    CERTIFICATE,
    canonical_list,
    canonical_part,
    completed,
    is_block,
    plain_certificate,
)
from cloudfront_extensions.versions.paths import Element, Path, text_of
from cloudfront_extensions.versions.shape import CONFIG, UNKNOWN, ListKind, Shape, keys_of


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    """The elements that both configurations have stand in another order of precedence; `before` and `after` are their keys."""


@dataclass(frozen=True, slots=True)
class Change:
    """`before` and `after` are in canonical form, and whole, with headers that are secrets: see `secret_values`."""

    path: Path
    kind: ChangeKind
    before: Any = field(default=None, repr=False)
    """None where something is added."""
    after: Any = field(default=None, repr=False)
    """None where something is removed."""
    position: int | None = None
    """Where an element is added to a list with an order of precedence: its index once all changes are made."""


def diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """The changes that turn one configuration into the other, in the order of their paths. See `applying.apply`."""
    found: list[Change] = []
    _structures(dict(before), dict(after), CONFIG, (), found)
    return tuple(sorted(found, key=lambda change: text_of(change.path)))


def diff_tags(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    """The changes of a distribution's tags, which are no part of its configuration: `Tags[team]`."""
    found: list[Change] = []
    for key in sorted(before.keys() | after.keys()):
        path: Path = ("Tags", Element(key))
        if key not in after:
            found.append(Change(path, ChangeKind.REMOVED, before[key]))
        elif key not in before:
            found.append(Change(path, ChangeKind.ADDED, None, after[key]))
        elif before[key] != after[key]:
            found.append(Change(path, ChangeKind.CHANGED, before[key], after[key]))
    return tuple(found)


def _values(before: Any, after: Any, shape: Shape, path: Path, found: list[Change]) -> None:
    """For values that are not equal."""
    if isinstance(before, dict) and isinstance(after, dict):
        _structures(before, after, shape, path, found)
    elif isinstance(before, list) and isinstance(after, list):
        _lists(before, after, shape, path, path, found)
    else:
        found.append(Change(path, ChangeKind.CHANGED, canonical_part(before, shape), canonical_part(after, shape)))


def _structures(before: dict[str, Any], after: dict[str, Any], shape: Shape, path: Path, found: list[Change]) -> None:
    if shape is CERTIFICATE:
        before, after = plain_certificate(before), plain_certificate(after)
    elif shape.filled_in:
        before, after = completed(before, shape), completed(after, shape)
    if shape.listed is None:
        _members(before, after, shape, path, found)
    elif is_block(before, shape.listed) and is_block(after, shape.listed):
        _lists(before.get("Items", []), after.get("Items", []), shape, path, (*path, "Items"), found)
        _members(_beside_items(before), _beside_items(after), shape, path, found)
    elif (was := canonical_part(before, shape)) != (now := canonical_part(after, shape)):
        found.append(Change(path, ChangeKind.CHANGED, was, now))


def _members(before: dict[str, Any], after: dict[str, Any], shape: Shape, path: Path, found: list[Change]) -> None:
    for name, was in before.items():
        member = shape.members.get(name, UNKNOWN)
        if name in after:
            if was != after[name]:
                _values(was, after[name], member, (*path, name), found)
        else:
            found.append(Change((*path, name), ChangeKind.REMOVED, canonical_part(was, member)))
    for name, now in after.items():
        if name not in before:
            part = canonical_part(now, shape.members.get(name, UNKNOWN))
            found.append(Change((*path, name), ChangeKind.ADDED, None, part))


def _beside_items(block: dict[str, Any]) -> dict[str, Any]:
    return {name: member for name, member in block.items() if name not in ("Quantity", "Items")}


def _lists(before: list[Any], after: list[Any], shape: Shape, path: Path, whole: Path, found: list[Change]) -> None:
    """`path` is where elements that can be told apart stand, `whole` where the list itself stands."""
    keys_before, keys_after = keys_of(before, shape.listed), keys_of(after, shape.listed)
    if keys_before is None or keys_after is None:
        was, now = canonical_list(before, shape), canonical_list(after, shape)
        if was != now:
            found.append(Change(whole, ChangeKind.CHANGED, was, now))
        return
    old, new = dict(zip(keys_before, before, strict=True)), dict(zip(keys_after, after, strict=True))
    in_order = shape.listed is not None and shape.listed.kind is ListKind.PRECEDENCE
    element = shape.element or UNKNOWN
    for key, was in old.items():
        if key not in new:
            found.append(Change((*path, Element(key)), ChangeKind.REMOVED, canonical_part(was, element)))
        elif was != new[key]:
            _values(was, new[key], element, (*path, Element(key)), found)
    for index, (key, now) in enumerate(new.items()):
        if key not in old:
            part, position = canonical_part(now, element), index if in_order else None
            found.append(Change((*path, Element(key)), ChangeKind.ADDED, None, part, position))
    if in_order:
        stayed_before, stayed_after = (tuple(key for key in keys if key in old and key in new) for keys in (old, new))
        if stayed_before != stayed_after:
            found.append(Change(path, ChangeKind.MOVED, stayed_before, stayed_after))
