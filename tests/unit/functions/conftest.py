"""What a function writes to its log."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from cloudfront_extensions.aws.log import logger


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log of the test, as CloudWatch would have it."""
    written = io.StringIO()
    handler = logger.registered_handler
    before = handler.setStream(written)
    yield written
    handler.setStream(before or handler.stream)
