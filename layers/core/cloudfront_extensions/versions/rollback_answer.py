"""What a person who is asked about a rollback's plan reads, and may answer; and how anybody stops a rollback."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.fields import described, flag, identifier, refuse_unknown
from cloudfront_extensions.messages import Message, fitting
from cloudfront_extensions.versions.rollback_records import Rollback

LONGEST_NAME = 2_048
"""As long as an ARN of AWS may be."""
LONGEST_COMMENT = 1_000


@dataclass(frozen=True, slots=True)
class AnswerRequest:
    token: str
    approve: bool
    by: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class StopRequest:
    token: str
    by: str


def parse_answer(document: Mapping[str, Any]) -> AnswerRequest:
    """Raises InvalidInput, which names the field that is wrong."""
    refuse_unknown(document, {"requestToken", "approve", "by", "comment"})
    if "approve" not in document:
        raise InvalidInput("approve: it is missing; give true or false")
    return AnswerRequest(
        token=identifier(document, "requestToken"),
        approve=flag(document, "approve", default=False),
        by=_text(document.get("by"), "by", least=1, most=LONGEST_NAME),
        comment=_text(document.get("comment", ""), "comment", least=0, most=LONGEST_COMMENT),
    )


def parse_stop(document: Mapping[str, Any]) -> StopRequest:
    """Raises InvalidInput, which names the field that is wrong."""
    refuse_unknown(document, {"requestToken", "by"})
    return StopRequest(
        token=identifier(document, "requestToken"),
        by=_text(document.get("by"), "by", least=1, most=LONGEST_NAME),
    )


def question(rollback: Rollback, plan: str, location: str, *, seconds: int) -> Message:
    """The message that asks for approval; the plan comes last, so that no length of it cuts off how to answer."""
    lines = [
        f"Rollback {rollback.token} waits for approval, for {_duration(seconds)}. Nothing has been written yet.",
        "",
        "To answer, invoke the function AnswerRollback (its name is an output of the stack) with",
        f'{{"requestToken": "{rollback.token}", "approve": true, "by": "your name", "comment": "why"}}',
        "or with approve false. Without an answer nothing is done.",
        "",
        f"The whole plan: {location}",
        "",
        plan,
    ]
    return fitting(f"CloudFront rollback {rollback.token} waits for your approval", "\n".join(lines))


def _duration(seconds: int) -> str:
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def _text(value: object, field: str, *, least: int, most: int) -> str:
    if isinstance(value, str) and least <= len(value) <= most and value.isprintable():
        return value
    raise InvalidInput(f"{field}: {described(value)}; give {least} to {most:,} printable characters")
