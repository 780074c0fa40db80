"""Differences as text for people. Secrets are concealed in all of it."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cloudfront_extensions.versions.content import canonical
from cloudfront_extensions.versions.diff import Change, ChangeKind
from cloudfront_extensions.versions.paths import Element, Path, place_of, text_of
from cloudfront_extensions.versions.risk import assess
from cloudfront_extensions.versions.secret_values import concealed, numbered
from cloudfront_extensions.versions.shape import FILLED_IN

LONGEST_VALUE = 72
LONGEST_WITH_ARN = 200
"""It is by its end that an ARN tells which version of which function it is."""


def lines(changes: Iterable[Change]) -> list[str]:
    """A line for each change: its risk, what happened where, and the values, shortened."""
    return [f"{assess(change).risk:<6} {change.kind:<7} {text_of(change.path)}{_values(change)}" for change in changes]


def unified(before: Mapping[str, Any], after: Mapping[str, Any], names: tuple[str, str] = ("before", "after")) -> str:
    """Both configurations in canonical form, compared line by line; empty where they mean the same.

    Each secret is named by a number of its own, so that one that changes is seen to change.
    """
    from difflib import unified_diff  # takes longer to import than all of this package

    if canonical(before) == canonical(after):
        return ""
    mark = numbered()
    was, now = (_lines(concealed(canonical(config), mark=mark)) for config in (before, after))
    return "".join(f"{line}\n" for line in unified_diff(was, now, *names, lineterm=""))


def _lines(config: Any) -> list[str]:
    return json.dumps(config, indent=2, sort_keys=True).splitlines()


def _values(change: Change) -> str:
    before, after = (_shown(_brief(value, change.path)) for value in (change.before, change.after))
    match change.kind:
        case ChangeKind.CHANGED:
            return f": {before} → {after}"
        case ChangeKind.MOVED:
            return f": {_moves(change.before, change.after)}"
    place = "" if change.position is None else f" as number {change.position + 1}"
    is_told_by_its_key = isinstance(change.path[-1], Element) and change.path[-1].key in (change.before, change.after)
    return place if is_told_by_its_key else f"{place}: {after if change.kind is ChangeKind.ADDED else before}"


def _brief(value: Any, path: Path) -> Any:
    """A value without secrets, and a structure without its key and what CloudFront fills in, plain values first."""
    value = concealed(value, path)
    if not isinstance(value, dict):
        return value
    goes_without_saying = FILLED_IN.get(place_of(path), {})
    members = [
        (name, member)
        for name, member in value.items()
        if goes_without_saying.get(name) != member and not (isinstance(path[-1], Element) and member == path[-1].key)
    ]
    return dict(sorted(members, key=lambda pair: (isinstance(pair[1], dict), pair[0])))


def _moves(before: Sequence[Any], after: Sequence[Any]) -> str:
    """The fewest elements whose moves make the new order, each with its old and new place counted from 1."""
    old = {key: place for place, key in enumerate(before, 1)}
    stay = _longest_rising([old[key] for key in after])
    return ", ".join(
        f"{_shown(key)} from {old[key]} to {place}" for place, key in enumerate(after, 1) if old[key] not in stay
    )


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """The longest subsequence that rises, by patience sorting."""
    tops: list[int] = []
    below: dict[int, int | None] = {}
    for number in numbers:
        pile = bisect_left(tops, number)
        below[number] = tops[pile - 1] if pile else None
        tops[pile : pile + 1] = [number]
    rising, number_or_none = set(), tops[-1] if tops else None
    while number_or_none is not None:
        rising.add(number_or_none)
        number_or_none = below[number_or_none]
    return rising


def _shown(value: Any) -> str:
    """A value in one line, with nothing that a terminal would obey."""
    text = value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
    text = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
    longest = LONGEST_WITH_ARN if "arn:aws" in text else LONGEST_VALUE
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
