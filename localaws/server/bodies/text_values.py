"""Numbers, truths and times that are written as text: in XML, forms, headers, paths and queries."""

from __future__ import annotations

import contextlib
from typing import Any

TRUTHS = {"true": True, "false": False}


def value_of(shape: Any, text: str) -> Any:
    """What JSON would hold in its place; the text itself where it is not what the model wants."""
    if shape.type_name == "boolean":
        return TRUTHS.get(text, text)
    convert = {"integer": int, "long": int, "float": float, "double": float}.get(shape.type_name)
    if shape.type_name == "timestamp" and shape.serialization.get("timestampFormat") == "unixTimestamp":
        convert = float
    if convert:
        with contextlib.suppress(ValueError):
            return convert(text)
    return text
