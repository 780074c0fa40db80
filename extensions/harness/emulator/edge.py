"""One edge location: viewer-request, cache, on a miss the origin side, viewer-response."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from extensions.harness.emulator.behaviors import Behavior, Distribution
from extensions.harness.emulator.cache import Cache
from extensions.harness.emulator.failures import Refused
from extensions.harness.emulator.forwarding import described, without_emulation
from extensions.harness.emulator.functions import Functions
from extensions.harness.emulator.origin_choice import OriginPlan, plan
from extensions.harness.emulator.origin_side import OriginSide
from extensions.harness.emulator.trace import Trace
from extensions.harness.emulator.viewers import Viewer
from extensions.harness.emulator.visit import Visit
from extensions.harness.emulator.wire import read_date, request_fields
from extensions.harness.messages import Request, Response
from extensions.harness.rules import sizes

FIRST_ERROR = 400
GENERATED = {"python": "LambdaGeneratedResponse", "javascript": "FunctionGeneratedResponse"}


class Edge:
    """A distribution with a cache and what runs its functions."""

    def __init__(self, distribution: Distribution, cache: Cache, functions: Functions) -> None:
        self._distribution = distribution
        self._cache = cache
        self._functions = functions
        self._origin_side = OriginSide(distribution, functions)

    def answer(self, request: Request, viewer: Viewer, trace: Trace) -> Response:
        """What the viewer gets; the trace tells how it came about."""
        try:
            response = self._answer(request, Visit(self._distribution.behavior_of(request.uri), viewer, trace))
        except Refused as refused:
            trace.cache = "Error"
            trace.notes.append(str(refused))
            response = error_page(refused)
        headers = {
            **response.headers,
            "via": response.headers.get("via", (self._distribution.via,)),
            "x-cache": (f"{trace.cache} from cloudfront",),
            "x-amz-cf-id": (uuid4().hex,),
        }
        return replace(response, headers=headers)

    def _answer(self, request: Request, visit: Visit) -> Response:
        refuse_what_no_function_sees(request, visit.behavior)
        request = without_emulation(request)
        assigned = self._distribution.origins[visit.behavior.origin]
        origins = OriginPlan((assigned,))
        if function := visit.behavior.functions.get("viewer-request"):
            if function.language == "javascript":
                request = described(visit.behavior, request, visit.viewer)
            result, calls = self._functions.run(function, "viewer-request", visit, request)
            if isinstance(result, Response):
                visit.trace.cache = GENERATED[function.language]
                return result
            request = result
            origins = plan(assigned, self._distribution.origins, calls)
        request = described(visit.behavior, request, visit.viewer)
        response = self._from_cache_or_origin(visit, request, origins)
        if response.status >= FIRST_ERROR:
            visit.trace.cache = "Error"
            return response
        if is_unchanged(request, response):
            response = replace(response, status=304, body=None)
        if function := visit.behavior.functions.get("viewer-response"):
            response = self._functions.change(function, "viewer-response", visit, request, response)
        return response

    def _from_cache_or_origin(self, visit: Visit, request: Request, origins: OriginPlan) -> Response:
        """Errors count by what is cached, so by what an origin-response function made of them."""
        policy = visit.behavior.cache
        if entry := self._cache.find(policy, request):
            visit.trace.cache = "Hit"
            response = entry.response
            added = {"age": (str(self._cache.age(entry)),)}
        else:
            response = self._origin_side.fetch(visit, request, origins)
            self._cache.keep(policy, request, response)
            added = {}
        return replace(response, headers={**response.headers, "via": (self._distribution.via,), **added})


def refuse_what_no_function_sees(request: Request, behavior: Behavior) -> None:
    """Raises Refused for a request that is too large, or of a kind that the behavior does not allow."""
    if request.method not in behavior.methods:
        allowed = ", ".join(behavior.methods)
        raise Refused(403, f"behavior {behavior.path_pattern} does not allow {request.method}; it allows {allowed}")
    if request.method == "GET" and request.body:
        raise Refused(403, "a GET with a body is not served; send POST, or no body")
    fields = list(request_fields(request))
    headers = {name: tuple(value for other, value in fields if other == name) for name, _ in fields}
    url = f"{request.uri}?{request.query}" if request.query else request.uri
    for violation in sizes(request.method, url, headers):
        raise Refused(413, str(violation))


def is_unchanged(request: Request, response: Response) -> bool:
    """Whether the viewer says, by If-None-Match or else If-Modified-Since, that it has what is there."""
    if request.method not in ("GET", "HEAD") or response.status != 200:
        return False
    known = [tag.strip() for tag in ",".join(request.headers.get("if-none-match", ())).split(",") if tag.strip()]
    if known:
        tags = {tag.removeprefix("W/") for tag in response.headers.get("etag", ())}
        return "*" in known or not tags.isdisjoint(tag.removeprefix("W/") for tag in known)
    seen = read_date(request.headers.get("if-modified-since", ()))
    changed = read_date(response.headers.get("last-modified", ()))
    return seen is not None and changed is not None and changed <= seen


def error_page(refused: Refused) -> Response:
    body = f"{refused.status} The request could not be satisfied.\n{refused}\n".encode()
    return Response(status=refused.status, headers={"content-type": ("text/plain",)}, cookies={}, body=body)
