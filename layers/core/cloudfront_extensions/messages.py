"""A message to people by SNS, within what SNS takes."""

from __future__ import annotations

from typing import NamedTuple

_LONGEST_SUBJECT = 99
"""Characters: SNS takes fewer than 100."""
_LONGEST_MESSAGE = 250_000
"""Bytes, of the 256 KiB that SNS takes."""
_LONGEST_TEXT = 500
"""Characters of one reason or next action; the report has them whole."""


class Message(NamedTuple):
    subject: str
    text: str


def fitting(subject: str, text: str) -> Message:
    """Both cut where they are too long for SNS."""
    return Message(subject[:_LONGEST_SUBJECT], text.encode()[:_LONGEST_MESSAGE].decode(errors="ignore"))


def brief(text: str) -> str:
    """A text on one line, cut where it is too long for a message."""
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= _LONGEST_TEXT else one_line[: _LONGEST_TEXT - 3] + "..."
