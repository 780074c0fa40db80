"""Runs a distribution's functions, and holds their results to the rules."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from extensions.harness.emulator.behaviors import AttachedFunction, Distribution
from extensions.harness.emulator.failures import Refused
from extensions.harness.emulator.visit import Visit
from extensions.harness.engines.calls import Call, Outcome
from extensions.harness.engines.present import engines_for
from extensions.harness.events import MalformedResult, Surroundings, native_event, read_result
from extensions.harness.messages import Request, Response
from extensions.harness.rules import Origins, log_violations, repetition_violations, violations, warnings

INVALID = 502
TIMED_OUT = 503
FAILED = {"python": 500, "javascript": 503}
OriginCalls = tuple[Mapping[str, Any], ...]


class Functions:
    """Each run is a cold start: nothing that a function keeps in a variable outlives it.

    A function of an origin event runs twice, the second time warm, and is told where the two differ (rule 19); what it
    gives the first time counts.
    """

    def __init__(self, distribution: Distribution, clock: Callable[[], datetime]) -> None:
        """Raises NoEngine where nothing on this machine runs a function of the distribution."""
        self._distribution = distribution
        self._clock = clock
        self._javascript_is_free = threading.Lock()
        for behavior in distribution.behaviors:
            for function in behavior.functions.values():
                engines_for(function.language)

    def run(
        self, function: AttachedFunction, event: str, visit: Visit, request: Request, response: Response | None = None
    ) -> tuple[Request | Response, OriginCalls]:
        """What a function returns, and the origin helpers that it called.

        Raises Refused where it fails (500, 503) or returns what CloudFront does not take (502).
        """
        around = Surroundings(visit.viewer.ip, self._distribution.domain_name, self._distribution.id)
        native = native_event(event, function.language, request, response, around)
        outcome, *again = self._outcomes(function, event, native, request.query)
        visit.trace.phases.append(event)
        visit.trace.microseconds += outcome.microseconds
        where = f"{function.name} at {event}"
        visit.trace.notes += [f"{where}: {line}" for line in outcome.log]
        visit.trace.notes += [
            f"{where}: nobody answers {one}; give it by --network or --secret" for one in outcome.unanswered
        ]
        if outcome.error is not None:
            status = TIMED_OUT if outcome.error.startswith("timed out") else FAILED[function.language]
            raise Refused(status, f"{where}: {outcome.error}")
        judged = (event, function.language, native, outcome.value)
        origins = Origins(known=frozenset(self._distribution.origins), assigned=visit.behavior.origin)
        found = violations(*judged, outcome.origin_calls, origins)
        told = [*found[1:], *warnings(*judged), *log_violations(outcome.log)]
        told += [one for other in again for one in repetition_violations(event, outcome.value, other.value)]
        visit.trace.notes += [f"{where}: {one}" for one in told]
        if found:
            raise Refused(INVALID, f"{where}: {found[0]}")
        try:
            return read_result(event, function.language, outcome.value, request, response), outcome.origin_calls
        except MalformedResult as malformed:
            raise Refused(INVALID, f"{where}: {malformed}") from malformed

    def change(
        self, function: AttachedFunction, event: str, visit: Visit, request: Request, response: Response
    ) -> Response:
        """The response that a function of a response event makes of another."""
        changed, _ = self.run(function, event, visit, request, response)
        assert isinstance(changed, Response), event  # noqa: S101 - for the type checker
        return changed

    def _outcomes(
        self, function: AttachedFunction, event: str, native: Mapping[str, Any], query: str
    ) -> Sequence[Outcome]:
        """Of one run, and at origin events of a second one, which a failover would make."""
        call = Call(
            native,
            key_value_store=function.key_value_store,
            now=self._clock(),
            secrets=function.secrets,
            network=function.network,
            raw_query=query,
        )
        engine = engines_for(function.language, time_limit=function.timeout)[0]
        if function.language == "python":
            repeated = [replace(call, continues=True)] if event.startswith("origin-") else []
            return engine.run(function.code, [call, *repeated])
        with self._javascript_is_free:
            return engine.run(function.code, [call])
