"""What a function is given and gives back has a size that Lambda limits: 6 MB where the caller waits, else 1 MB.

MiniStack passes any size.
"""

from __future__ import annotations

from typing import Any

from ministack.services import lambda_svc

from localaws.server import front_door, quotas, refusals
from localaws.server.front_door import Answer, Call, Proceed
from localaws.server.settings import Settings
from localaws.server.step_functions.payload_limit import json_bytes


def install(settings: Settings) -> None:
    execute_stock = lambda_svc._execute_function

    def execute(func: dict[str, Any], event: Any) -> dict[str, Any]:
        result: dict[str, Any] = execute_stock(func, event)
        return result if result.get("error") else with_limited_answer(result)

    lambda_svc._execute_function = execute
    front_door.add(limited)


async def limited(call: Call, proceed: Proceed) -> Answer:
    if (call.service, call.operation) == ("lambda", "Invoke"):
        is_event = call.request.headers.get("x-amz-invocation-type") == "Event"
        most = quotas.limit(quotas.ASYNCHRONOUS_PAYLOAD_BYTES if is_event else quotas.SYNCHRONOUS_PAYLOAD_BYTES)
        if len(call.body) > most:
            kind = "Event" if is_event else "RequestResponse"
            message = f"{len(call.body)} byte payload is too large for the {kind} invocation type (limit {most} bytes)"
            return refusals.refusal(call, "RequestTooLargeException", message)
    return await proceed(call)


def with_limited_answer(result: dict[str, Any]) -> dict[str, Any]:
    """The result of a function, or the failure that takes its place when it is too large."""
    most = quotas.limit(quotas.SYNCHRONOUS_PAYLOAD_BYTES)
    size = json_bytes(result.get("body"))
    if size <= most:
        return result
    message = f"Response payload size ({size} bytes) exceeded maximum allowed payload size ({most} bytes)."
    failure = {"errorType": "Function.ResponseSizeTooLarge", "errorMessage": message}
    return {**result, "body": failure, "error": True}
