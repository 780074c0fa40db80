"""What S3 tells of log files, and where those of standard logging v1 belong."""

from __future__ import annotations

import json

import pytest

from cloudfront_extensions.errors import EventNotUnderstood
from cloudfront_extensions.metrics.arrival import Arrival, legacy_place, read_arrival


def test_the_object_is_read_from_the_event() -> None:
    event = {"detail-type": "Object Created", "detail": {"bucket": {"name": "logs"}, "object": {"key": "a b+c.gz"}}}
    assert read_arrival(json.dumps(event)) == Arrival("logs", "a b+c.gz")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{}",
        "[]",
        '{"detail": []}',
        '{"detail": {"bucket": {"name": ""}, "object": {"key": "a"}}}',
        '{"detail": {}}',
    ],
)
def test_what_names_no_object_is_not_understood(body: str) -> None:
    with pytest.raises(EventNotUnderstood):
        read_arrival(body)


@pytest.mark.parametrize("prefix", ["", "shop/", "logs/of/the-shop/"])
def test_a_file_of_legacy_logs_belongs_into_the_hour_of_its_name(prefix: str) -> None:
    name = "E2QWRUHAPOMQZL.2026-11-22-14.a1b2c3d4.gz"
    assert legacy_place(prefix + name) == f"legacy/hour=2026-11-22-14/{name}"


@pytest.mark.parametrize(
    "key",
    [
        "E2QWRUHAPOMQZL.2026-02-30-14.a1b2c3d4.gz",
        "E2QWRUHAPOMQZL.2026-11-22-24.a1b2c3d4.gz",
        "E2QWRUHAPOMQZL.2026-11-22-14.a1b2c3d4.txt",
        "shop/readme.gz",
        "E2QWRUHAPOMQZL.2026-11-22-14.a1b2c3d4.gz/",
        "shopE2QWRUHAPOMQZL.2026-11-22-14.a1b2c3d4.gz",
    ],
)
def test_what_is_named_otherwise_belongs_nowhere(key: str) -> None:
    assert legacy_place(key) is None
