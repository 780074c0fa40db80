"""DynamoDB, on which somebody else does something between what a caller has read and his transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cloudfront_extensions.aws.clients import client


class Between:
    """Each transaction but those after the last deed is preceded by one."""

    def __init__(self, *deeds: Callable[[], object]) -> None:
        self.deeds = list(deeds)

    def transact_write_items(self, **request: Any) -> Any:
        if self.deeds:
            self.deeds.pop(0)()
        return client("dynamodb").transact_write_items(**request)

    def __getattr__(self, operation: str) -> Any:
        return getattr(client("dynamodb"), operation)
