"""What S3 tells of a new log file, by way of EventBridge."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from cloudfront_extensions.errors import EventNotUnderstood
from cloudfront_extensions.metrics.sources import Source, folder_of

_LEGACY_NAME = re.compile(r"(?:.*/)?(E[A-Z0-9]+\.(\d{4}-\d{2}-\d{2}-\d{2})\.[^/]+\.gz)")


class Arrival(NamedTuple):
    """An object that is new, or was overwritten."""

    bucket: str
    key: str


def read_arrival(body: str) -> Arrival:
    """The object that an event "Object Created" tells of.

    Raises:
        EventNotUnderstood: it is no such event.
    """
    try:
        event = json.loads(body)
    except ValueError as error:
        raise EventNotUnderstood(f"a message of the queue is not JSON: {error}") from error
    detail = event.get("detail") if isinstance(event, dict) else None
    bucket, key = _text(detail, "bucket", "name"), _text(detail, "object", "key")
    if bucket is None or key is None:
        raise EventNotUnderstood("a message of the queue is not an event of S3 that names a bucket and a key")
    return Arrival(bucket, key)


def legacy_place(key: str) -> str | None:
    """Where in the logs bucket a file of standard logging v1 belongs, by the hour in its name; None: it is no such file.

    CloudFront names them `<prefix>E2QWRUHAPOMQZL.2026-11-22-14.a1b2c3d4.gz`.
    """
    found = _LEGACY_NAME.fullmatch(key)
    place = f"{Source.LEGACY}/hour={found[2]}/{found[1]}" if found else None
    return place if place and folder_of(place) else None


def _text(detail: object, thing: str, name: str) -> str | None:
    described = detail.get(thing) if isinstance(detail, Mapping) else None
    value: Any = described.get(name) if isinstance(described, Mapping) else None
    return value if isinstance(value, str) and value else None
