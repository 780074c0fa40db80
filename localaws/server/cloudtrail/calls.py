"""The event about a call that came through the front door."""

from __future__ import annotations

import html
import re

from localaws.server.cloudtrail import elements, events
from localaws.server.cloudtrail.identities import identity_of
from localaws.server.front_door import FUNCTION_PROCESS, Answer, Call, Proceed
from localaws.server.identities import account_of
from localaws.server.records.calls import error_code
from localaws.server.wire.exchange import Exchange, exchange_of

READS = ("Describe", "Get", "List", "Test", "Verify")
"""How the names of operations that change nothing begin."""
MESSAGE = re.compile(r"<Message>([^<]*)</Message>")


async def told(call: Call, proceed: Proceed) -> Answer:
    answer = await proceed(call)
    exchange = exchange_of(call) if is_told(call) else None
    if exchange and exchange.operation:
        account = account_of(str(call.request.access_key))
        events.send(account, event_of(exchange, call, answer, account))
    return answer


def is_told(call: Call) -> bool:
    return (
        call.service == "cloudfront"
        and call.request.access_key is not None
        and call.operation is not None
        and not call.operation.startswith(READS)
    )


def event_of(exchange: Exchange, call: Call, answer: Answer, account: str) -> events.ApiCall:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
    code = error_code(answer)
    return events.ApiCall(
        name=str(call.operation),
        identity=identity_of(str(call.request.access_key), account),
        source=call.request.headers.get("x-forwarded-for", "127.0.0.1"),
        user_agent=FUNCTION_PROCESS.sub("", call.request.headers.get("user-agent", "")).strip(),
        request_id=headers.get("x-amzn-requestid", ""),
        parameters=elements.request_parameters(exchange, call),
        response=None if code else elements.response_elements(exchange, answer, headers),
        error=(code, message_in(answer)) if code else None,
    )


def message_in(answer: Answer) -> str:
    found = MESSAGE.search(answer.body.decode(errors="replace"))
    return html.unescape(found[1]) if found else ""
