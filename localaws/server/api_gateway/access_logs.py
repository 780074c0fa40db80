"""Access logs: one line for each request that reached a stage, refused or not, in the format that the stage says.

They are written with the account's role for logs, at once; on AWS within minutes. MiniStack writes none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.services import apigateway_v1, cloudwatch_logs

from localaws.server.api_gateway import accounts, contexts, exchanges
from localaws.server.api_gateway.exchanges import Answer, Exchange
from localaws.server.api_gateway.stages import group_of
from localaws.server.seams import wrap

NOTHING = "-"


def install() -> None:
    wrap(apigateway_v1, "_handle_execute_in_scope", logged)


def logged(stock: Callable[..., Awaitable[Answer]]) -> Callable[..., Awaitable[Answer]]:
    async def handle(*request: Any) -> Answer:
        answer = await stock(*request)
        exchange = exchanges.current()
        if settings := (exchange.request["stage"] or {}).get("accessLogSettings"):
            write(exchange, settings["destinationArn"], line(exchange, settings["format"]))
        return answer

    return handle


def line(exchange: Exchange, form: str) -> str:
    return contexts.VARIABLE.sub(lambda found: contexts.value(exchange, found[1] or found[2]) or NOTHING, form)


def write(exchange: Exchange, destination: str, message: str) -> None:
    """Nothing is written, and nobody told, where the role or the group has gone or the role may not: as on AWS."""
    role, group = accounts.role_for_logs(), group_of(destination)
    if role is None or group not in cloudwatch_logs._log_groups or not accounts.may_write(role, destination):
        return
    stream = hashlib.sha256(f"{exchange.api_id}/{exchange.stage}".encode()).hexdigest()[:32]
    place = {"logGroupName": group, "logStreamName": stream}
    if stream not in cloudwatch_logs._log_groups[group]["streams"]:
        cloudwatch_logs._create_log_stream(place)
    event = {"timestamp": int(exchange.received * 1000), "message": message}
    cloudwatch_logs._put_log_events({**place, "logEvents": [event]})
