"""Where in a configuration something stands: `CacheBehaviors[/api/*].ViewerProtocolPolicy`."""

from __future__ import annotations

import json
from typing import NamedTuple


class Element(NamedTuple):
    """A step into a list, to the element that has this key, or that is this value."""

    key: str | int


Path = tuple[str | Element, ...]
"""A step that is a text leads to a member; `Items` is left out where elements are told apart."""


def text_of(path: Path) -> str:
    """A path as people read it. A key that would make it ambiguous, or can't be printed, stands in quotes."""
    return "".join(f"[{_key(step.key)}]" if isinstance(step, Element) else f".{step}" for step in path).removeprefix(
        "."
    )


def place_of(path: Path) -> str:
    """The place of a path in the tables of `shape` and `risk`: any element is `[]`, and a block its list."""
    steps = ("[]" if isinstance(step, Element) else f".{step}" for step in path if step != "Items")
    return "".join(steps).removeprefix(".")


def _key(key: str | int) -> str:
    text = str(key)
    return text if text.isprintable() and text and not set(text) & set('[]" ') else json.dumps(text)
