"""EventBridge hears of every call that changes something in CloudFront, as it does on AWS by way of CloudTrail.

On AWS the account needs a trail for this; here it is as if it had one. Reads are not told, nor are calls that nobody has
signed. Calls that the rates refuse are told like any other refusal, calls that a fault strikes are told as far as the
service got to see them: a lost answer is an answer.
"""

from __future__ import annotations

from localaws.server import front_door
from localaws.server.cloudtrail import calls, stacks
from localaws.server.settings import Settings


def install(settings: Settings) -> None:
    front_door.add(calls.told)
    stacks.install()
