"""The faults in force: what AWS does on its bad days, by rule and seed, on demand and again.

`PUT /_localaws/faults` with `{"seed": 7, "rules": [{"kind": "throttle", "service": "acm", "probability": 0.5}]}` sets
rules in place of all others, `POST` adds to them; both pick a seed when none is given and answer it with the rules'
numbers. `GET` tells the rules and how often each has matched and struck, and so does `DELETE`, which ends them: all, or
those of `{"numbers": […]}`. Fields and kinds of rules: `rules`; calls are struck in `calls`, events in `events`.
"""

from __future__ import annotations

import itertools
import json
import random
import threading
from functools import partial
from typing import Any

from ministack.services import sts

from localaws.server import control
from localaws.server.faults import stale_reads
from localaws.server.faults.rules import Armed, Occasion, RuleError, rule_of
from localaws.server.seams import on_reset
from localaws.server.settings import Settings

LARGEST_SEED = 2**32

rules: list[Armed] = []
_numbers = itertools.count(1)
_deciding = threading.Lock()


def install(settings: Settings) -> None:
    control.serve("/_localaws/faults", PUT=_replace, POST=_add, GET=_show, DELETE=_end)
    on_reset(sts, partial(_keep, []))  # a reset is one of all services; any will do


def has(kind: str) -> bool:
    return any(armed.rule.kind == kind for armed in rules)


def strike(occasion: Occasion) -> Armed | None:
    """The rule that strikes, now; every rule that matches counts the occasion."""
    with _deciding:
        striking = [armed for armed in rules if armed.strikes(occasion)]
        if not striking:
            return None
        striking[0].struck += 1
        return striking[0]


def _replace(body: dict[str, Any]) -> dict[str, Any]:
    seed, added = _armed_of(body)
    _keep(added)
    return _told(seed, added)


def _add(body: dict[str, Any]) -> dict[str, Any]:
    seed, added = _armed_of(body)
    rules.extend(added)
    return _told(seed, added)


def _keep(kept: list[Armed]) -> None:
    rules[:] = kept
    if not has("stale"):
        stale_reads.forget()


def _armed_of(body: dict[str, Any]) -> tuple[int, list[Armed]]:
    given, seed = control.fields(body, "rules", optional=("seed",))
    seed = random.randrange(LARGEST_SEED) if seed is None else seed  # noqa: S311
    if not isinstance(given, list) or not isinstance(seed, int):
        raise control.BadRequestError("rules is a list and seed a whole number")
    try:
        return seed, [Armed(next(_numbers), seed, place, rule_of(one), one) for place, one in enumerate(given)]
    except (RuleError, TypeError, ValueError) as error:
        raise control.BadRequestError(str(error)) from error


def _told(seed: int, added: list[Armed]) -> dict[str, Any]:
    print(f"faults: seed {seed}, rules {json.dumps([armed.stated for armed in added])}", flush=True)
    return {"seed": seed, **_report(added)}


def _show(_: dict[str, Any]) -> dict[str, Any]:
    return _report(rules)


def _end(body: dict[str, Any]) -> dict[str, Any]:
    (numbers,) = control.fields(body, optional=("numbers",))
    ended = [armed for armed in rules if numbers is None or armed.number in numbers]
    _keep([armed for armed in rules if armed not in ended])
    return _report(ended)


def _report(told: list[Armed]) -> dict[str, Any]:
    return {"rules": [armed.report() for armed in told]}
