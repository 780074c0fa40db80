"""Apply a JSON Patch as RFC 6902 says, written without a look at what makes them."""

from __future__ import annotations

import copy
from typing import Any


def patched(document: Any, operations: list[dict[str, Any]]) -> Any:
    """The document after add, remove, replace and move; any other operation is an error."""
    holder = {"": copy.deepcopy(document)}
    for operation in operations:
        match operation:
            case {"op": "add", "path": path, "value": value}:
                _add(holder, path, copy.deepcopy(value))
            case {"op": "remove", "path": path}:
                _remove(holder, path)
            case {"op": "replace", "path": path, "value": value}:
                _remove(holder, path)
                _add(holder, path, copy.deepcopy(value))
            case {"op": "move", "from": source, "path": path}:
                _add(holder, path, _remove(holder, source))
            case _:
                raise ValueError(operation)
    return holder[""]


def _add(holder: Any, pointer: str, value: Any) -> None:
    there, last = _found(holder, pointer)
    if isinstance(there, list):
        assert 0 <= int(last) <= len(there)
        there.insert(int(last), value)
    else:
        there[last] = value


def _remove(holder: Any, pointer: str) -> Any:
    there, last = _found(holder, pointer)
    return there.pop(int(last) if isinstance(there, list) else last)


def _found(holder: Any, pointer: str) -> tuple[Any, str]:
    """What the last step of a JSON Pointer (RFC 6901) is taken from, and that step."""
    *way, last = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")]
    there = holder
    for step in way:
        there = there[int(step)] if isinstance(there, list) else there[step]
    return there, last
