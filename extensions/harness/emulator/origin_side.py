"""What happens on a cache miss: origin-request, the origin, origin-response, once for each origin that is asked."""

from __future__ import annotations

from dataclasses import replace

from extensions.harness.emulator.asking import OriginFailed, ask
from extensions.harness.emulator.behaviors import Distribution
from extensions.harness.emulator.failures import Refused
from extensions.harness.emulator.forwarding import forwarded
from extensions.harness.emulator.functions import Functions
from extensions.harness.emulator.origin_choice import OriginPlan, from_lambda, lambda_form
from extensions.harness.emulator.origins import Origin
from extensions.harness.emulator.visit import Visit
from extensions.harness.messages import Request, Response


class OriginSide:
    def __init__(self, distribution: Distribution, functions: Functions) -> None:
        self._distribution = distribution
        self._functions = functions

    def fetch(self, visit: Visit, request: Request, origins: OriginPlan) -> Response:
        """The answer of the first origin that has one; functions run for each that is asked. Raises Refused."""
        request = forwarded(visit.behavior, request, visit.viewer, self._distribution.via)
        for origin in origins.origins[:-1]:
            try:
                status, response = self._fetch_from(visit, request, origin)
            except OriginFailed as failed:
                if not origins.goes_on(request.method, failed.counts_as):
                    raise Refused(failed.status, str(failed)) from failed
                visit.trace.notes.append(f"{failed}; the next origin is asked")
            else:
                if not origins.goes_on(request.method, status):
                    return response
        try:
            return self._fetch_from(visit, request, origins.origins[-1])[1]
        except OriginFailed as failed:
            raise Refused(failed.status, str(failed)) from failed

    def _fetch_from(self, visit: Visit, request: Request, origin: Origin) -> tuple[int, Response]:
        """The status that the origin gave, by which a failover is decided, and the response after all functions."""
        host = request.headers.get("host", (origin.domain,))
        request = replace(request, headers={**request.headers, "host": host}, origin=lambda_form(origin))
        if function := visit.behavior.functions.get("origin-request"):
            result, _ = self._functions.run(function, "origin-request", visit, request)
            if isinstance(result, Response):
                visit.trace.cache = "LambdaGeneratedResponse"
                return result.status, result
            request = result
            origin = from_lambda(request.origin or {}, origin, self._distribution.origins)
        visit.trace.phases.append(f"origin {origin.id}")
        answer = response = ask(origin, request)
        if function := visit.behavior.functions.get("origin-response"):
            response = self._functions.change(function, "origin-response", visit, request, answer)
        return answer.status, response
