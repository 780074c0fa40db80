"""Keys pasted where a reference belongs: found before anything of them is quoted, kept or logged."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_MARKS = ("-----BEGIN", "-----END")
"""Of every PEM block (RFC 7468): certificates too, since a bundle that is pasted whole has its key behind them."""
BEGINNING, END = _MARKS
_MARK = re.compile("|".join(_MARKS))

WHAT_WAS_PASTED = (
    "a private key or certificate stands here itself; write the reference that stage_bundle prints, never the bundle"
)


def has_half_a_key(text: str) -> bool:
    """Whether a PEM block lacks the line that it begins or ends with: nobody can tell then which lines are the key's."""
    marks = _MARK.findall(text)
    return marks != [BEGINNING, END] * (len(marks) // 2)


def holds_key(value: object) -> bool:
    """Whether a text, or any text inside of lists and objects, has a line that a PEM block begins or ends with."""
    pending = [value]
    while pending:
        match pending.pop():
            case str(text):
                if any(mark in text for mark in _MARKS):
                    return True
            case Mapping() as fields:
                pending += [*fields, *fields.values()]
            case Sequence() as values:
                pending += values
    return False
