"""Turns at an operation that AWS allows so seldom that executions have to queue for it, over all jobs.

| partition key    | sort key | holds                                                                    |
|------------------|----------|--------------------------------------------------------------------------|
| `turns#<queue>`  | `turns`  | `next_at`: when the next turn is to be had, in milliseconds of the epoch |

A turn is had by adding to a number, which DynamoDB does for one caller after the other: nobody tries in vain while others
queue.

Imports queue twice. For long, in a Wait state, where it costs nothing but nobody is on time: functions start cold. And for a
moment, in the task itself, so that those who come late do not meet at ACM. The long queue is the slower one, and the short one
stays short.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from math import ceil
from typing import TypeVar

from cloudfront_extensions.aws.attributes import from_attribute, to_attributes
from cloudfront_extensions.aws.clock import epoch_milliseconds
from cloudfront_extensions.aws.retries import MOST_ATTEMPTS
from cloudfront_extensions.aws.table import Table
from cloudfront_extensions.errors import AwsThrottled, AwsUnavailable

Answer = TypeVar("Answer")

LONG_QUEUE, SHORT_QUEUE = "imports", "imports-now"
SLACK = 1.05
"""How much further apart than ACM asks for turns are: calls don't arrive as evenly as they are sent."""
SLOWER = 1.05
"""How much longer a turn of the long queue is than one of the short queue, which so comes to an end."""
LONGEST_SLEEP = 20_000
"""Milliseconds that a task waits with a key in its memory."""

_NEXT = "next_at"


def seconds_until_import() -> int:
    """How long to wait before an import may begin."""
    return ceil(take_turn(LONG_QUEUE, round(SLOWER * _import_interval())) / 1_000)


def import_in_turn(call: Callable[[], Answer]) -> Answer:
    """Call ACM when it may be called; one that is throttled all the same takes another turn, a few times."""
    for _ in range(MOST_ATTEMPTS - 1):
        wait_for_import()
        try:
            return call()
        except AwsThrottled:
            continue
    wait_for_import()
    return call()


def wait_for_import() -> None:
    """Wait until ACM may be called. Raises AwsThrottled when too many others are before."""
    wait = take_turn(SHORT_QUEUE, _import_interval())
    if wait > LONGEST_SLEEP:
        raise AwsThrottled(f"so many imports wait for ACM that the turn is {wait} ms away")
    time.sleep(wait / 1_000)


def take_turn(queue: str, interval: int, table: Table | None = None) -> int:
    """How many milliseconds to wait for a turn: no other turn is less than `interval` milliseconds before or after it.

    A turn can't be given back; what does not use its own leaves a gap.
    """
    table = table or Table()
    key = {"pk": {"S": f"turns#{queue}"}, "sk": {"S": "turns"}}
    for _ in range(MOST_ATTEMPTS):
        now = epoch_milliseconds()
        if (after := table.add(key, _NEXT, interval, at_least=now)) is not None:
            return after - interval - now
        # Nobody queues: the turn is now, for the first who says so.
        record = table.get(key)
        following = now + interval
        if record is None:
            is_first = table.put(key, to_attributes({_NEXT: following}), only_new=True)
        elif (next_at := from_attribute(record[_NEXT])) < now:
            is_first = table.update(key, {_NEXT: following}, only_if={_NEXT: next_at})
        else:
            is_first = False
        if is_first:
            return 0
    raise AwsUnavailable(f"no turn in the queue {queue} was to be had in {MOST_ATTEMPTS} attempts")


def _import_interval() -> int:
    """Milliseconds between two imports; ACM allows one a second unless AWS has raised the account's rate."""
    return round(SLACK * 1_000 / float(os.environ["IMPORT_PACE"]))
