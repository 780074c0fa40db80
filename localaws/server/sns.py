"""Messages that SNS refuses: empty ones, and subjects that are no line of ASCII text below a hundred characters.

MiniStack takes any. Source: Publish in the API reference of SNS.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from localaws.server import front_door, refusals
from localaws.server.front_door import Answer, Call, Proceed
from localaws.server.settings import Settings

SUBJECT = re.compile(r"[!-~][ -~]{0,98}")
"""Begins with a letter, a number or a punctuation mark; no control characters, fewer than 100 characters."""


def install(settings: Settings) -> None:
    front_door.add(checked)


async def checked(call: Call, proceed: Proceed) -> Answer:
    if (call.service, call.operation) != ("sns", "Publish"):
        return await proceed(call)
    given = dict(parse_qsl(call.body.decode(), keep_blank_values=True))
    if not given.get("Message"):
        return refusals.refusal(call, "InvalidParameter", "Invalid parameter: Empty message")
    if "Subject" in given and not SUBJECT.fullmatch(given["Subject"]):
        return refusals.refusal(call, "InvalidParameter", "Invalid parameter: Subject")
    return await proceed(call)
