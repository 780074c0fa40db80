"""How queries of Athena go in an instance, for the length of a block: they wait in the queue, fail or are cancelled.

with queries(instance, containing="GROUPING SETS", queued_seconds=1200, times=1):
    …
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from localaws.control import control
from localaws.instance import Instance


@contextmanager
def queries(
    instance: Instance,
    *,
    containing: str = "",
    queued_seconds: float = 0,
    fail: str | None = None,
    cancel: str | None = None,
    times: int | None = None,
) -> Iterator[None]:
    """Queries that contain a text stay QUEUED for seconds of AWS's time; then they fail or are cancelled for this reason,
    or run. At most `times` of them."""
    asked = {
        "containing": containing,
        "queuedSeconds": queued_seconds,
        "fail": fail,
        "cancel": cancel,
        "times": times,
    }
    number = control(instance, "POST", "queries", {name: value for name, value in asked.items() if value is not None})
    try:
        yield
    finally:
        control(instance, "DELETE", "queries", {"number": number["number"]})
