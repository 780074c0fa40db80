"""What the model forbids about a body of the JSON protocol, a request's or an answer's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from localaws.server import shapes


def json_violations(shape: Any, body: bytes) -> Iterator[str]:
    """`shape` is None for an operation without input or output, whose body says nothing."""
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        yield "the body is not JSON"
        return
    if shape is not None:
        yield from shapes.violations(shape, value, "")
