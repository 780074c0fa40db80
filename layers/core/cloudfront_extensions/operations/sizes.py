"""How much an API answers at once.

An answer of Lambda has at most 6 MB, of which API Gateway passes on all (10 MB). REST's body is a text in it: what is JSON is
written as JSON once more, in which a quotation mark takes 2 bytes and `é` 7. GraphQL's answer is never larger than that.
"""

from __future__ import annotations

import json
from typing import TypeVar

from cloudfront_extensions.errors import AnswerTooLarge, with_next_action

LARGEST_ANSWER = 6_200_000
"""Bytes as Lambda gets them, which takes 6,291,556: headers, and links to the whole, have room besides."""

AnswerT = TypeVar("AnswerT")


def bytes_of(answer: object) -> int:
    """How long an answer's body is as Lambda gets it: a document, or a text, which is written once."""
    body = answer if isinstance(answer, str) else json.dumps(answer, separators=(",", ":"))
    return len(json.dumps(body))


def fitting(answer: AnswerT, what: str, next_action: str) -> AnswerT:
    """The answer. Raises AnswerTooLarge where it is too large; `next_action` says where else to find it."""
    size = bytes_of(answer)
    if size > LARGEST_ANSWER:
        raise AnswerTooLarge(
            with_next_action(f"{what}: {size:,} bytes; at most {LARGEST_ANSWER:,} are answered", next_action)
        )
    return answer
