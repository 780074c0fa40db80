"""Rule 18: which functions the behaviors of one distribution may have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from extensions.harness.rules.exchange import Language
from extensions.harness.rules.violation import Violation


@dataclass(frozen=True, slots=True)
class Association:
    path_pattern: str
    event: str
    language: Language
    name: str
    account: str = ""
    """The account that owns the function; empty where all are of one."""


def association_violations(associations: Iterable[Association]) -> Iterator[Violation]:
    """All of one distribution's behaviors, in any order."""
    attached = sorted(associations, key=lambda one: (one.path_pattern, one.event, one.name))
    for pattern, of_behavior in groupby(attached, key=lambda one: one.path_pattern):
        yield from _behavior(f"behavior {pattern}", list(of_behavior))
    if len(accounts := sorted({one.account for one in attached})) > 1:
        yield Violation(
            18, f"functions: belong to the accounts {', '.join(accounts)}; deploy them in the distribution's"
        )


def _behavior(where: str, attached: Sequence[Association]) -> Iterator[Violation]:
    for event, several in groupby(attached, key=lambda one: one.event):
        names = [one.name for one in several]
        if len(names) > 1:
            what = f"has {len(names)} functions at {event}: {', '.join(names)}; compose them into one"
            yield Violation(18, f"{where}: {what}")
    at_viewer = [one for one in attached if one.event.startswith("viewer-")]
    if len({one.language for one in at_viewer}) > 1:
        names = [f"{one.name} ({one.event})" for one in at_viewer]
        what = "mixes CloudFront Functions and Lambda@Edge at its viewer events"
        yield Violation(18, f"{where}: {what}: {', '.join(names)}; use one of the two, or move to an origin event")
    for one in attached:
        if one.language == "javascript" and one.event.startswith("origin-"):
            what = f"{one.name} is a CloudFront Function, which can't run at {one.event}; write it for Lambda@Edge"
            yield Violation(18, f"{where}: {what}")
