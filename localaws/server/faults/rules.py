"""Which calls and events a fault strikes: rules, and the decision for one occasion. No server, no clock.

A rule strikes by what it is told to match, by count (`nth`, `times`) and by chance. Chance is not a sequence that
parallel calls draw from in the order of their arrival: it is a hash of the seed, the rule, the occasion and how often
that occasion has come before. The same seed therefore strikes the same calls however they interleave.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

KILLS = frozenset({"kill-before", "kill-after"})
CALLS = KILLS | {
    "throttle",
    "unavailable",
    "error",
    "lost-before",
    "lost-after",
    "unavailable-after",
    "unanswered",
    "slow",
    "stale",
    "function-error",
}
EVENTS = frozenset({"event-lost", "event-duplicated", "event-delayed", "event-reordered"})
MATCHED_FIELDS = {
    **dict.fromkeys(CALLS, ("service", "operation", "caller")),
    **dict.fromkeys(EVENTS, ("source", "detailType")),
}
NEEDED_FIELDS = {"error": ("code",), "slow": ("seconds",), "event-delayed": ("seconds",)}
"""What a kind has to be told besides whom it strikes."""
DEFAULTS: dict[str, dict[str, Any]] = {
    "function-error": {"errorType": "Lambda.Unknown"},
    "event-reordered": {"seconds": 1},
}
"""What a kind may be told."""
COMMON_FIELDS = ("kind", "containing", "nth", "probability", "times")
MADE_UP = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"  # UUIDs: certificates, executions, task tokens
    r"|[0-9a-f]{32,}"  # digests of any of these
    r"|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)?|\d{10,}(?:\.\d+)?"  # times
    r"|[A-Z][a-z]{2} \d{1,2}, \d{4} \d{1,2}:\d\d:\d\d [AP]M"  # times in CloudTrail's words
    r"|\bA(?:SIA|KIA|ROA|IDA)[A-Z0-9]{12,17}\b"  # access keys, roles, users
    r"|\b[EZ][A-Z0-9]{12,20}\b|\bd[a-z0-9]{13,14}(?=\.cloudfront\.net)"  # distributions, hosted zones
    r"|-[0-9a-f]{8}-[0-9a-f]{3}\b|(?:[0-9A-F]{13}|[0-9a-f]{13})\b"  # in the names that CloudFormation gives
    r"|127\.0\.0\.1:\d+|(?<=/restapis/)\w+|(?<=/v1/apis/)\w+"  # hosts, APIs
)


class RuleError(ValueError):
    """A rule that can't be; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Rule:
    kind: str
    patterns: Mapping[str, str]
    """Field of the occasion → shell pattern, case-sensitive."""
    containing: str = ""
    nth: frozenset[int] = frozenset()
    """Which of the matching occasions, from 1; empty for all."""
    probability: float = 1.0
    times: int | None = None
    """At most so many strikes."""
    code: str = ""
    seconds: float = 0.0
    """Of this machine: callers' own timeouts pass in them too."""
    error_type: str = ""


@dataclass(frozen=True, slots=True)
class Occasion:
    """A call or an event that faults may strike."""

    kinds: frozenset[str]
    """The kinds of fault that can happen to it."""
    fields: Mapping[str, tuple[str, ...]]
    """The names that each field goes by; the last is the same in every run."""
    text: str
    """All that it says."""

    @property
    def identity(self) -> str:
        """What stays the same in another run: names, not the ids and times that the run made up."""
        return MADE_UP.sub("*", "\n".join((*(names[-1] for names in self.fields.values()), self.text)))


@dataclass(slots=True, eq=False)
class Armed:
    """A rule at work, with what it has seen."""

    number: int
    """Its name for whoever set it."""
    seed: int
    place: int
    """Among the rules set together with it: two equal rules strike different occasions."""
    rule: Rule
    stated: Mapping[str, Any]
    """As it was set."""
    matched: int = 0
    struck: int = 0
    _seen: Counter[bytes] = field(default_factory=Counter)

    def matches(self, occasion: Occasion) -> bool:
        rule = self.rule
        return (
            rule.kind in occasion.kinds
            and all(
                any(fnmatchcase(name, pattern) for name in occasion.fields[field])
                for field, pattern in rule.patterns.items()
            )
            and rule.containing in occasion.text
        )

    def strikes(self, occasion: Occasion) -> bool:
        """Count the occasion if it matches, and decide."""
        if not self.matches(occasion):
            return False
        self.matched += 1
        rule = self.rule
        is_drawn = rule.probability >= 1 or self._chance(occasion) < rule.probability
        return (
            is_drawn and (not rule.nth or self.matched in rule.nth) and (rule.times is None or self.struck < rule.times)
        )

    def _chance(self, occasion: Occasion) -> float:
        digest = hashlib.sha256(occasion.identity.encode()).digest()
        self._seen[digest] += 1
        drawn = hashlib.sha256(f"{self.seed} {self.place} {self._seen[digest]} ".encode() + digest).digest()
        return int.from_bytes(drawn[:8]) / 2**64

    def report(self) -> dict[str, Any]:
        counts = {"matched": self.matched, "struck": self.struck}
        return {"number": self.number, "seed": self.seed, **self.stated, **counts}


def rule_of(stated: object) -> Rule:
    """A rule from its JSON. Raises RuleError."""
    if not isinstance(stated, dict) or stated.get("kind") not in MATCHED_FIELDS:
        raise RuleError(f"a rule has a kind, one of {', '.join(sorted(MATCHED_FIELDS))}")
    kind = str(stated["kind"])
    needed = NEEDED_FIELDS.get(kind, ())
    stated = {**DEFAULTS.get(kind, {}), **stated}
    unknown = sorted(set(stated) - {*COMMON_FIELDS, *MATCHED_FIELDS[kind], *needed, *DEFAULTS.get(kind, ())})
    missing = [name for name in needed if name not in stated]
    if unknown or missing:
        raise RuleError(f"{kind}: missing {missing}, unknown {unknown}")
    nth, probability = stated.get("nth", []), stated.get("probability", 1)
    numbers = nth if isinstance(nth, list) else [nth]
    if not all(isinstance(number, int) and number > 0 for number in numbers):
        raise RuleError(f"{kind}: nth is a whole number from 1 or a list of them, not {nth!r}")
    if not isinstance(probability, int | float) or not 0 <= probability <= 1:
        raise RuleError(f"{kind}: probability is between 0 and 1, not {probability!r}")
    return Rule(
        kind,
        {name: str(stated[name]) for name in MATCHED_FIELDS[kind] if name in stated},
        str(stated.get("containing", "")),
        frozenset(numbers),
        float(probability),
        None if stated.get("times") is None else int(stated["times"]),
        str(stated.get("code", "")),
        float(stated.get("seconds", 0)),
        str(stated.get("errorType", "")),
    )
