"""What the deployed functions and gateways have logged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.apis.world import World
from tests.workflows.application import eventually


def logged(world: World) -> list[str]:
    """Every line of every log group."""
    logs = world.application.client("logs")
    return [
        event["message"]
        for group in eventually(lambda: _groups(logs)) or ()
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group)
        for event in page["events"]
    ]


def _groups(logs: Any) -> list[str] | None:
    """None where a function makes a group at this moment, which the embedded AWS can't tell of meanwhile."""
    try:
        pages = list(logs.get_paginator("describe_log_groups").paginate())
    except logs.exceptions.ClientError as error:
        if error.response["Error"]["Code"] != "InternalError":
            raise
        return None
    return [group["logGroupName"] for page in pages for group in page["logGroups"]]


@contextmanager
def talkative(world: World, function: str) -> Iterator[None]:
    """The function logs as much as it can be made to, for the block."""
    with world.application.environment(
        function,
        POWERTOOLS_LOG_LEVEL="DEBUG",
        POWERTOOLS_LOGGER_LOG_EVENT="true",
        POWERTOOLS_DEV="true",
        LOG_LEVEL="DEBUG",
    ):
        yield
