"""What the adapters of this process ask of AWS."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cloudfront_extensions.aws import clients


@contextmanager
def counted(*services: str) -> Iterator[Counter[str]]:
    """The calls to these services inside, by operation."""
    counts: Counter[str] = Counter()

    def count(model: Any, **_: Any) -> None:
        counts[model.name] += 1

    for service in services:
        clients.client(service).meta.events.register("before-call", count)
    yield counts
    for service in services:
        clients.client(service).meta.events.unregister("before-call", count)
