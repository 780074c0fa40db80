"""What an operation does besides its answer: the calls that it makes to AWS, and what it logs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from cloudfront_extensions.aws.clients import client

SERVICES = ("cloudwatch", "dynamodb", "s3", "stepfunctions")


@contextmanager
def calls_made() -> Iterator[list[str]]:
    """Those of the block, as `Query`, in their order."""
    made: list[str] = []

    def note(model: Any, **_: Any) -> None:
        made.append(model.name)

    for service in SERVICES:
        client(service).meta.events.register("before-call", note)
    yield made
    for service in SERVICES:
        client(service).meta.events.unregister("before-call", note)


def audited(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str, str]]:
    """Operation, caller and target of each line that tells of a change."""
    lines = [record.__dict__ for record in caplog.records if record.msg == "audit"]
    return [(line["operation"], line["caller"], line["target"]) for line in lines]
