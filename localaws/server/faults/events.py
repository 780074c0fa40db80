"""Events that EventBridge loses, delivers twice, late or out of turn; on AWS, delivery is at least once and in any order.

The rules are set with those for calls (`in_force`): `{"kind": "event-delayed", "source": "aws.acm", "seconds": 2}`. A strike
is on an event before any rule of EventBridge sees it: all targets share its fate.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from functools import partial
from typing import Any

from ministack.services import eventbridge

from localaws.server.faults import in_force
from localaws.server.faults.rules import EVENTS, Armed, Occasion
from localaws.server.seams import on_reset, wrap
from localaws.server.settings import Settings

Delivery = Callable[[], None]


@dataclass(slots=True, eq=False)
class Held:
    """An event that is not delivered yet."""

    armed: Armed
    deliver: Delivery

    def is_overtaken_by(self, occasion: Occasion) -> bool:
        return self.armed.rule.kind == "event-reordered" and self.armed.matches(occasion)


_held: list[Held] = []
_holding = threading.Lock()
_is_spared: ContextVar[bool] = ContextVar("is_spared", default=False)


def install(settings: Settings) -> None:
    wrap(eventbridge, "_dispatch_event", struck)
    on_reset(eventbridge, _held.clear)


@contextmanager
def spared() -> Iterator[None]:
    """What is sent inside arrives, whatever the rules say."""
    token = _is_spared.set(True)
    try:
        yield
    finally:
        _is_spared.reset(token)


def struck(stock: Callable[..., None]) -> Callable[..., None]:
    def dispatch(event: dict[str, Any], view: Any = None) -> None:
        deliver = partial(stock, event, view)
        if _is_spared.get() or "_DispatchPath" in event:  # the latter is forwarded by a rule, and was judged before
            deliver()
            return
        occasion = occasion_of(event)
        overtaken = [held for held in _held if held.is_overtaken_by(occasion)]
        armed = in_force.strike(occasion)
        if armed is None:
            deliver()
        else:
            print(f"faults: rule {armed.number} {armed.rule.kind}: {event['Source']} {event['DetailType']}", flush=True)
            strike(armed, deliver, is_overtaking=bool(overtaken))
        for held in overtaken:
            release(held)

    return dispatch


def occasion_of(event: dict[str, Any]) -> Occasion:
    text = f"{event.get('Resources', [])} {event.get('Detail', '')}"
    return Occasion(EVENTS, {"source": (event["Source"],), "detailType": (event["DetailType"],)}, text)


def strike(armed: Armed, deliver: Delivery, *, is_overtaking: bool) -> None:
    kind = armed.rule.kind
    if kind == "event-duplicated":
        deliver()
        deliver()
    elif kind == "event-reordered" and is_overtaking:
        deliver()
    elif kind != "event-lost":
        hold(Held(armed, partial(copy_context().run, deliver)))


def hold(held: Held) -> None:
    """Until its time has come, or, if it is to be overtaken, until another one has overtaken it."""
    _held.append(held)
    timer = threading.Timer(held.armed.rule.seconds, release, (held,))
    timer.daemon = True
    timer.start()


def release(held: Held) -> None:
    """Deliver a held event, once, and not after a reset."""
    with _holding:
        if held not in _held:
            return
        _held.remove(held)
    held.deliver()
