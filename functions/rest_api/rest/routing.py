"""Routes come from the one table of operations: name, method and path stand there and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Router

from cloudfront_extensions.errors import NoSuchRoute
from cloudfront_extensions.operations.access import OPERATIONS

STATUS: dict[str, int] = {}
"""What each operation answers when it goes well."""

_BY_ROUTE = {(operation.method, operation.path): name for name, operation in OPERATIONS.items()}
_PARAMETER = re.compile(r"\{(\w+)\}")


def new_router() -> Router:
    return Router()  # type: ignore[no-untyped-call]


def route(router: Router, name: str, status: int = 200) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the decorated function as the answer to an operation; its docstring stands in the contract."""
    operation = OPERATIONS[name]
    STATUS[name] = status

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        return router.route(
            _PARAMETER.sub(r"<\1>", operation.path),
            method=operation.method,
            operation_id=name,
            summary=function.__doc__,
            responses={status: {"description": "As asked."}},
        )(function)

    return register


def operation_of(event: Mapping[str, Any]) -> str:
    """The operation that API Gateway found for a request, by the path as the document writes it.

    Raises NoSuchRoute.
    """
    name = _BY_ROUTE.get((event.get("httpMethod", ""), event.get("resource", "")))
    # The router's patterns end with $, which a line break may follow: it would be cut off, and lead to another id.
    if name is None or (event.get("path") or "").endswith("\n"):
        raise NoSuchRoute("there is no such operation")
    return name
