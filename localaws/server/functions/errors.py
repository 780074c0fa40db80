"""A function's exception keeps its class name, so that `Catch: ["CertificateFailed"]` matches.

MiniStack calls every exception Runtime.HandlerError. The worker (`worker`) reports a failure as a result of a
known shape; here it becomes a failed invocation again. Needs `runtime`.
"""

from __future__ import annotations

from typing import Any

from ministack.services import lambda_svc

from localaws.server.functions.worker import FAILURE
from localaws.server.settings import Settings

PROCESS_DIED = "Worker process died"


def install(settings: Settings) -> None:
    execute_stock = lambda_svc._execute_function_warm

    def execute(func: dict[str, Any], event: Any, request_id: str) -> dict[str, Any]:
        result: dict[str, Any] = execute_stock(func, event, request_id)
        body = result.get("body")
        if not isinstance(body, dict):
            return result
        if FAILURE in body:
            return {**result, "body": {**body[FAILURE], "requestId": request_id}, "error": True}
        if result.get("error") and body.get("errorMessage") == PROCESS_DIED:
            message = f"RequestId: {request_id} Error: Runtime exited"
            return {**result, "body": {"errorType": "Runtime.ExitError", "errorMessage": message}}
        return result

    lambda_svc._execute_function_warm = execute
