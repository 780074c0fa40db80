"""Make the changes of a diff to a configuration.

The configuration may differ from the one that the diff was made from, but not where it is changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from cloudfront_extensions.errors import ChangeDoesNotApply
from cloudfront_extensions.versions.content import canonical
from cloudfront_extensions.versions.diff import Change, ChangeKind
from cloudfront_extensions.versions.paths import Element, text_of
from cloudfront_extensions.versions.shape import CONFIG, UNKNOWN, Shape, keys_of


def apply(changes: Iterable[Change], config: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration with the changes made, in canonical form. Some of a diff's changes may be left out.

    Raises:
        ChangeDoesNotApply: the configuration is not, where a change is to be made, what the change was made from.
    """
    changed = canonical(config)
    for change in sorted(changes, key=_turn):
        try:
            _make(change, changed)
        except (LookupError, TypeError, ValueError):
            raise ChangeDoesNotApply(
                f"{text_of(change.path)} is not what it was when the change was made: it can't be {change.kind}"
            ) from None
    return canonical(changed)


def _turn(change: Change) -> tuple[int, int]:
    """Removals first and additions last, the latter in the order of their positions: each is then that of the end."""
    order = (ChangeKind.REMOVED, ChangeKind.CHANGED, ChangeKind.MOVED, ChangeKind.ADDED)
    return order.index(change.kind), change.position or 0


def _make(change: Change, config: dict[str, Any]) -> None:
    """Raises LookupError, TypeError or ValueError where the change does not fit."""
    if change.kind is ChangeKind.MOVED:
        _reorder(*_elements(*_at(change.path, config)), change)
        return
    *way, last = change.path
    there, shape = _at(way, config)
    if isinstance(last, Element):
        _change_element(*_elements(there, shape), last.key, change)
    else:
        if last == "Items" and shape.listed is not None:
            there.setdefault("Items", [])
        _change_member(there, last, change)


def _at(path: Iterable[str | Element], config: dict[str, Any]) -> tuple[Any, Shape]:
    """What stands at a path."""
    there, shape = config, CONFIG
    for step in path:
        if isinstance(step, Element):
            items, keys = _elements(there, shape)
            there, shape = items[keys.index(step.key)], shape.element or UNKNOWN
        else:
            there, shape = there[step], shape.members.get(step, UNKNOWN)
    return there, shape


def _elements(there: Any, shape: Shape) -> tuple[list[Any], list[Any]]:
    """The elements of a list or block, which may be changed in place, and their keys."""
    items = there if isinstance(there, list) else there.setdefault("Items", [])
    keys = keys_of(items, shape.listed)
    if keys is None:
        raise ValueError
    return items, keys


def _change_element(items: list[Any], keys: list[Any], key: str | int, change: Change) -> None:
    if change.kind is ChangeKind.ADDED:
        _insist(key not in keys)
        items.insert(len(items) if change.position is None else change.position, deepcopy(change.after))
    else:
        index = keys.index(key)
        _insist(items[index] == change.before)
        del items[index]


def _change_member(structure: dict[str, Any], name: str, change: Change) -> None:
    if change.kind is ChangeKind.ADDED:
        _insist(name not in structure)
    else:
        _insist(structure[name] == change.before)
    if change.kind is ChangeKind.REMOVED:
        del structure[name]
    else:
        structure[name] = deepcopy(change.after)


def _reorder(items: list[Any], keys: list[Any], change: Change) -> None:
    """The elements that move share out their places anew; all others keep theirs."""
    by_key = dict(zip(keys, items, strict=True))
    places = [index for index, key in enumerate(keys) if key in change.before]
    _insist([keys[index] for index in places] == list(change.before))
    for index, key in zip(places, change.after, strict=True):
        items[index] = by_key[key]


def _insist(fits: bool) -> None:
    if not fits:
        raise ValueError
