"""Native events of both runtimes from the plain shape, and their results back into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from extensions.harness import function_events, lambda_events
from extensions.harness.folders import Language
from extensions.harness.malformed import MalformedResult
from extensions.harness.messages import Request, Response

__all__ = ["MalformedResult", "Surroundings", "native_event", "read_result"]

REQUEST_ID = "4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ=="


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an event tells besides request and response."""

    viewer_ip: str = "198.51.100.10"
    domain_name: str = "d111111abcdef8.cloudfront.net"
    distribution_id: str = "EDFDVBD6EXAMPLE"
    request_id: str = REQUEST_ID


def native_event(
    event: str,
    language: Language,
    request: Request,
    response: Response | None = None,
    surroundings: Surroundings | None = None,
) -> dict[str, Any]:
    """The event as the runtime of the language gets it."""
    around = surroundings or Surroundings()
    names = {
        "distributionDomainName": around.domain_name,
        "distributionId": around.distribution_id,
        "eventType": event,
        "requestId": around.request_id,
    }
    if language == "python":
        told: dict[str, Any] = {
            "config": names,
            "request": lambda_events.request_to_native(request, event, around.viewer_ip),
        }
        if response is not None:
            told["response"] = lambda_events.response_to_native(response)
        return {"Records": [{"cf": told}]}
    told = {
        "version": "1.0",
        "context": names,
        "viewer": {"ip": around.viewer_ip},
        "request": function_events.request_to_native(request),
    }
    if response is not None:
        told["response"] = function_events.response_to_native(response)
    return told


def read_result(
    event: str, language: Language, result: object, request: Request, response: Response | None = None
) -> Request | Response:
    """The request or the response that a function returned. Raises MalformedResult.

    What a runtime does not show, such as a body, is as it went in.
    """
    if not isinstance(result, Mapping):
        what = "nothing" if result is None else repr(result)
        wanted = "the request or a response" if event.endswith("-request") else "the response"
        raise MalformedResult(f"it returned {what}; return {wanted}")
    status = "status" if language == "python" else "statusCode"
    if event.endswith("-response") or status in result:
        if language == "python":
            return lambda_events.response_from_native(result, response)
        return function_events.response_from_native(result, response)
    if "uri" not in result:
        keys = ", ".join(sorted(map(str, result))) or "nothing"
        raise MalformedResult(f"it returned an object with {keys}; a request has uri, a response has {status}")
    if language == "python":
        return lambda_events.request_from_native(result, request, event)
    return function_events.request_from_native(result, request)
