"""Answers of a JSON service in MiniStack's form: status, headers, body."""

from __future__ import annotations

from typing import Any

from ministack.core.responses import error_response_json, json_response

Answer = tuple[int, dict[str, str], bytes]


def accepted(result: dict[str, Any]) -> Answer:
    answer: Answer = json_response(result)
    return answer


def refused(code: str, message: str) -> Answer:
    """An error of the caller, status 400."""
    answer: Answer = error_response_json(code, message, 400)
    return answer
