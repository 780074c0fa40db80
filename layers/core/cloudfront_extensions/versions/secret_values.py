"""Which values of a configuration are kept out of what people are shown.

The value of a header that CloudFront adds for an origin is often the secret by which the origin knows CloudFront. CloudFront's
model marks it as sensitive; it marks comments as well, but those are written for people.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from cloudfront_extensions.versions.paths import Path, place_of

SECRETS = frozenset({"Origins[].CustomHeaders[].HeaderValue"})
"""Places, as `paths.place_of` names them."""
MARK = "(secret)"


def concealed(value: Any, path: Path = (), mark: Callable[[Any], Any] = lambda _: MARK) -> Any:
    """What stands at a path, with a mark in place of each secret; None stays None, for nothing stands there."""
    return None if value is None else _concealed(value, place_of(path), mark)


def numbered() -> Callable[[Any], str]:
    """Marks that give each secret a number of its own, so that one that changes is seen to change."""
    numbers: dict[str, int] = {}
    return lambda secret: f"(secret {numbers.setdefault(json.dumps(secret), len(numbers) + 1)})"


def _concealed(value: Any, place: str, mark: Callable[[Any], Any]) -> Any:
    if place in SECRETS:
        return mark(value)
    if isinstance(value, list | tuple):
        return [_concealed(element, f"{place}[]", mark) for element in value]
    if isinstance(value, dict):
        start = f"{place}." if place else ""
        return {
            name: _concealed(member, place if name == "Items" else f"{start}{name}", mark)
            for name, member in value.items()
        }
    return value
