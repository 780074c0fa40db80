"""Which engines this machine has."""

from __future__ import annotations

from functools import cache

from extensions.harness.engines.calls import TIME_LIMIT, Engine
from extensions.harness.engines.njs import find_njs
from extensions.harness.engines.node import find_node
from extensions.harness.engines.python import Python
from extensions.harness.folders import Language


class NoEngine(Exception):
    """Nothing here runs such a function; the message says what to install."""


def engines_for(language: Language, name: str | None = None, time_limit: float = TIME_LIMIT) -> list[Engine]:
    """Those that run the language, the reference first; of those for JavaScript only the named one, if one is named.

    The limit of time is that of Lambda@Edge; CloudFront Functions have their own. Raises NoEngine.
    """
    if language == "python":
        return [Python(time_limit)]
    present = [engine for engine in _for_javascript() if name in (None, engine.name)]
    if not present:
        missing = name or "an engine of JavaScript"
        raise NoEngine(f"{missing} is not here; run `make setup`, or install njs (apt-get install njs) or Node")
    return present


@cache
def _for_javascript() -> tuple[Engine, ...]:
    found: tuple[Engine | None, ...] = (find_njs(), find_node())
    return tuple(engine for engine in found if engine)
