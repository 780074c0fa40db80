"""Rule 19: with origin failover CloudFront runs a function of an origin event twice."""

from __future__ import annotations

from collections.abc import Iterator

from extensions.harness.rules.violation import Violation


def repetition_violations(event: str, first: object, second: object) -> Iterator[Violation]:
    """Of the results of two runs on one event, one after the other: what differs depends on how often it ran."""
    if event.startswith("origin-") and first != second:
        where = _difference("result", first, second)
        yield Violation(
            19,
            f"{where}: a second run on the same event gives something else; origin failover runs the function twice: "
            "make the result depend on the event alone",
        )


def _difference(where: str, first: object, second: object) -> str:
    """The place of the first difference."""
    if isinstance(first, dict) and isinstance(second, dict):
        for key in sorted({*first, *second}, key=str):
            if first.get(key) != second.get(key):
                return _difference(f"{where}.{key}", first.get(key), second.get(key))
    if isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        for index, (one, other) in enumerate(zip(first, second, strict=True)):
            if one != other:
                return _difference(f"{where}[{index}]", one, other)
    return where
