"""Calls that Athena makes in the name of a query's caller say so in their record."""

from __future__ import annotations

from localaws.server.athena.lake import ATHENA
from localaws.server.front_door import Answer, Call, Proceed


async def noted(call: Call, proceed: Proceed) -> Answer:
    if ATHENA in call.request.headers.get("user-agent", ""):
        call.notes["by"] = ATHENA
    return await proceed(call)
