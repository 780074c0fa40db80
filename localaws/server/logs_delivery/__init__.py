"""CloudWatch Logs' API for the delivery of logs that services vend, as standard logging v2 of CloudFront uses it.

Replaces MiniStack's operations of that API, which give ids that the model forbids, take a second source for a distribution, any
path and any bucket, delete what is in use, list all on one page and update nothing. Its tables stay; all other operations of
CloudWatch Logs are MiniStack's.

`PUT /_localaws/log-files` delivers a file as CloudFront would (`log_files`); `PUT /_localaws/log-delivery-changes` lets another
change of the same source or destination be under way (`changes`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from localaws.server import control
from localaws.server.aws_json import Answer
from localaws.server.logs_delivery import changes, log_files, operations
from localaws.server.seams import on_reset, wrap
from localaws.server.settings import Settings

Handler = Callable[..., Awaitable[Answer]]


def install(settings: Settings) -> None:
    from ministack.services import cloudwatch_logs

    wrap(cloudwatch_logs, "handle_request", in_front_of)
    control.serve("/_localaws/log-files", PUT=log_files.deliver)
    control.serve("/_localaws/log-delivery-changes", PUT=changes.begin, DELETE=changes.end)
    on_reset(cloudwatch_logs, changes.forget)


def in_front_of(stock: Handler) -> Handler:
    service = operations.service()

    async def handle_request(method: str, path: str, headers: Any, body: bytes, query: Any) -> Answer:
        action = headers.get("x-amz-target", "").rpartition(".")[2]
        handler = service.handle_request if action in operations.OPERATIONS else stock
        return await handler(method, path, headers, body, query)

    return handle_request
