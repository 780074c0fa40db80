"""What Cognito's operations are given and answer, as MiniStack's functions exchange it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ministack.core.responses import error_response_json, json_response

Json = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]
Operation = Callable[[Json], Answer]


def answer_of(content: Mapping[str, Any]) -> Answer:
    answered: Answer = json_response(dict(content))
    return answered


def refusal(code: str, message: str) -> Answer:
    refused: Answer = error_response_json(code, message, 400)
    return refused


def content_of(answer: Answer) -> Json:
    content: Json = json.loads(answer[2])
    return content
