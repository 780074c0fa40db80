"""How queries go, as told: `POST /_localaws/queries` with what is to happen to queries that contain a text.

    {"containing": "GROUPING SETS", "queuedSeconds": 1200, "fail": "…", "cancel": "…", "times": 1}

`queuedSeconds` of AWS's time pass in the state QUEUED, at the instance's speed; then the query fails or is cancelled for
the reason, or is run. The answer has a `number`, by which `DELETE` forgets it, or all without one; `GET` tells what is set.
"""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass
from typing import Any

from localaws.server import control


@dataclass(slots=True, eq=False)
class Outcome:
    number: int
    containing: str = ""
    queued_seconds: float = 0
    fail: str | None = None
    cancel: str | None = None
    times: int | None = None
    struck: int = 0

    def told(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "containing": self.containing,
            "queuedSeconds": self.queued_seconds,
            "fail": self.fail,
            "cancel": self.cancel,
            "times": self.times,
            "struck": self.struck,
        }


_outcomes: list[Outcome] = []
_numbers = itertools.count(1)
_deciding = threading.Lock()


def serve() -> None:
    control.serve("/_localaws/queries", POST=_add, DELETE=_forget, GET=_show)


def forget() -> None:
    _outcomes.clear()


def of(statement: str) -> Outcome | None:
    """What is to happen to a query; it counts."""
    with _deciding:
        for one in _outcomes:
            if one.containing in statement and (one.times is None or one.struck < one.times):
                one.struck += 1
                return one
    return None


def _add(body: dict[str, Any]) -> dict[str, Any]:
    containing, queued, fail, cancel, times = control.fields(
        body, optional=("containing", "queuedSeconds", "fail", "cancel", "times")
    )
    if fail is not None and cancel is not None:
        raise control.BadRequestError("a query fails or is cancelled, not both")
    added = Outcome(next(_numbers), containing or "", float(queued or 0), fail, cancel, times)
    _outcomes.append(added)
    return added.told()


def _forget(body: dict[str, Any]) -> dict[str, Any]:
    (number,) = control.fields(body, optional=("number",))
    forgotten = [one for one in _outcomes if number in (None, one.number)]
    _outcomes[:] = [one for one in _outcomes if one not in forgotten]
    return {"outcomes": [one.told() for one in forgotten]}


def _show(_: dict[str, Any]) -> dict[str, Any]:
    return {"outcomes": [one.told() for one in _outcomes]}
