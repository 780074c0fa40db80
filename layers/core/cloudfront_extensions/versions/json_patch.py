"""A difference as JSON Patch (RFC 6902), for those whose tools speak that.

A patch is exact: applied to `canonical(before)` it gives `canonical(after)` to the letter. It therefore holds every new value
in full, secrets too: treat it as you treat the configuration.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cloudfront_extensions.versions.content import canonical
from cloudfront_extensions.versions.shape import CONFIG, UNKNOWN, Shape, keys_of

Operation = dict[str, Any]


def json_patch(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Operation]:
    """The operations that turn the one configuration into the other, both in canonical form."""
    operations: list[Operation] = []
    _structures(canonical(before), canonical(after), CONFIG, "", operations)
    return operations


def _values(before: Any, after: Any, shape: Shape, pointer: str, operations: list[Operation]) -> None:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        _structures(before, after, shape, pointer, operations)
    elif isinstance(before, list) and isinstance(after, list) and _keys(before, shape) and _keys(after, shape):
        _lists(before, after, shape, pointer, operations)
    else:
        operations.append({"op": "replace", "path": pointer, "value": after})


def _structures(
    before: dict[str, Any], after: dict[str, Any], shape: Shape, pointer: str, operations: list[Operation]
) -> None:
    operations += [
        {"op": "remove", "path": f"{pointer}/{_escaped(name)}"} for name in sorted(before.keys() - after.keys())
    ]
    for name, now in after.items():
        where = f"{pointer}/{_escaped(name)}"
        if name not in before:
            operations.append({"op": "add", "path": where, "value": now})
        else:
            of_list = name == "Items" and shape.listed is not None
            _values(before[name], now, shape if of_list else shape.members.get(name, UNKNOWN), where, operations)


def _lists(before: list[Any], after: list[Any], shape: Shape, pointer: str, operations: list[Operation]) -> None:
    """Remove from the end, then bring each place in turn to what it shall be."""
    old, new = _keys(before, shape), _keys(after, shape)
    by_key = dict(zip(old, before, strict=True))
    wanted = set(new)
    gone = [index for index, key in enumerate(old) if key not in wanted]
    operations += [{"op": "remove", "path": f"{pointer}/{index}"} for index in reversed(gone)]
    left = [key for key in old if key in wanted]
    for index, (key, now) in enumerate(zip(new, after, strict=True)):
        if key not in by_key:
            operations.append({"op": "add", "path": f"{pointer}/{index}", "value": now})
            left.insert(index, key)
            continue
        if left[index] != key:
            old_index = left.index(key, index)
            operations.append({"op": "move", "from": f"{pointer}/{old_index}", "path": f"{pointer}/{index}"})
            left.insert(index, left.pop(old_index))
        _values(by_key[key], now, shape.element or UNKNOWN, f"{pointer}/{index}", operations)


def _keys(items: list[Any], shape: Shape) -> list[Any]:
    return keys_of(items, shape.listed) or []


def _escaped(name: str) -> str:
    """RFC 6901, section 3."""
    return name.replace("~", "~0").replace("/", "~1")
