"""Faults in an instance, for the length of a block: throttled calls, lost answers, killed functions, late events.

    with faults(instance, Fault("kill-after", operation="RequestCertificate", nth=1), seed=7) as injected:
        …
    assert injected.struck() == [1]

A block that fails prints its seed: with it, the same calls are struck again. Blocks nest, and those of parallel tests
leave each other alone. The kinds, and what makes a run the same again: docs/embedded-aws.md.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass
from typing import Any

from localaws.control import control
from localaws.instance import Instance

JSON_NAMES = {"detail_type": "detailType", "error_type": "errorType"}


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to which calls or events. What is left None narrows nothing down.

    Names are shell patterns, such as `*RequestCertificate*`.
    """

    kind: str
    _: KW_ONLY
    service: str | None = None
    """As in IAM policies: acm, cloudfront, states, tagging; execute-api and appsync for APIs of one's own."""
    operation: str | None = None
    """Of execute-api, a route such as GET /jobs/{jobId}; of appsync, GraphQL."""
    caller: str | None = None
    """`role/session`, where the session is a function or a state machine; by their names or by those in the template."""
    source: str | None = None
    """Of an event, such as aws.acm."""
    detail_type: str | None = None
    containing: str | None = None
    """A text in the path, the query or the body of a call, or anywhere in an event."""
    nth: int | Sequence[int] | None = None
    """Which of the matching calls, from 1."""
    probability: float | None = None
    times: int | None = None
    """At most so many strikes."""
    code: str | None = None
    """The error code of kind `error`."""
    error_type: str | None = None
    """How the function of kind `function-error` fails."""
    seconds: float | None = None
    """Of this machine, for the kinds `slow`, `event-delayed` and `event-reordered`."""

    def as_json(self) -> dict[str, Any]:
        stated = dataclasses.asdict(self)
        return {JSON_NAMES.get(name, name): value for name, value in stated.items() if value is not None}


@dataclass(slots=True)
class Injected:
    """Faults at work, or, after their block, as they ended."""

    instance: Instance
    seed: int
    numbers: list[int]
    _ended: list[dict[str, Any]] | None = None

    def struck(self) -> list[int]:
        """How often each of the faults struck, in the order in which they were given."""
        return [rule["struck"] for rule in self.rules()]

    def matched(self) -> list[int]:
        """How many calls each of the faults matched, struck or not."""
        return [rule["matched"] for rule in self.rules()]

    def rules(self) -> list[dict[str, Any]]:
        if self._ended is not None:
            return self._ended
        rules = control(self.instance, "GET", "faults")["rules"]
        return [rule for rule in rules if rule["number"] in self.numbers]

    def end(self) -> None:
        self._ended = control(self.instance, "DELETE", "faults", {"numbers": self.numbers})["rules"]


def inject(instance: Instance, *injected: Fault, seed: int | None = None) -> Injected:
    """Faults that stay until they are ended."""
    stated = {"rules": [fault.as_json() for fault in injected], **({} if seed is None else {"seed": seed})}
    added = control(instance, "POST", "faults", stated)
    return Injected(instance, added["seed"], [rule["number"] for rule in added["rules"]])


@contextmanager
def faults(instance: Instance, *injected: Fault, seed: int | None = None) -> Iterator[Injected]:
    """Faults for the block; prints their seed when it fails."""
    at_work = inject(instance, *injected, seed=seed)
    try:
        yield at_work
    except BaseException:
        print(f"faults: seed {at_work.seed}, struck {at_work.struck()} of {injected}", file=sys.stderr)
        raise
    finally:
        at_work.end()
