"""Read a configuration that may not have the shape it should: what is not there, or is something else, is empty."""

from __future__ import annotations

from typing import Any


def structure(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def structures_in(block: Any) -> list[dict[str, Any]]:
    """The elements of a `{Quantity, Items}` block that are structures."""
    return [item for item in _items(block) if isinstance(item, dict)]


def values_in(block: Any) -> list[Any]:
    """The elements of a block that are plain values."""
    return [item for item in _items(block) if isinstance(item, str | int)]


def ids_in(block: Any) -> list[Any]:
    return [item.get("Id") for item in structures_in(block)]


def _items(block: Any) -> list[Any]:
    items = structure(block).get("Items")
    return items if isinstance(items, list) else []
