"""What became of each URL at each point of presence, counted and told."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypedDict

SUCCESSFUL = range(200, 400)
"""Statuses of answers that fill a cache with what viewers shall get."""
COLUMNS = ("pop", "url", "outcome", "status", "answeredBy", "attempts", "reason")
_TOLD_IN_CAUSE = 3


class Outcome(StrEnum):
    WARM = "warm"
    BAD_STATUS = "badStatus"
    """CloudFront answered with an error, its own or the origin's: nothing that helps a viewer is cached."""
    ELSEWHERE = "answeredElsewhere"
    """Another place answered than the one that was asked."""
    UNREACHABLE = "unreachable"
    """No connection, no valid certificate, or no whole answer, at any address of the PoP."""
    NO_SUCH_POP = "noSuchPop"
    """Its name has no address."""
    TIMED_OUT = "timedOut"
    """The time of the whole pre-warming was over before its turn."""
    NOT_TRIED = "notTried"
    """Its batch failed; the child of the Map Run has the cause."""


class Fetch(TypedDict):
    """What became of a URL at a PoP."""

    url: str
    pop: str
    outcome: str
    status: int | None
    bytes: int
    """Of the body, as it came over the wire."""
    seconds: float
    cache: str | None
    """What x-cache says: a Hit was there already."""
    answeredBy: str | None
    """The PoP by x-amz-cf-pop."""
    attempts: int
    reason: str | None


class Totals(TypedDict):
    """What a pre-warming came to."""

    fetches: int
    warm: int
    failed: int
    hits: int
    """Of those that are warm, the ones that were so already."""
    bytes: int


class Report(TypedDict):
    request: Mapping[str, Any]
    totals: Totals
    pops: dict[str, Totals]
    outcomes: dict[str, int]
    failedPops: list[str]
    """Through which nothing came."""
    failedUrls: list[str]
    """That came through no PoP."""
    failures: list[Fetch]


def judged(pop: str, status: int, answered_by: str | None) -> tuple[Outcome, str | None]:
    """The outcome of an answer, and the reason where it is no good one."""
    if status not in SUCCESSFUL:
        return Outcome.BAD_STATUS, f"the answer has status {status}"
    if answered_by is None:
        return Outcome.ELSEWHERE, "the answer names no PoP: that is not CloudFront"
    if answered_by.upper() != pop:
        return Outcome.ELSEWHERE, f"{answered_by} answered"
    return Outcome.WARM, None


def not_fetched(url: str, pop: str, outcome: Outcome, reason: str, attempts: int = 0) -> Fetch:
    return {
        "url": url,
        "pop": pop,
        "outcome": outcome.value,
        "status": None,
        "bytes": 0,
        "seconds": 0.0,
        "cache": None,
        "answeredBy": None,
        "attempts": attempts,
        "reason": reason,
    }


def totals(fetches: Iterable[Fetch]) -> Totals:
    found: Totals = {"fetches": 0, "warm": 0, "failed": 0, "hits": 0, "bytes": 0}
    for fetch in fetches:
        found["fetches"] += 1
        found["bytes"] += fetch["bytes"]
        if fetch["outcome"] == Outcome.WARM:
            found["warm"] += 1
            found["hits"] += (fetch["cache"] or "").startswith("Hit")
        else:
            found["failed"] += 1
    return found


def report(request: Mapping[str, Any], fetches: Sequence[Fetch]) -> Report:
    """Totals, of each PoP too, how failures are spread, and every failure."""
    pops = dict.fromkeys(fetch["pop"] for fetch in fetches)
    failures = [fetch for fetch in fetches if fetch["outcome"] != Outcome.WARM]
    return {
        "request": request,
        "totals": totals(fetches),
        "pops": {pop: totals(fetch for fetch in fetches if fetch["pop"] == pop) for pop in pops},
        "outcomes": dict(Counter(fetch["outcome"] for fetch in fetches)),
        "failedPops": _wholly_failed(fetches, "pop"),
        "failedUrls": _wholly_failed(fetches, "url"),
        "failures": failures,
    }


def failures_csv(fetches: Iterable[Fetch]) -> str:
    text = io.StringIO()
    rows = csv.DictWriter(text, COLUMNS, extrasaction="ignore")
    rows.writeheader()
    rows.writerows(fetch for fetch in fetches if fetch["outcome"] != Outcome.WARM)
    return text.getvalue()


def cause(fetches: Sequence[Fetch], where: str) -> str:
    """Why a pre-warming is not whole, in a sentence: how many failed, the first of them, and where all are."""
    failures = [fetch for fetch in fetches if fetch["outcome"] != Outcome.WARM]
    first = "; ".join(f"{one['url']} through {one['pop']}: {one['reason']}" for one in failures[:_TOLD_IN_CAUSE])
    return f"{len(failures):,} of {len(fetches):,} fetches failed. {first}. The report is {where}"


def _wholly_failed(fetches: Iterable[Fetch], what: str) -> list[str]:
    """PoPs, or URLs, of which nothing came through."""
    warm: dict[str, bool] = {}
    for fetch in fetches:
        name = str(fetch[what])  # type: ignore[literal-required]
        warm[name] = warm.get(name, False) or fetch["outcome"] == Outcome.WARM
    return [name for name, one in warm.items() if not one]
